//! `git lane retry`: an attempt has failed, and another one follows in the same worktree and branch.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::moves::Verb;
use lane_core::record::Phase;

use super::Because;
use super::standing;
use crate::commands::Outcome;
use crate::session::Session;
use crate::show::paint;

pub(in crate::commands) fn run(session: &Session<'_>, args: Because) -> Outcome {
    let before = super::known(session, &args.id)?;
    let payload = Payload::TaskRetried {
        task: args.id.clone(),
        why: args.why,
    };
    // Who goes on finds the worktree as it is, so it stays bound, also where it was borrowed.
    super::put(session, before.as_ref(), Verb::Retry, &payload)?;
    let now = super::known(session, &args.id)?;
    let attempt = now.as_ref().map_or(0, |task| task.attempts);
    paint::note(&match now.map(|task| task.status) {
        Some(Phase::Escalated) => format!(
            "attempt {attempt} at {} failed, and no retry is left: the orchestrator decides",
            args.id
        ),
        _ => format!(
            "attempt {attempt} at {} failed: somebody else goes on in its branch and worktree",
            args.id
        ),
    });
    standing::tell(session, &args.id)?;
    Ok(ExitCode::SUCCESS)
}
