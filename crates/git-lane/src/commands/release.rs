//! `git lane release`: a task goes back to the queue.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::session::Session;
use crate::show::paint;
use crate::unbinding;
use lane_core::id::TaskId;

/// Give a task back; its locks go
#[derive(Debug, clap::Args)]
pub(crate) struct Release {
    /// The task
    pub(crate) id: TaskId,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

pub(super) fn run(session: &Session<'_>, args: Release) -> Outcome {
    let payload = Payload::TaskReleased {
        task: args.id.clone(),
        why: args.why,
    };
    let borrowed = unbinding::borrowed(session, &args.id)?;
    actions::put(session, Role::Worker, &payload)?;
    unbinding::free(&borrowed)?;
    paint::note(&format!(
        "released {}; its branch and worktree are as they were",
        args.id
    ));
    Ok(ExitCode::SUCCESS)
}
