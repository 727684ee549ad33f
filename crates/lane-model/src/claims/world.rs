//! A state of the model: the remote, the clones' refs, and where each agent stands.

use super::book::Ledger;
use super::step::Op;

/// How many agents there are.
pub(super) const AGENTS: usize = 3;
/// How many clones there are, at most.
pub(super) const CLONES: usize = 3;

/// Everything that can differ between two moments.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct World {
    /// The ledger on the remote.
    pub(super) remote: Ledger,
    pub(super) clones: [Refs; CLONES],
    pub(super) agents: [Agent; AGENTS],
    /// Steps of the clock that have passed.
    pub(super) now: u8,
    /// How many kills and unanswered pushes may still come.
    pub(super) faults: u8,
    /// How many claims may still be made offline.
    pub(super) offline: u8,
    /// The ids of events that somebody was told are published, a bit each.
    pub(super) acknowledged: u32,
    /// The ids of events whose process was killed after its push, before the local ref.
    pub(super) orphaned: u32,
    /// Whether a provisional event was refused on return.
    pub(super) given_up: bool,
    /// Whether work arrived on the integration branch by a fence that was outdated there.
    pub(super) outdated_landing: bool,
}

impl World {
    /// The clone of an agent.
    pub(super) fn home(&self, agent: u8) -> usize {
        usize::from(self.agents[usize::from(agent)].home)
    }

    /// Whether somebody works in the clone.
    pub(super) fn is_home(&self, clone: usize) -> bool {
        self.agents.iter().any(|agent| usize::from(agent.home) == clone)
    }
}

/// A clone's refs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Refs {
    /// The last state seen on the remote.
    pub(super) tracking: Ledger,
    /// That, and what is not yet published.
    pub(super) local: Ledger,
}

/// One agent, its process and its worktree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Agent {
    /// The clone that it works in; it never moves.
    pub(super) home: u8,
    /// How many operations it may still begin.
    pub(super) left: u8,
    pub(super) binding: Option<Binding>,
    pub(super) at: At,
}

/// What a worktree is bound to, on disk: it outlives its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Binding {
    pub(super) task: u8,
    pub(super) fence: u8,
    /// The event that granted: for the properties only, the protocol compares fences.
    pub(super) event: u8,
}

/// Where an agent's process stands. All but the first hold the clone's publish lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    /// No process.
    Idle,
    /// What the clone knows is not enough: it has to fetch, and to decide again.
    Asking(Job),
    /// Decided; the chain is written and not pushed. `again`: after a fetch.
    Decided { job: Job, chain: Ledger, again: bool },
    /// The remote took the chain.
    Pushed { job: Job, chain: Ledger, again: bool },
    /// The tracking ref moved.
    Tracked { job: Job, chain: Ledger },
}

/// What a process was started for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Job {
    pub(super) op: Op,
    /// The id of its event.
    pub(super) id: u8,
    /// For a reclaim: the claim whose lock it is about.
    pub(super) claim: u8,
}
