//! What stands around a commit in this worktree whatever it changes: who commits, its lane, and the state's locks and rules.

use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::policy::Adopted;
use lane_core::record::Exception;
use lane_core::record::Lock;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_git::Repo;
use lane_rules::Brought;
use lane_rules::Checkout;
use lane_rules::Desks;
use lane_rules::LaneScene;
use lane_rules::Operation;
use lane_rules::Scene;
use lane_rules::SoFar;
use lane_store::TreeView;

use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;

pub(super) struct Surroundings {
    actor: Agent,
    clone: CloneId,
    /// The lane that the worktree or the branch belongs to.
    pub(super) lane: Option<LaneScene>,
    has_lane: bool,
    locks: Vec<Lock>,
    exceptions: Vec<Exception>,
    checkout: Checkout,
    integration: String,
    now: Timestamp,
    /// The policy that judges.
    pub(super) policy: Adopted,
}

impl Surroundings {
    pub(super) fn of(
        session: &Session<'_>,
        view: &TreeView<'_>,
        actor: Agent,
        clone: CloneId,
    ) -> Result<Self, CliError> {
        let repo = session.repo;
        let checkout = finding_lane::checkout(repo)?;
        let lanes = view.lanes()?;
        let integration = view.meta()?.integration;
        Ok(Self {
            lane: finding_lane::of_worktree(view, session.binding()?.as_ref(), &checkout)?,
            has_lane: lanes.iter().any(|lane| lane.by == actor && lane.clone == clone),
            locks: view.locks()?,
            exceptions: view.exceptions()?,
            policy: policy(repo, view.policy()?, &integration),
            now: session.source.now(),
            actor,
            clone,
            checkout,
            integration,
        })
    }

    /// Whether the actor itself holds a lock in this clone.
    pub(super) fn holds_lock(&self) -> bool {
        let mut locks = self.locks.iter();
        locks.any(|lock| lock.is_held_by(&self.actor, &self.clone))
    }

    /// The lane's task, if this worktree is one.
    pub(super) fn task(&self) -> Option<&Task> {
        self.lane.as_ref().map(|lane| &lane.task)
    }

    /// Who acts.
    pub(super) fn actor(&self) -> &Agent {
        &self.actor
    }

    /// All of it, around a commit that brings this while that is under way.
    pub(super) fn scene<'a>(
        &'a self,
        operation: Option<Operation>,
        brought: &'a Brought,
        desks: &'a dyn Desks,
    ) -> Scene<'a> {
        Scene {
            actor: &self.actor,
            clone: &self.clone,
            lane: self.lane.clone(),
            holds: self.has_lane || self.holds_lock(),
            locks: &self.locks,
            policy: &self.policy,
            exceptions: &self.exceptions,
            now: self.now,
            checkout: self.checkout.clone(),
            integration: &self.integration,
            desks,
            operation,
            brought,
            so_far: &SoFar::default,
        }
    }
}

/// The state's policy; before the first decision, which adopts it, the one that it will adopt.
fn policy(repo: &Repo, adopted: Adopted, integration: &str) -> Adopted {
    if !adopted.commit.is_empty() {
        return adopted;
    }
    let file = lane_store::find_policy(repo, integration).ok().flatten();
    let file = file.and_then(|file| Some(Adopted::of(&file.parse().ok()?, "")));
    file.unwrap_or(adopted)
}
