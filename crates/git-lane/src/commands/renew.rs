//! `git lane renew`: a lease of yours begins again.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;
use lane_core::view::View as _;

use super::Outcome;
use crate::actions;
use crate::cli::OneLock;
use crate::session::Session;
use crate::show::paint;
use crate::show::when;

pub(super) fn run(session: &Session<'_>, args: &OneLock) -> Outcome {
    let now = session.source.now();
    let payload = Payload::LockRenewed {
        locks: vec![args.lock.clone()],
        seen: now,
    };
    match actions::put(session, Role::Worker, &payload) {
        Err(crate::error::CliError::Refused(no)) if *no.ground == lane_core::ground::NOTHING_CHANGES => {}
        other => drop(other?),
    }
    let locks = session.store().view()?.locks()?;
    if let Some(lock) = locks.iter().find(|lock| lock.id == args.lock) {
        paint::note(&format!(
            "{} holds until {}",
            lock.id,
            when::moment(lock.expires, now)
        ));
    }
    Ok(ExitCode::SUCCESS)
}
