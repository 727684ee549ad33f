//! `git lane unblock`: a task can go on.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::cli::One;
use crate::session::Session;
use crate::show::paint;

pub(super) fn run(session: &Session<'_>, args: &One) -> Outcome {
    actions::put(
        session,
        Role::Worker,
        &Payload::TaskUnblocked {
            task: args.id.clone(),
        },
    )?;
    paint::note(&format!("unblocked {}", args.id));
    Ok(ExitCode::SUCCESS)
}
