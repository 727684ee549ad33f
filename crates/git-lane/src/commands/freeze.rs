//! `git lane freeze` and `git lane thaw`: nothing lands from now on, and it may again.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;

use super::Outcome;
use crate::actions;
use crate::session::Session;
use crate::show::paint;

// A reason. No doc comment: it would hide the commands' own help.
#[derive(Debug, clap::Args)]
pub(crate) struct Reason {
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

pub(super) fn freeze(session: &Session<'_>, args: Reason) -> Outcome {
    let payload = Payload::LandingFrozen { why: args.why };
    actions::put(session, Role::Integrator, &payload)?;
    paint::note("frozen: nothing lands until somebody thaws it");
    paint::hint("git lane thaw --why TEXT");
    Ok(ExitCode::SUCCESS)
}

pub(super) fn thaw(session: &Session<'_>, args: Reason) -> Outcome {
    let payload = Payload::LandingThawed { why: args.why };
    actions::put(session, Role::Integrator, &payload)?;
    paint::note("thawed: what is queued may land");
    paint::hint("git lane next --role integrator");
    Ok(ExitCode::SUCCESS)
}
