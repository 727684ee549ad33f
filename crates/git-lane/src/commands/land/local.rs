//! A landing that nobody shares: the branch is moved where it is checked out, or its ref alone, and then the event is put.

use lane_core::event::Payload;
use lane_store::Actor;

use super::build::Merge;
use super::push::Sent;
use super::queue::Queued;
use crate::actions;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;

/// Moves the branch, then says so. A kill between the two is closed by the next landing, for the tip is there.
///
/// # Errors
/// A refusal of the state, or git's where the checkout cannot be brought along: nothing has moved then.
pub(super) fn send(
    session: &Session<'_>,
    actor: &Actor,
    queued: &Queued,
    (built, payload): (&Merge<'_>, &Payload),
) -> Result<Sent, CliError> {
    let (place, store) = (&queued.place, session.store());
    let id = &queued.task.id;
    // What the state refuses by now must not be on the branch.
    let view = store.view()?;
    let against = actions::against(session, &view, actor, (id, payload.clone()))?;
    if let Some(no) = against.into_iter().next() {
        return Err(no.into());
    }
    let raced = || Sent::Raced(format!("{} moved meanwhile", place.main));
    let name = format!("refs/heads/{}", place.main);
    match &place.checkout {
        Some(path) => {
            if let Err(fault) = session.repo.forward(path, built.commit) {
                return match session.repo.find_ref(&name)? == Some(place.base) {
                    true => Err(fault.into()),
                    false => Ok(raced()),
                };
            }
        }
        None => {
            if !store.advance_branch(&place.main, place.base, built.commit)? {
                return Ok(raced());
            }
        }
    }
    session.source.failpoint("landing-moved");
    publishing::put(session, actor, &mut |_| Ok(payload.clone()))?;
    Ok(Sent::Taken)
}
