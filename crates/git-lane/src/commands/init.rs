//! `git lane init`: set up, or join.

use std::process::ExitCode;

use super::Outcome;
use crate::cli::Init;
use crate::error::CliError;
use crate::session::Session;
use crate::setup;
use crate::setup::Done;
use crate::setup::Known;
use crate::show::paint;

pub(super) fn run(session: &Session<'_>, args: &Init) -> Outcome {
    if session.repo.work_dir().is_none() {
        return Err(CliError::setup(
            "a bare repository has no work tree to set up",
            "git clone PATH && git lane init",
        ));
    }
    let known = Known::look(session, args.integration.as_deref())?;
    let reports = setup::init(session, &known, args.dry_run)?;
    let made = reports.iter().filter(|r| r.done == Done::Made).count();
    for report in &reports {
        let word = match (report.done, args.dry_run) {
            (Done::Kept, _) => "kept ",
            (Done::Made, true) => "would",
            (Done::Made, false) => "made ",
        };
        paint::out(&format!("{word}  {}", report.what));
    }
    match (made, args.dry_run) {
        (0, _) => paint::out("Everything is in place."),
        (_, true) => paint::out("Nothing was written."),
        (_, false) if known.joins => paint::out("Joined. `git lane ready` shows what can be taken."),
        (_, false) => {}
    }
    if !known.joins && !args.dry_run {
        paint::note(&format!(
            "Lanes start once the policy is on {}:",
            known.integration
        ));
        paint::hint("git add .agents .gitattributes && git commit -m 'git-lane: policy'");
    }
    Ok(ExitCode::SUCCESS)
}
