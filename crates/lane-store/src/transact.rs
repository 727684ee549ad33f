//! The one way in: load, decide, apply, write, compare-and-swap; on a lost race load again and decide again.

use lane_core::apply::Write;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_git::Oid;
use lane_git::OsLock;
use lane_git::SwapError;

use crate::chain::Chain;
use crate::error::StoreError;
use crate::journal;
use crate::settle;
use crate::settle::Leases;
use crate::source::Actor;
use crate::store::STATE_REF;
use crate::store::Store;
use crate::tree_view::TreeView;

/// How often a lost race is run again.
const TRIES: usize = 32;

/// How many due events go before one decision: one for each holder of this clone, at the worst.
pub(crate) const DUE_MAX: usize = 10_000;

/// A decision: sees the state that its event will follow, and runs again when that is another one.
pub type Decide<'d> = &'d mut dyn FnMut(&TreeView<'_>) -> Result<Payload, StoreError>;

/// What a transaction put on the ref.
#[derive(Clone, Debug)]
pub struct Committed {
    /// The event.
    pub event: Event,
    /// What it wrote.
    pub writes: Vec<Write>,
    /// The commit.
    pub tip: Oid,
}

impl Store<'_> {
    /// Decides on the current state and commits what was decided. `decide` sees the state that its event will
    /// follow, and runs again when another process was faster.
    pub fn transact(&self, actor: &Actor, decide: Decide<'_>) -> Result<Committed, StoreError> {
        let guard = self.os_lock()?;
        let mut lost = 0;
        for _ in 0..DUE_MAX {
            let mut chain = self.chain()?;
            let (actor, payload, last) = chain.next(actor, decide)?;
            let Some(committed) = self.attempt(&guard, &mut chain, &actor, payload)? else {
                lost += 1;
                if lost == TRIES {
                    break;
                }
                continue;
            };
            if last {
                return Ok(committed);
            }
        }
        Err(StoreError::Contention(format!(
            "the state moved {lost} times while this was decided"
        )))
    }

    /// Brings policy and leases up to date, if anything is due. Says whether anything was.
    pub fn settle(&self, actor: &Actor) -> Result<bool, StoreError> {
        if !self.is_due(actor)? {
            return Ok(false);
        }
        let guard = self.os_lock()?;
        for _ in 0..DUE_MAX {
            let mut chain = self.chain()?;
            let view = chain.view()?;
            match settle::due(self, &view, actor, Leases::Thirds, self.source.now())? {
                None => return Ok(true),
                Some((actor, payload)) => drop(self.attempt(&guard, &mut chain, &actor, payload)?),
            }
        }
        Err(StoreError::Contention(format!(
            "more than {DUE_MAX} events were due"
        )))
    }

    /// Whether a policy is to be adopted, or a lease of this clone to be renewed.
    pub(crate) fn is_due(&self, actor: &Actor) -> Result<bool, StoreError> {
        let view = self.view()?;
        Ok(settle::due(self, &view, actor, Leases::Thirds, self.source.now())?.is_some())
    }

    /// A chain that begins on the local tip.
    pub(crate) fn chain(&self) -> Result<Chain<'_>, StoreError> {
        Chain::on(self, self.tip()?.ok_or(StoreError::NotSetUp)?)
    }

    /// One event on top of `chain`; none when somebody else moved the ref meanwhile.
    fn attempt(
        &self,
        guard: &OsLock,
        chain: &mut Chain<'_>,
        actor: &Actor,
        what: Payload,
    ) -> Result<Option<Committed>, StoreError> {
        let before = chain.head().commit;
        let committed = chain.append(chain.event(self.source.nonce(), actor, what))?;
        let moved = self.swap_state(guard, Some(before), committed.tip)?;
        if !moved {
            return Ok(None);
        }
        self.source.failpoint("swapped");
        journal::append(
            &self.local_dir(),
            committed.tip,
            committed.event.seq,
            committed.event.at,
        );
        Ok(Some(committed))
    }

    /// Moves the state ref, if it is where it is thought to be.
    pub(crate) fn swap_state(&self, guard: &OsLock, from: Option<Oid>, to: Oid) -> Result<bool, StoreError> {
        self.swap(STATE_REF, guard, from, to)
    }

    /// Moves a ref of ours, if it is where it is thought to be.
    pub(crate) fn swap(
        &self,
        name: &str,
        guard: &OsLock,
        from: Option<Oid>,
        to: Oid,
    ) -> Result<bool, StoreError> {
        match self.repo.swap_ref(name, from, to, guard) {
            Ok(()) => Ok(true),
            Err(SwapError::Moved { .. }) => Ok(false),
            Err(SwapError::Locked { path, note }) => Err(StoreError::Contention(format!(
                "{name} is locked by {}: {note}",
                path.display()
            ))),
            Err(SwapError::Git(e)) => Err(e.into()),
            Err(other) => Err(StoreError::Contention(other.to_string())),
        }
    }
}
