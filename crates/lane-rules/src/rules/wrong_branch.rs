//! `wrong-branch`: the worktree belongs to a lane, and another branch than the lane's is checked out.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;

use crate::finding::Finding;
use crate::rules::ways_out;
use crate::scene::Checkout;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let lane = scene.lane.as_ref()?;
    let Checkout::Branch(branch) = &scene.checkout else {
        return None;
    };
    if *branch == lane.task.branch {
        return None;
    }
    let what = format!(
        "this worktree belongs to {} on branch {}, and {} is checked out",
        lane.task.id,
        lane.task.branch,
        text::excerpt(branch, 80)
    );
    let switch = command(&["git", "switch", &lane.task.branch]);
    Some(Finding::whole(
        Refusal::new(&ground::WRONG_BRANCH, what),
        ways_out(scene, [switch]),
    ))
}
