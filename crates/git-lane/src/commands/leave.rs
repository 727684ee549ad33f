//! `git lane leave`: a review or test is given back without a verdict.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::moves;
use lane_core::moves::Verb;
use lane_core::view::Found;
use lane_core::view::View as _;

use super::Outcome;
use super::left_here;
use super::worktrees;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// Give a review or test back without a verdict; what you committed in the lane stays there
#[derive(Debug, clap::Args)]
pub(crate) struct Leave {
    /// The task
    pub(crate) id: TaskId,
}

pub(super) fn run(session: &Session<'_>, args: &Leave) -> Outcome {
    let task = session.store().view()?.task(&args.id)?.map(Found::into_task);
    let role = task.as_ref().map_or_else(
        || moves::implied_role(Verb::Leave),
        |task| moves::implied_role_from(task.status, Verb::Leave),
    );
    let actor = session.actor(role)?;
    let payload = Payload::TaskLeft {
        task: args.id.clone(),
    };
    publishing::put(session, &actor, &mut |_| Ok(payload.clone()))?;
    worktrees::hand_back(session, &actor, &args.id)?;
    paint::note(&format!("left {}: anybody may take it on", args.id));
    if let Some(task) = &task
        && let Some(tip) = session.repo.find_ref(&format!("refs/heads/{}", task.branch))?
    {
        left_here::tell(session, task, tip)?;
    }
    Ok(ExitCode::SUCCESS)
}
