//! `git lane deprioritise`: a task goes to the end of the queue.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::moves::Verb;

use super::Because;
use super::standing;
use crate::commands::Outcome;
use crate::session::Session;
use crate::show::paint;
use crate::unbinding;

pub(in crate::commands) fn run(session: &Session<'_>, args: Because) -> Outcome {
    let before = super::known(session, &args.id)?;
    let payload = Payload::TaskDeprioritised {
        task: args.id.clone(),
        why: args.why,
    };
    let borrowed = unbinding::borrowed(session, &args.id)?;
    super::put(session, before.as_ref(), Verb::Deprioritise, &payload)?;
    unbinding::free(&borrowed)?;
    paint::note(&format!(
        "{} has low priority now, and its failures count anew",
        args.id
    ));
    standing::tell(session, &args.id)?;
    Ok(ExitCode::SUCCESS)
}
