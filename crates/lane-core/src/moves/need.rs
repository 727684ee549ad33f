//! What must be true for a transition.

/// What must be true for a row's transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The integration branch has a policy.
    Policy,
    /// Every task that it depends on is done.
    Dependencies,
    /// The task that blocks it, if one does, is done.
    Blocker,
    /// It has a scope where the policy requires one.
    Scope,
    /// Its area is declared, and its scope stays out of other areas.
    Area,
    /// Its branch is no other lane's, and not the integration branch.
    Branch,
    /// The pool has room.
    Capacity,
    /// Its area has room for one more lane.
    AreaLane,
    /// Nobody else holds what its scope covers.
    ScopeFree,
    /// The holder acts, or an orchestrator or maintainer by `--role`.
    Holder,
    /// A reason is given.
    Reason,
    /// Blocking it does not close a circle.
    NoCycle,
    /// The lease is over.
    LeaseOver,
    /// The tip is on the integration branch.
    Landed,
    /// Every acceptance check has passed on the tree that is handed off.
    Evidence,
}

impl Need {
    /// What must be true, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Policy => "the integration branch has a policy",
            Self::Dependencies => "every task that it depends on is done",
            Self::Blocker => "the task that blocks it, if one does, is done",
            Self::Scope => "it has a scope, where the policy requires one",
            Self::Area => "its area is declared and its scope stays out of other areas",
            Self::Branch => "its branch is no other lane's",
            Self::Capacity => "the pool has room",
            Self::AreaLane => "its area has room for one more lane",
            Self::ScopeFree => "nobody else holds what its scope covers",
            Self::Holder => "its holder acts (or `--role orchestrator`, `--role maintainer`)",
            Self::Reason => "a reason is given",
            Self::NoCycle => "no task would wait for itself",
            Self::LeaseOver => "the lease is over",
            Self::Landed => "its tip is on the integration branch",
            Self::Evidence => "every acceptance check has passed on the tree that is handed off",
        }
    }
}
