//! `git lane worktree`: what the worktrees of this clone hold, and removing and making them again without losing any of it.

pub(super) mod areas;
pub(crate) mod cleanup;
pub(super) mod forgotten;
pub(super) mod half_done;
mod holders;
mod judge;
mod list;
mod look;
mod opened;
mod prune;
mod rebuild;
pub(super) mod removing;
mod rescued;
mod resting;

use lane_core::id::TaskId;

use super::Outcome;
use crate::session::Session;

/// The worktrees of this clone
#[derive(Debug, clap::Subcommand)]
pub(crate) enum WorktreeCommand {
    List(list::List),
    Prune(prune::Prune),
    Rebuild(rebuild::Rebuild),
}

impl WorktreeCommand {
    /// The task that it is about.
    pub(super) fn task(&self) -> Option<&TaskId> {
        match self {
            Self::Rebuild(args) => Some(&args.id),
            Self::List(_) | Self::Prune(_) => None,
        }
    }
}

pub(super) fn run(session: &Session<'_>, command: &WorktreeCommand) -> Outcome {
    match command {
        WorktreeCommand::List(args) => list::run(session, args),
        WorktreeCommand::Prune(args) => prune::run(session, args),
        WorktreeCommand::Rebuild(args) => rebuild::run(session, args),
    }
}
