//! `git lane reclaim`: a lock whose lease is over is taken away, with a note.

use std::process::ExitCode;

use lane_core::apply::Write;
use lane_core::event::Payload;
use lane_core::policy::Role;
use lane_core::refusal::command;

use super::Outcome;
use crate::actions;
use crate::session::Session;
use crate::show::paint;
use lane_core::id::LockId;

/// Take a lock away whose lease is over.
///
/// A claim's lock takes the claim with it: the task can be claimed again, its branch and worktree are kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Reclaim {
    /// The lock
    pub(crate) lock: LockId,
    /// Why: one line, kept in the ledger
    #[arg(long, value_name = "TEXT")]
    pub(crate) note: String,
}

pub(super) fn run(session: &Session<'_>, args: Reclaim) -> Outcome {
    let payload = Payload::LockReclaimed {
        lock: args.lock.clone(),
        note: args.note,
    };
    let committed = actions::put(session, Role::Worker, &payload)?;
    paint::note(&format!("reclaimed {}", args.lock));
    for write in &committed.writes {
        if let Write::Task(task) = write {
            paint::note(&format!(
                "{} is {} again; its branch and worktree are as they were",
                task.id, task.status
            ));
            paint::hint(&command(&["git", "lane", "start", task.id.as_str()]));
        }
    }
    Ok(ExitCode::SUCCESS)
}
