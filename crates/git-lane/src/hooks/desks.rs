//! Where this clone's lanes are worked on, and what they have: asked by rules about commits beside them.

use lane_core::id::TaskId;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Desks;
use lane_rules::Edit;
use lane_store::TreeView;

use super::judging::Repairs;

/// Looks up when asked. What cannot be read is not there: the rule then finds, and its hint makes a worktree.
pub(super) struct LaneDesks<'a> {
    pub(super) repo: &'a Repo,
    pub(super) view: &'a TreeView<'a>,
}

impl LaneDesks<'_> {
    fn branch(&self, task: &TaskId) -> Option<String> {
        let found = self.view.task(task).ok()??;
        Some(format!("refs/heads/{}", Found::into_task(found).branch))
    }

    /// The last commit of the lane.
    pub(super) fn tip(&self, task: &TaskId) -> Option<Oid> {
        self.repo.find_ref(&self.branch(task)?).ok()?
    }

    /// Whether the lane's branch makes of the path what the edit does.
    pub(super) fn has_on_branch(&self, task: &TaskId, edit: &Edit) -> bool {
        let tip = self.tip(task);
        tip.is_some() && Repairs::new(self.repo, tip, None).is_one(edit)
    }
}

impl Desks for LaneDesks<'_> {
    fn of(&self, task: &TaskId) -> Option<String> {
        let branch = self.branch(task)?;
        let list = self.repo.worktree_list().ok()?;
        let there = list
            .into_iter()
            .find(|worktree| worktree.branch.as_ref() == Some(&branch) && worktree.path.is_dir())?;
        there.path.to_str().map(str::to_owned)
    }

    /// A squashed merge, whose conflicts are settled where it lands, is the lane's as well. And where there is no work tree,
    /// nobody works beside a lane.
    fn has(&self, task: &TaskId, edit: &Edit) -> bool {
        self.repo.work_dir().is_none()
            || self.repo.git_dir().join("SQUASH_MSG").exists()
            || self.has_on_branch(task, edit)
    }
}
