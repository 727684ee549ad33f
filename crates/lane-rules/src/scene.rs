//! What a change is judged against: who commits, in which lane, what others hold, what is under way.

use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::policy::Adopted;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Task;
use lane_core::time::Timestamp;

use crate::brought::Brought;
use crate::desks::Desks;

/// Everything that stands around a commit.
pub struct Scene<'a> {
    /// Who commits.
    pub actor: &'a Agent,
    /// In which clone.
    pub clone: &'a CloneId,
    /// The lane that the worktree or the branch belongs to.
    pub lane: Option<LaneScene>,
    /// Whether the actor itself holds a lane or a lock in this clone.
    pub holds: bool,
    /// All live locks.
    pub locks: &'a [Lock],
    /// The adopted policy.
    pub policy: &'a Adopted,
    /// All overrides that are kept.
    pub exceptions: &'a [Exception],
    /// The clock.
    pub now: Timestamp,
    /// What is checked out.
    pub checkout: Checkout,
    /// The branch that lanes land on.
    pub integration: &'a str,
    /// Where lanes are worked on.
    pub desks: &'a dyn Desks,
    /// What is under way.
    pub operation: Option<Operation>,
    /// What the commit brings to the records and to the files of the merge driver.
    pub brought: &'a Brought,
    /// What the lane did before this commit; looked up only when a rule asks.
    pub so_far: &'a dyn Fn() -> SoFar,
}

/// What a lane did before the commit that is judged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SoFar {
    /// The paths that differ between the merge base and HEAD, sorted.
    pub changed: Vec<Vec<u8>>,
    /// Whether it has a commit that the integration branch does not have.
    pub begun: bool,
    /// How many lines the commit adds and removes.
    pub lines: u64,
    /// The recorded consultations.
    pub consulted: Vec<Consulted>,
    /// The number of the event that recorded last a failure which nothing has mended.
    pub last_failure: Option<u64>,
}

/// A consultation that is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consulted {
    /// The source.
    pub source: String,
    /// Whether it stands in for one that could not be had.
    pub fallback: bool,
    /// The number of its event in the ledger.
    pub seq: u64,
}

/// A lane as a worktree or a branch has it.
#[derive(Clone, Debug)]
pub struct LaneScene {
    /// Its task, live or archived.
    pub task: Task,
    /// The fence that the worktree was bound with; none where the lane follows from the branch alone.
    pub bound_fence: Option<u64>,
}

/// What HEAD names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checkout {
    /// A branch, also one without a commit; during a rebase the one that is being rebased.
    Branch(String),
    /// A commit on no branch.
    Detached,
}

/// What git is in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `git merge`.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git rebase`.
    Rebase,
    /// `git am`.
    Am,
}

impl Operation {
    /// The command that goes on once all is staged. A merge that was squashed is ended by a commit, too.
    pub fn way_on(self) -> &'static str {
        match self {
            Self::Merge => "git commit",
            Self::CherryPick => "git cherry-pick --continue",
            Self::Revert => "git revert --continue",
            Self::Rebase => "git rebase --continue",
            Self::Am => "git am --continue",
        }
    }

    /// The command that leaves it. A refused revert leaves staged changes behind, and `revert --abort` fails then.
    pub fn way_out(self) -> &'static str {
        match self {
            Self::Merge => "git merge --abort",
            Self::CherryPick => "git cherry-pick --abort",
            Self::Revert => "git reset --merge",
            Self::Rebase => "git rebase --abort",
            Self::Am => "git am --abort",
        }
    }
}

/// How a change is staged, which decides how a path is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Staging {
    /// Where.
    pub place: StagingPlace,
    /// The paths that may stay in the commit.
    pub rest: Vec<Vec<u8>>,
}

/// Where a change is staged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StagingPlace {
    /// In the index.
    #[default]
    Index,
    /// In a temporary index: `commit -a` or `commit PATH`.
    Temporary,
    /// In the index of a branch without a commit.
    Unborn,
}
