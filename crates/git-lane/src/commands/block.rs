//! `git lane block`: a task waits for another, or for what the reason says.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::session::Session;
use crate::show::paint;
use lane_core::id::TaskId;

/// Say that a task cannot go on, and what it waits for
#[derive(Debug, clap::Args)]
pub(crate) struct Block {
    /// The task
    pub(crate) id: TaskId,
    /// The task that it waits for
    #[arg(long, value_name = "ID", required_unless_present = "why")]
    pub(crate) on: Option<TaskId>,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: Option<String>,
}

pub(super) fn run(session: &Session<'_>, args: Block) -> Outcome {
    let payload = Payload::TaskBlocked {
        task: args.id.clone(),
        on: args.on.clone(),
        why: args.why,
    };
    actions::put(session, Role::Worker, &payload)?;
    let on = args.on.map_or(String::new(), |on| format!(" on {on}"));
    paint::note(&format!("blocked {}{on}", args.id));
    Ok(ExitCode::SUCCESS)
}
