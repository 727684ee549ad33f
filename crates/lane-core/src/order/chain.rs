//! The critical path: how many open tasks wait for each, one after the other.

use std::collections::VecDeque;

use crate::id::TaskId;
use crate::ready::Card;

/// For each of `cards`, sorted by id, the length of the longest chain of open tasks that wait for it: through
/// dependencies, blockers, and parents that wait for their parts. Each task weighs one (Kahn's order, linear). What waits
/// for itself has the length that is known without the circle.
pub(super) fn lengths(cards: &[Card]) -> Vec<u32> {
    let index = |id: &TaskId| cards.binary_search_by(|card| card.id.cmp(id)).ok();
    let mut needs: Vec<Vec<usize>> = vec![Vec::new(); cards.len()];
    let mut waiting: Vec<u32> = vec![0; cards.len()];
    for (at, card) in cards.iter().enumerate() {
        let mut on: Vec<usize> = needed(card).filter_map(index).collect();
        on.sort_unstable();
        on.dedup();
        on.iter().for_each(|first| waiting[*first] += 1);
        needs[at] = on;
    }
    let mut lengths = vec![0; cards.len()];
    let mut open: VecDeque<usize> = (0..cards.len()).filter(|at| waiting[*at] == 0).collect();
    while let Some(at) = open.pop_front() {
        for first in &needs[at] {
            lengths[*first] = lengths[*first].max(lengths[at] + 1);
            waiting[*first] -= 1;
            if waiting[*first] == 0 {
                open.push_back(*first);
            }
        }
    }
    lengths
}

/// What has to end before the card's task does.
fn needed(card: &Card) -> impl Iterator<Item = &TaskId> {
    let blocker = card.blocked_on.iter();
    card.depends_on.iter().chain(&card.children).chain(blocker)
}
