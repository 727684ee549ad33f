//! `git lane unlock`: a lock of yours goes.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::cli::OneLock;
use crate::session::Session;
use crate::show::paint;

pub(super) fn run(session: &Session<'_>, args: &OneLock) -> Outcome {
    actions::put(
        session,
        Role::Worker,
        &Payload::LockReleased {
            lock: args.lock.clone(),
        },
    )?;
    paint::note(&format!("unlocked {}", args.lock));
    Ok(ExitCode::SUCCESS)
}
