//! `git lane sign`: a person's word for exactly the commit that lands.

use std::process::ExitCode;

use lane_core::apply::standing_handoff;
use lane_core::event::Payload;
use lane_core::moves::Verb;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;

use super::Outcome;
use super::failure;
use crate::cli::One;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

pub(super) fn run(session: &Session<'_>, args: &One) -> Outcome {
    publishing::refresh(session)?;
    let store = session.store();
    let view = store.view()?;
    let task = view.task(&args.id)?.map(Found::into_task);
    let stands = match &task {
        Some(task) => standing_handoff(&view, task)?,
        None => None,
    };
    let tip = stands.map_or_else(|| "0".repeat(40), |handoff| handoff.tip);
    let actor = session.actor(failure::role(session, task.as_ref(), Verb::Sign)?)?;
    // The commit that was looked at, whatever is handed off meanwhile.
    let payload = Payload::TaskSigned {
        task: args.id.clone(),
        tip: tip.clone(),
    };
    publishing::put(session, &actor, &mut |_| Ok(payload.clone()))?;
    let short = lane_core::text::excerpt(tip.get(..12).unwrap_or(&tip), 12);
    paint::note(&format!("signed {} at {short}", args.id));
    paint::hint(&command(&["git", "lane", "land", args.id.as_str()]));
    Ok(ExitCode::SUCCESS)
}
