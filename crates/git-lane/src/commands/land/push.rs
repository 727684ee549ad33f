//! Branch and event, all or none: the branch moves from the tip that was decided on, and the task is done.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::Code;
use lane_store::StoreError;

use super::build::Merge;
use super::queue::Queued;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;

/// How it ended.
pub(super) enum Sent {
    Taken,
    /// The branch is elsewhere by now: in words for people.
    Raced(String),
}

/// Pushes, or moves the local branch where nothing is shared.
///
/// # Errors
/// A refusal of the state as it is then, of the pre-push rules, or of the remote.
pub(super) fn send(
    session: &Session<'_>,
    actor: &Actor,
    queued: &Queued,
    (built, landing): (&Merge<'_>, &Landing),
) -> Result<Sent, CliError> {
    let place = &queued.place;
    let payload = Payload::TaskDone {
        task: queued.task.id.clone(),
        tip: queued.tip.to_string(),
        landed: built.commit.to_string(),
        how: Some(Known::Landed),
        landing: Some(Box::new(landing.clone())),
    };
    let Some(remote) = &place.remote else {
        return super::local::send(session, actor, queued, (built, &payload));
    };
    let code = Code {
        tip: built.commit,
        to: format!("refs/heads/{}", place.main),
        over: Some(place.base),
    };
    match publishing::deliver(session, actor, Some(&code), &mut |_| Ok(payload.clone())) {
        Ok(_) => Ok(Sent::Taken),
        Err(StoreError::Refused(no)) if no.ground.id == ground::BRANCH_BEHIND.id => {
            Ok(Sent::Raced(format!("{} moved on {remote} meanwhile", place.main)))
        }
        Err(StoreError::Refused(no)) if no.ground.id == ground::PUSH_REFUSED.id => {
            Err(declined(session, queued, &no)?.into())
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The server takes nobody's word for the branch but its own: its words are in the refusal already. Pushing by hand is no way on, for
/// the same hook declines that, and the lane is where it was.
fn declined(session: &Session<'_>, queued: &Queued, no: &Refusal) -> Result<Refusal, CliError> {
    let (id, main) = (&queued.task.id, &queued.place.main);
    let now = session.store().view()?.task(id)?.map(Found::into_task);
    let status = now.map_or(queued.task.status, |task| task.status);
    let what = format!(
        "{}; {main} has not moved, and {id} is {status} as before at {}. Whoever may push to {main} there lands it, or the host merges \
         it: `[landing] via = \"host\"` in the policy has `git lane land {id}` offer it for that, and `git lane sync` closes it then",
        no.what,
        queued.tip.short()
    );
    let pr = command(&["git", "lane", "pr", id.as_str()]);
    Ok(Refusal::new(no.ground, what).hint(pr))
}
