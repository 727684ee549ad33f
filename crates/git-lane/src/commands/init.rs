//! `git lane init`: set up, or join.

use std::process::ExitCode;

use lane_core::refusal::command;
use lane_gate::GATES_PATH;

use super::Outcome;
use super::doctor;
use crate::error::CliError;
use crate::session::Session;
use crate::setup;
use crate::setup::Adoption;
use crate::setup::Done;
use crate::setup::Guard;
use crate::setup::Known;
use crate::setup::Wanted;
use crate::show::paint;

/// Set git-lane up in this repository, or join one that has it.
///
/// The first time: writes `.agents/policy.toml` (commit it) and a section of `.gitattributes`, makes the state ref,
/// installs the hooks beside those that are there, registers the merge driver, and keeps worktrees out of `git add`.
/// Where the integration branch has a policy already, it joins: hooks and settings only, no tracked file. Running it
/// again repairs what is missing; `--attributes` after `[merge]` of the policy changed, `--gates` and `--xtask` to begin
/// with gates, `--agents-md` before several lanes work at once and after the policy changed. What is there already is
/// never overwritten.
#[derive(Debug, clap::Args)]
pub(crate) struct Init {
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Bring our section of `.gitattributes` up to the policy too, and put it last in the file
    #[arg(long)]
    pub(crate) attributes: bool,
    /// Write `.agents/gates.toml` too, the checks that `git lane gate` climbs, unless it is there
    #[arg(long)]
    pub(crate) gates: bool,
    /// For a Rust repository: the gates, and a package `xtask` that makes `cargo xtask gate` of them
    #[arg(long)]
    pub(crate) xtask: bool,
    /// Register `git lane guard` in `.claude/settings.json`, where that is, so that edits outside a lane are not even made
    #[arg(long)]
    pub(crate) guard: bool,
    /// Write our section of `AGENTS.md` too, or refresh it: how agents work here, from the policy. Nothing else of the
    /// file is touched; `file` of `[instructions]` in the policy names another one
    #[arg(long)]
    pub(crate) agents_md: bool,
    /// The branch that lanes land on (default: the remote's HEAD, else the current branch)
    #[arg(long, value_name = "BRANCH")]
    pub(crate) integration: Option<String>,
}

