//! `git lane claim`: a task becomes yours, its scope your lock.

use std::process::ExitCode;

use lane_core::apply::Write;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Lock;
use lane_core::record::Task;
use lane_core::view::View as _;
use lane_store::Committed;

use super::Outcome;
use super::start;
use super::worktrees::Way;
use crate::actions;
use crate::actions::Wanted;
use crate::session::Session;
use crate::show::paint;
use crate::show::when;
use lane_core::id::TaskId;

/// Take a task: its scope becomes your lock.
///
/// Without an id, the best ready one. `git lane start` also makes the branch and the worktree.
#[derive(Debug, clap::Args)]
pub(crate) struct Claim {
    /// The task
    pub(crate) id: Option<TaskId>,
}

pub(super) fn run(session: &Session<'_>, args: &Claim) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    let way = Way {
        verb: "start",
        here: true,
        take_over: false,
        take_branch: false,
        where_it_was: false,
    };
    let committed = match (&args.id, session.store().view()?.policy()?.lanes.mode) {
        (Some(id), _) => actions::claim(session, &actor, Wanted::Named(id))?,
        // No lane begins on a branch of its own.
        (None, Mode::A) => actions::claim(session, &actor, Wanted::Best(&|_| Ok(true)))?,
        (None, Mode::B) => start::claim_best(session, &actor, &way)?,
    };
    if let Some(task) = claimed(&committed) {
        paint::out(task.id.as_str());
        announce(session, &committed, task);
        paint::hint(&lane_core::refusal::command(&[
            "git",
            "lane",
            "start",
            task.id.as_str(),
        ]));
    }
    Ok(ExitCode::SUCCESS)
}

/// The task that a claim wrote.
pub(super) fn claimed(committed: &Committed) -> Option<&Task> {
    committed.writes.iter().find_map(|write| {
        if let Write::Task(task) = write {
            Some(&**task)
        } else {
            None
        }
    })
}

fn lock(committed: &Committed) -> Option<&Lock> {
    committed.writes.iter().find_map(|write| {
        if let Write::Lock(lock) = write {
            Some(&**lock)
        } else {
            None
        }
    })
}

/// Says on stderr what was claimed.
pub(super) fn announce(session: &Session<'_>, committed: &Committed, task: &Task) {
    let claim = task.claim.as_ref();
    let lane = claim
        .map(|c| format!("lane {}, fence {}", c.lane, c.fence))
        .unwrap_or_default();
    paint::note(&format!(
        "claimed {} ({lane}): {}",
        task.id,
        lane_core::text::escape(&task.title)
    ));
    match lock(committed) {
        Some(lock) => {
            let until = when::moment(lock.expires, session.source.now());
            paint::note(&format!(
                "lock {} on {} until {until}, renewed by what you do",
                lock.id,
                lock.scope.join(" ")
            ));
        }
        None => paint::note("it has no scope, so no lock was taken"),
    }
}
