//! What must hold in every state of the model, and what must be reached in some.

use stateright::Property;

use super::book::bit;
use super::explore::Claims;
use super::world::At;
use super::world::CLONES;
use super::world::Refs;
use super::world::World;

/// At most one holder of a task, in every published ledger.
pub const ONE_HOLDER: &str = "a task has one holder";
/// What somebody was told is published stays so.
pub const ACKNOWLEDGED_STAYS: &str = "an acknowledged event stays";
/// No two exclusive locks meet.
pub const DISJOINT: &str = "exclusive locks are disjoint";
/// Work lands only by the fence that holds where it arrives.
pub const FENCED: &str = "no landing by an outdated fence";
/// What a clone believes to be the remote's state was it.
pub const TRACKED_IS_PREFIX: &str = "a tracked state is a prefix of the remote's";
/// An event that is decided again is not taken twice.
pub const ONCE: &str = "an event is taken once";

type Is = fn(&Claims, &World) -> bool;

fn always(name: &'static str, is: Is) -> Property<Claims> {
    Property::always(name, is)
}

fn sometimes(name: &'static str, is: Is) -> Property<Claims> {
    Property::sometimes(name, is)
}

pub(super) fn all() -> Vec<Property<Claims>> {
    vec![
        always(ONE_HOLDER, |model, world| {
            model.book.facts(world.remote).one_holder
        }),
        always(ACKNOWLEDGED_STAYS, |model, world| {
            world.acknowledged & !model.book.facts(world.remote).ids == 0
        }),
        always(DISJOINT, |model, world| model.book.facts(world.remote).disjoint),
        always(FENCED, |_, world| !world.outdated_landing),
        always(TRACKED_IS_PREFIX, |model, world| {
            let is_prefix = |refs: &Refs| model.book.is_prefix(refs.tracking, world.remote);
            world.clones.iter().all(is_prefix)
        }),
        always(ONCE, |model, world| model.book.facts(world.remote).once),
        sometimes("agent 0 wins", wins::<0>),
        sometimes("agent 1 wins", wins::<1>),
        sometimes("agent 2 wins", wins::<2>),
        sometimes("a lost race is decided again and won", |_, world| {
            let again = |at: At| matches!(at, At::Pushed { again: true, .. });
            world.agents.iter().any(|agent| again(agent.at))
        }),
        sometimes("a lease is reclaimed", |model, world| {
            world.acknowledged & model.book.facts(world.remote).reclaims != 0
        }),
        sometimes("a task lands", |model, world| {
            world.acknowledged & model.book.facts(world.remote).landings != 0
        }),
        sometimes(
            "the event of a killed process counts everywhere",
            |model, world| {
                let clones = (0..CLONES).filter(|clone| world.is_home(*clone));
                let has = |clone: usize| model.book.facts(world.clones[clone].local).ids;
                clones.map(has).fold(world.orphaned, |ids, has| ids & has) != 0
            },
        ),
        sometimes("a provisional claim is published", |model, world| {
            world.acknowledged & model.book.facts(world.remote).provisional != 0
        }),
        sometimes("a provisional claim is refused on return", |_, world| {
            world.given_up
        }),
    ]
}

fn wins<const AGENT: u8>(model: &Claims, world: &World) -> bool {
    let claims = model.book.facts(world.remote).claims;
    let acknowledged = |event: u8| world.acknowledged & bit(event) != 0;
    claims
        .iter()
        .flatten()
        .any(|claim| claim.by == AGENT && acknowledged(claim.event))
}
