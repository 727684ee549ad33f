//! Whether commits of the ledger have the trees that follow from their events: what was edited by hand has not.

use std::collections::BTreeMap;

use lane_core::refusal::Refusal;
use lane_git::Commit;
use lane_git::Oid;

use super::again::NO_FENCE;
use super::given_up::GivenUp;
use super::line;
use super::link::Link;
use super::report::Report;
use super::turn::AHEAD_SECS;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::ledger::Entry;
use crate::store::Store;

/// The most commits whose trees are looked at; of more, `verify --full` looks at all.
const LOOKED_AT: usize = 1_000;

impl Store<'_> {
    /// The first of `line` whose tree does not follow from its event, `before` being the commit before them.
    pub(super) fn first_illegal(&self, before: Oid, line: &[Commit]) -> Result<Option<Oid>, StoreError> {
        if line.len() > LOOKED_AT {
            return Ok(None);
        }
        let mut before = before;
        for commit in line {
            let chain = Chain::on(self, before)?;
            let legal = match Entry::of(commit).map(|entry| chain.tree_after(&entry.event)) {
                Ok(Ok(tree)) => tree == commit.tree,
                Ok(Err(StoreError::Refused(_))) | Err(_) => false,
                Ok(Err(other)) => return Err(other),
            };
            if !legal {
                return Ok(Some(commit.id));
            }
            before = commit.id;
        }
        Ok(None)
    }

    /// Pending events whose records were edited by hand, or whose clock was ahead, are decided again: nothing illegal
    /// leaves this clone, and nothing that would move the time of others.
    pub(super) fn mend_pending(&self, link: &Link, report: &mut Report) -> Result<(), StoreError> {
        let (Some(seen), Some(local)) = (self.seen(link)?, self.tip()?) else {
            return Ok(());
        };
        let Some(own) = line::after(self.repo, seen, local)? else {
            return Ok(());
        };
        let now = self.source.now().secs();
        let ahead = own.iter().any(|commit| commit.time - now > AHEAD_SECS);
        let illegal = self.first_illegal(seen, &own)?.is_some();
        if !illegal && !ahead {
            return Ok(());
        }
        self.give_up_pending(link, &[], report)?;
        report.mended = illegal;
        report.was_ahead = ahead;
        Ok(())
    }

    /// Pending events that cannot be published are given up, and what came after them is decided again without them.
    pub(super) fn give_up_pending(
        &self,
        link: &Link,
        lost: &[(String, Refusal)],
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let guard = self.os_lock()?;
        let (Some(seen), Some(local)) = (self.seen(link)?, self.tip()?) else {
            return Ok(());
        };
        let own = line::after(self.repo, seen, local)?.unwrap_or_default();
        let mut chain = Chain::on(self, seen)?;
        let events = line::events(&own)?;
        let mut given_up: Vec<GivenUp> = Vec::new();
        for (id, no) in lost {
            let found = events.iter().find(|own| own.event.id == *id);
            given_up.extend(found.map(|own| GivenUp::new(&own.event, own.commit, no)));
        }
        // As if they were there already, with no fence.
        let without: BTreeMap<String, u64> = lost.iter().map(|(id, _)| (id.clone(), NO_FENCE)).collect();
        let again = self.decide_again(&mut chain, &events, &without)?;
        given_up.extend(again.given_up);
        for lost in &given_up {
            lost.keep(self)?;
        }
        self.move_fences(&again.claims)?;
        self.move_to(&guard, local, chain.head())?;
        report.given_up.extend(given_up);
        Ok(())
    }
}
