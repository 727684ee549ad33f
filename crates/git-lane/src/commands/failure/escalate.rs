//! `git lane escalate`: the orchestrator is asked to decide.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::moves::Verb;

use super::Because;
use super::standing;
use crate::commands::Outcome;
use crate::session::Session;
use crate::show::paint;

pub(in crate::commands) fn run(session: &Session<'_>, args: Because) -> Outcome {
    let before = super::known(session, &args.id)?;
    let payload = Payload::TaskEscalated {
        task: args.id.clone(),
        why: args.why,
    };
    super::put(session, before.as_ref(), Verb::Escalate, &payload)?;
    paint::note(&format!(
        "escalated {}: it keeps its holder and its locks until it is decided",
        args.id
    ));
    standing::tell(session, &args.id)?;
    Ok(ExitCode::SUCCESS)
}
