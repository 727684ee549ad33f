//! Events decided again on another tip, one by one. What is refused there is given up by name.

use std::collections::BTreeMap;

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::ground;

use super::given_up::GivenUp;
use crate::binding::Binding;
use crate::binding::bound_worktrees;
use crate::chain::Chain;
use crate::clone_id::clone_id;
use crate::error::StoreError;
use crate::head::Head;
use crate::ledger::Entry;
use crate::store::Store;
use crate::tree_view::TreeView;

/// No grant has this number.
pub(super) const NO_FENCE: u64 = 0;

/// What came of a row of events.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// The ids of the events that stand, with their numbers now.
    pub(super) kept: Vec<(String, u64)>,
    /// The claims, those that stand there already too: as they were, and their fences now.
    pub(super) claims: Vec<(Event, u64)>,
    /// Those that do not.
    pub(super) given_up: Vec<GivenUp>,
    /// The ids of those that follow of themselves and were overtaken: nobody misses them.
    pub(super) overtaken: Vec<String>,
}

impl Store<'_> {
    /// Puts `events` on `chain`, but for those whose ids are in `there`, with their numbers there.
    pub(super) fn decide_again(
        &self,
        chain: &mut Chain<'_>,
        events: &[Entry],
        there: &BTreeMap<String, u64>,
    ) -> Result<Again, StoreError> {
        let mut again = Again::default();
        for own in events {
            if let Some(seq) = there.get(&own.event.id) {
                again.claim(&own.event, *seq);
                continue;
            }
            let clock = self.source.now();
            let parent = self.repo.commit(own.commit)?.parents.first().copied();
            let before = match parent {
                Some(parent) => Head::read(self.repo, parent)?.tree,
                None => continue,
            };
            let before = TreeView::open(self, before)?.of_the_past();
            let fresh = own
                .event
                .again(&before, &chain.view()?, chain.head().seq + 1, clock);
            let taken = fresh
                .map_err(StoreError::from)
                .and_then(|event| chain.append(event));
            match taken {
                Ok(committed) => {
                    again.kept.push((own.event.id.clone(), committed.event.seq));
                    again.claim(&own.event, committed.event.seq);
                }
                Err(StoreError::Refused(no)) => {
                    if goes_without_a_word(&own.event, no.ground.id) {
                        again.overtaken.push(own.event.id.clone());
                    } else {
                        again.claim(&own.event, NO_FENCE);
                        again.given_up.push(GivenUp::new(&own.event, own.commit, &no));
                    }
                }
                Err(other) => return Err(other),
            }
        }
        Ok(again)
    }

    /// The bindings of this clone's worktrees follow the fences of claims that have another number now. One whose
    /// claim was given up has none: its old number may be somebody else's grant. Before the ref moves: a kill in between
    /// leaves a binding that is ahead, and the next time takes it along again.
    pub(super) fn move_fences(&self, claims: &[(Event, u64)]) -> Result<(), StoreError> {
        if claims.is_empty() {
            return Ok(());
        }
        let clone = clone_id(self.repo, self.source)?;
        for (git_dir, binding) in bound_worktrees(self.repo)? {
            let found = claims.iter().rfind(|(old, _)| {
                old.what.task() == Some(&binding.task)
                    && (&old.by, &old.clone) == (&binding.agent, &clone)
                    && old.seq <= binding.fence
            });
            if let Some((_, fence)) = found
                && *fence != binding.fence
            {
                let fence = *fence;
                Binding { fence, ..binding }.write(&git_dir)?;
            }
        }
        Ok(())
    }
}

impl Again {
    fn claim(&mut self, old: &Event, now: u64) {
        if matches!(old.what, Payload::TaskClaimed { .. }) {
            self.claims.push((old.clone(), now));
        }
    }
}

/// The numbers of events by their ids.
pub(super) fn numbers(events: &[Entry]) -> BTreeMap<String, u64> {
    let number = |found: &Entry| (found.event.id.clone(), found.event.seq);
    events.iter().map(number).collect()
}

/// What follows of itself and was overtaken: nobody's words, nobody's decision.
fn goes_without_a_word(event: &Event, why: &str) -> bool {
    match event.what {
        Payload::PolicyAdopted { .. } | Payload::IntegrationNamed { .. } => why == ground::NOTHING_CHANGES.id,
        Payload::LockRenewed { .. } => true,
        _ => false,
    }
}