pub(super) fn run(session: &Session<'_>, args: &Init) -> Outcome {
    if session.repo.work_dir().is_none() {
        return Err(CliError::setup(
            "a bare repository has no work tree to set up",
            bare(session),
        ));
    }
    let known = Known::look(session, args.integration.as_deref())?;
    let is_new = session.store().tip()?.is_none() || setup::registered_driver(session)?.is_none();
    let wanted = match (args.xtask, args.gates) {
        (true, _) => Some(Wanted::Xtask),
        (false, true) => Some(Wanted::Gates),
        (false, false) => None,
    };
    let adoption = Adoption::plan(session, &known, wanted)?;
    let guard = args.guard.then(|| Guard::plan(session)).transpose()?;
    let (adopted, advice) = (adoption.paths(), adoption.note.clone());
    let writes_gates = adopted.contains(&GATES_PATH);
    let telling = match args.agents_md {
        true => Some(setup::Instructions::plan(session, &known, writes_gates)?),
        false => None,
    };
    let reports = setup::init(session, &known, args.dry_run, args.attributes)?;
    let mended = reports.iter().filter(|r| r.done != Done::Kept).count();
    let registering = guard.as_ref().is_some_and(Guard::changes);
    let told = telling.as_ref().filter(|telling| telling.is_due());
    let made = mended + adopted.len() + usize::from(registering) + usize::from(told.is_some());
    let mut adopting = adoption.write(session, args.dry_run)?;
    if let Some(telling) = &telling {
        adopting.push(telling.write(session, args.dry_run)?);
    }
    if let Some(guard) = &guard {
        adopting.push(guard.write(session, args.dry_run)?);
    }
    for report in reports.iter().chain(&adopting) {
        let word = match (report.done, args.dry_run) {
            (Done::Kept, _) => "kept ",
            (Done::Made | Done::Mended, true) => "would",
            (Done::Made, false) => "made ",
            (Done::Mended, false) => "fixed",
        };
        paint::out(&format!("{word}  {}", report.what));
    }
    // What a later policy changed; what this call wrote is not committed yet.
    let outdated = match known.joins && !args.attributes && !args.dry_run {
        true => doctor::merging::attributes(session)?,
        false => None,
    };
    if let Some((fault, mend)) = &outdated {
        paint::note(&format!("Not done, for it is a tracked file: {fault}"));
        paint::hint(mend);
    }
    let file = telling.as_ref().map(|telling| telling.path.as_str());
    let uncommitted = match (wanted.is_some() || file.is_some()) && !args.dry_run {
        true => setup::uncommitted(session, &adopted, !known.joins, file)?,
        false => None,
    };
    match (made, args.dry_run) {
        (0, _) if outdated.is_some() => {}
        // What is still to be committed is told below.
        (0, false) if !known.joins || uncommitted.is_some() => {}
        (0, _) => paint::out("Everything is in place."),
        (_, true) => paint::out("Nothing was written."),
        (_, false) if known.joins && mended == 0 => {}
        (_, false) if known.joins && !is_new => paint::out("Mended."),
        (_, false) if known.joins => paint::out("Joined. `git lane ready` shows what can be taken."),
        (_, false) => {}
    }
    if let Some(advice) = advice {
        paint::note(&advice);
    }
    if let Some(guard) = &guard {
        tell_guard(session, guard, args.dry_run)?;
    }
    for path in uncommitted.iter().flat_map(|files| &files.ignored) {
        paint::warning(&format!("git ignores {path}: nobody else gets it"));
    }
    let commit = uncommitted
        .map(|files| files.command)
        .filter(|command| !command.is_empty());
    if known.joins
        && let Some(commit) = &commit
    {
        let what = match wanted {
            Some(_) => "Gates count once they are",
            None => "It counts once it is",
        };
        paint::note(&format!("{what} on {}:", known.integration));
        paint::hint(commit);
    }
    if !known.joins && !args.dry_run {
        paint::note(&format!(
            "Lanes start once the policy is on {}:",
            known.integration
        ));
        paint::hint(&commit.unwrap_or_else(|| setup::policy_command(session)));
        if !args.agents_md {
            paint::note(
                "Before several lanes work at once, `git lane init --agents-md` tells agents how: a section of AGENTS.md.",
            );
        }
        if let Some(remote) = lane_store::remote_name(session.repo)? {
            paint::note(&format!(
                "Tasks and claims reach other clones once {remote} has it too:"
            ));
            paint::hint(&command(&["git", "push", "--", &remote, &known.integration]));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is left to do about the guard.
fn tell_guard(session: &Session<'_>, guard: &Guard, dry_run: bool) -> Result<(), CliError> {
    guard.advice().iter().for_each(|line| paint::note(line));
    if !guard.changes() || dry_run {
        return Ok(());
    }
    if !session
        .repo
        .ignored_among(&[setup::GUARD_PATH.into()])?
        .is_empty()
    {
        paint::warning(&format!("git ignores {}: nobody else gets it", setup::GUARD_PATH));
        return Ok(());
    }
    paint::note("The guard reaches every worktree and clone once it is committed:");
    let path = format!(":/{}", setup::GUARD_PATH);
    let add = command(&["git", "add", "--", &path]);
    let commit = command(&["git", "commit", "-m", "git-lane: guard", "--", &path]);
    paint::hint(&format!("{add} && {commit}"));
    Ok(())
}

/// From a bare repository, the way to a worktree of it.
fn bare(session: &Session<'_>) -> String {
    let folder = setup::quoted(&session.repo.git_dir().display().to_string());
    format!("git clone {folder} FOLDER && cd FOLDER && git lane init")
}
