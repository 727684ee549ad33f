//! What every command of a holder does besides its own work: a sign of life, and leases renewed when they are due.

use lane_core::policy::Role;
use lane_core::view::View as _;

use crate::publishing;
use crate::session::Session;

/// Notes that the agent acts and renews its leases when they moved enough. Never fails a command: a lease that
/// could not be renewed is renewed by the next one.
pub(crate) fn sign_of_life(session: &Session<'_>) {
    let store = session.store();
    let Ok(actor) = session.actor(Role::Worker) else {
        return;
    };
    let Ok(view) = store.view() else { return };
    let Ok(locks) = view.locks() else { return };
    if locks.iter().any(|lock| lock.is_held_by(&actor.by, &actor.clone)) {
        lane_store::touch(&store.local_dir(), &actor.by, session.source.now());
        if store.settle(&actor).is_ok_and(|due| due) {
            publishing::in_passing(session, &actor);
        }
    }
}
