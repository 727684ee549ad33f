//! `git lane block`: a task waits for another, or for what the reason says.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::cli::Block;
use crate::session::Session;
use crate::show::paint;

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
