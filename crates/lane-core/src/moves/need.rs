//! What must be true for a transition.

/// What must be true for a row's transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The integration branch has a policy.
    Policy,
    /// Every task that it depends on is done.
    Dependencies,
    /// Every part of it is done or given up.
    Children,
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
    /// Nobody else holds what its scope covers; of a lane that is taken over, what its locks cover.
    ScopeFree,
    /// The holder acts, or an orchestrator or maintainer by `--role`.
    Holder,
    /// The holder acts, or who reviews or tests it now, or an orchestrator or maintainer by `--role`.
    Hand,
    /// The holder acts, or an orchestrator or maintainer, or the worker's time is over.
    HolderOrLate,
    /// Nobody else reviews or tests it, or their time is over.
    Free,
    /// Whoever approves did not write it, unless the policy lets authors approve.
    NotAuthor,
    /// Its author judged the same commit before, where the policy has that stage.
    SelfReviewed,
    /// The verdict is on the commit that was handed off, or brings the evidence for a newer one.
    OnTip,
    /// The work is implemented, where its kind asks for that; of high risk that is said.
    Implemented,
    /// Whoever acts reviews or tests it now, or takes whoever does off it by `--role orchestrator`.
    Assigned,
    /// A reason is given.
    Reason,
    /// A verdict against the work says what was found.
    Finding,
    /// Blocking it does not close a circle.
    NoCycle,
    /// The lease is over.
    LeaseOver,
    /// The tip is on the integration branch.
    Landed,
    /// Landings are not frozen.
    Thawed,
    /// The commit is what was handed off, and the claim is the one that it was handed off under.
    Queued,
    /// Every stage of the policy found it ready.
    Judged,
    /// A person signed what lands, where the policy wants that.
    Signed,
    /// A person acts who did not write it.
    Person,
    /// The evidence is as recorded, and every acceptance check has passed on that tree, where that is due.
    Evidence,
}

impl Need {
    /// What must be true, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Policy => "the integration branch has a policy",
            Self::Dependencies => "every task that it depends on is done",
            Self::Children => "every part of it is done or given up",
            Self::Blocker => "the task that blocks it, if one does, is done",
            Self::Scope => "it has a scope, where the policy requires one",
            Self::Area => "its area is declared and its scope stays out of other areas",
            Self::Branch => "its branch is no other lane's",
            Self::Capacity => "the pool has room",
            Self::AreaLane => "its area has room for one more lane",
            Self::ScopeFree => "nobody else holds what its scope covers",
            Self::Holder => "its holder acts (or `--role orchestrator`, `--role maintainer`)",
            Self::Hand => {
                "its holder acts, or who reviews or tests it (or `--role orchestrator`, `--role maintainer`)"
            }
            Self::HolderOrLate => {
                "its holder acts (or `--role orchestrator`, `--role maintainer`), or the holder's time is over"
            }
            Self::Free => "nobody else reviews or tests it, or their time is over",
            Self::NotAuthor => "whoever acts did not write it, unless the policy lets authors approve",
            Self::SelfReviewed => "its author judged the same commit, where the policy has that stage",
            Self::OnTip => {
                "the verdict is on the commit that was handed off, or brings evidence for a newer one"
            }
            Self::Implemented => "it is implemented, where its kind asks for that",
            Self::Assigned => {
                "whoever acts reviews or tests it (or somebody does, and `--role orchestrator` acts)"
            }
            Self::Reason => "a reason is given",
            Self::Finding => "a finding is given",
            Self::NoCycle => "no task would wait for itself",
            Self::LeaseOver => "the lease is over",
            Self::Landed => "its tip is on the integration branch",
            Self::Thawed => "landings are not frozen",
            Self::Queued => "the commit is what was handed off, and its claim is the same",
            Self::Judged => "every stage of the policy found it ready",
            Self::Signed => "a person signed it, where the policy wants that",
            Self::Person => "a person acts who did not write it",
            Self::Evidence => {
                "every acceptance check has passed on that tree, where it is due: at the end of testing, or at the handoff where testing is off"
            }
        }
    }
}
