//! `git lane worktree`: what the worktrees of this clone hold, and removing those of lanes that are over without losing any of it.

pub(crate) mod cleanup;
mod holders;
mod judge;
mod list;
mod look;
mod prune;
mod removing;

use super::Outcome;
use crate::session::Session;

/// The worktrees of this clone
#[derive(Debug, clap::Subcommand)]
pub(crate) enum WorktreeCommand {
    List(list::List),
    Prune(prune::Prune),
}

pub(super) fn run(session: &Session<'_>, command: &WorktreeCommand) -> Outcome {
    match command {
        WorktreeCommand::List(args) => list::run(session, args),
        WorktreeCommand::Prune(args) => prune::run(session, args),
    }
}
