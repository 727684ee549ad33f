//! `git lane validate`: records against each other, in the state, in the index or in a commit; and against git.

mod elsewhere;
mod history;

use std::process::ExitCode;

use lane_core::audit::Flaw;
use lane_core::audit::FlawKind;
use lane_core::audit::audit;
use lane_core::text;
use lane_core::view::Unreadable;
use lane_core::view::View as _;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// Check records against each other: those of the state, or those that lie elsewhere
///
/// Records lie on other branches too where a task is proposed in a pull request, or where the branch that serves as the
/// state is checked out. With REV they are those below `.agents/` of that commit, with `--staged` those of the index.
/// Only a part of them may be there, so what is merely absent (a task that another depends on, the lock of a claim) is
/// told as a note and is no error.
#[derive(Debug, clap::Args)]
pub(crate) struct Validate {
    /// The records of this commit, as git names commits
    #[arg(value_name = "REV", conflicts_with_all = ["staged", "git"])]
    pub(crate) rev: Option<String>,
    /// The records that are staged
    #[arg(long, conflicts_with = "git")]
    pub(crate) staged: bool,
    /// Compare with branches, worktrees and the integration branch too
    #[arg(long)]
    pub(crate) git: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// What was looked at, and what was found.
struct Checked {
    live: usize,
    archived: usize,
    locks: usize,
    /// All files that are records.
    records: usize,
    /// What is wrong.
    flaws: Vec<Flaw>,
    /// What is not there, where that is no fault.
    absent: Vec<Flaw>,
}

pub(super) fn run(session: &Session<'_>, args: &Validate) -> Outcome {
    let checked = match &args.rev {
        Some(rev) => elsewhere::commit(session, rev)?,
        None if args.staged => elsewhere::staged(session)?,
        None => state(session, args.git)?,
    };
    if args.json {
        let flaws = |found: &[Flaw]| found.iter().map(in_json).collect::<Vec<_>>();
        json::out(&json!({
            "ok": checked.flaws.is_empty(),
            "tasks": checked.live,
            "archived": checked.archived,
            "locks": checked.locks,
            "flaws": flaws(&checked.flaws),
            "absent": flaws(&checked.absent),
        }));
    } else {
        tell(&checked, args);
    }
    Ok(ExitCode::from(u8::from(!checked.flaws.is_empty())))
}

fn tell(checked: &Checked, args: &Validate) {
    let words = |flaw: &Flaw| format!("{} {}", text::escape(&flaw.record), text::escape(&flaw.fault));
    let place = match &args.rev {
        Some(rev) => format!(" in {}", text::excerpt(rev, 80)),
        None if args.staged => " staged".to_owned(),
        None => String::new(),
    };
    if !place.is_empty() && checked.records == 0 {
        paint::out(&format!("ok: there are no records{place}"));
    } else if checked.flaws.is_empty() {
        paint::out(&format!(
            "ok: {} live and {} archived tasks{place}",
            checked.live, checked.archived
        ));
    }
    checked.flaws.iter().for_each(|flaw| paint::error(&words(flaw)));
    for flaw in &checked.absent {
        paint::note(&format!("note: {}", words(flaw)));
    }
}

fn in_json(flaw: &Flaw) -> Value {
    json!({ "record": flaw.record, "with": flaw.with, "kind": flaw.kind.name(), "fault": flaw.fault })
}

/// The whole state: nothing of it may be absent.
fn state(session: &Session<'_>, git: bool) -> Result<Checked, CliError> {
    let store = session.store();
    let view = store.view()?;
    let (live, mut broken) = view.live_tasks()?;
    let (archived, more) = view.archived_tasks()?;
    broken.extend(more);
    let locks = view.locks()?;
    let mut flaws: Vec<Flaw> = broken.into_iter().map(unreadable).collect();
    flaws.extend(audit(&live, &archived, &locks, &view.policy()?));
    if git {
        flaws.extend(history::against(session, &live, &archived)?);
    }
    Ok(Checked {
        live: live.len(),
        archived: archived.len(),
        locks: locks.len(),
        records: live.len() + archived.len() + locks.len(),
        flaws,
        absent: Vec::new(),
    })
}

fn unreadable(broken: Unreadable) -> Flaw {
    Flaw {
        kind: FlawKind::Unreadable,
        record: broken.path,
        with: None,
        fault: broken.fault,
    }
}
