//! Events decided again on another tip, one by one. What is refused there is given up by name.

use std::collections::BTreeSet;

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::ground;

use super::given_up::GivenUp;
use super::line::Pending;
use crate::binding::Binding;
use crate::binding::bound_worktrees;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::head::Head;
use crate::store::Store;
use crate::tree_view::TreeView;

/// No grant has this number.
const NO_FENCE: u64 = 0;

/// What came of a row of events.
#[derive(Debug, Default)]
pub(super) struct Again {
    /// The events that stand, as they were and as they are.
    pub(super) kept: Vec<(Event, Event)>,
    /// Those that do not.
    pub(super) given_up: Vec<GivenUp>,
    /// The ids of those that follow of themselves and were overtaken: nobody misses them.
    pub(super) overtaken: Vec<String>,
}

impl Store<'_> {
    /// Puts `events` on `chain`, but for those whose ids are in `there`.
    pub(super) fn decide_again(
        &self,
        chain: &mut Chain<'_>,
        events: &[Pending],
        there: &BTreeSet<String>,
    ) -> Result<Again, StoreError> {
        let mut again = Again::default();
        for own in events {
            if there.contains(&own.event.id) {
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
                Ok(committed) => again.kept.push((own.event.clone(), committed.event)),
                Err(StoreError::Refused(no)) => {
                    if goes_without_a_word(&own.event, no.ground.id) {
                        again.overtaken.push(own.event.id.clone());
                    } else {
                        again.given_up.push(GivenUp::new(&own.event, own.commit, &no));
                    }
                }
                Err(other) => return Err(other),
            }
        }
        Ok(again)
    }

    /// The bindings of this clone's worktrees follow the fences of claims that have another number now. One whose
    /// claim was given up has none: its old number may be somebody else's grant.
    pub(super) fn move_fences(&self, kept: &[(Event, Event)], lost: &[GivenUp]) -> Result<(), StoreError> {
        let kept = kept.iter().map(|(old, new)| (old, new.seq));
        let lost = lost.iter().map(|lost| (&lost.event, NO_FENCE));
        let moved: Vec<(&Event, u64)> = kept
            .chain(lost)
            .filter(|(old, fence)| old.seq != *fence && matches!(old.what, Payload::TaskClaimed { .. }))
            .collect();
        if moved.is_empty() {
            return Ok(());
        }
        for (git_dir, binding) in bound_worktrees(self.repo)? {
            let found = moved.iter().find(|(old, _)| {
                old.what.task() == Some(&binding.task) && old.by == binding.agent && old.seq == binding.fence
            });
            if let Some((_, fence)) = found {
                let fence = *fence;
                Binding { fence, ..binding }.write(&git_dir)?;
            }
        }
        Ok(())
    }
}

/// What follows of itself and was overtaken: nobody's words, nobody's decision.
fn goes_without_a_word(event: &Event, why: &str) -> bool {
    match event.what {
        Payload::PolicyAdopted { .. } | Payload::IntegrationNamed { .. } => why == ground::NOTHING_CHANGES.id,
        Payload::LockRenewed { .. } => true,
        _ => false,
    }
}
