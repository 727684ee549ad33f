//! The local ref: the remote's state and, on top, what is pending, decided again whenever the ground moves.

use super::book::Book;
use super::book::Ledger;
use super::event::Ev;
use super::world::World;

/// Brings the local ref up to the tracking ref, where a process was killed between the two.
pub(super) fn settle(book: &Book, world: &mut World, clone: usize) {
    let refs = world.clones[clone];
    if !book.is_prefix(refs.tracking, refs.local) {
        rebase(book, world, clone, refs.tracking);
        move_fences(book, world, clone);
    }
}

/// Decides the local events that `base` does not have again, on top of it. What is refused is given up.
pub(super) fn rebase(book: &Book, world: &mut World, clone: usize, base: Ledger) {
    let local = world.clones[clone].local;
    if book.is_prefix(base, local) {
        return;
    }
    let mut onto = base;
    for event in book.beyond(local, base) {
        match book.append(
            onto,
            Ev {
                at: world.now,
                ..event
            },
        ) {
            Some(next) => onto = next,
            None => world.given_up = true,
        }
    }
    world.clones[clone].local = onto;
}

/// The fences of the clone's worktrees move along with the claims that bound them.
pub(super) fn move_fences(book: &Book, world: &mut World, clone: usize) {
    let claims = book.facts(world.clones[clone].local).claims;
    for agent in world
        .agents
        .iter_mut()
        .filter(|agent| usize::from(agent.home) == clone)
    {
        let Some(binding) = &mut agent.binding else {
            continue;
        };
        let moved = claims[usize::from(binding.task)].filter(|claim| claim.event == binding.event);
        binding.fence = moved.map_or(binding.fence, |claim| claim.fence);
    }
}
