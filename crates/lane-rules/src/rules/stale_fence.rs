//! `stale-fence`: the worktree was bound under a grant that is no longer the newest.

use lane_core::ground;
use lane_core::record::Phase;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use crate::finding::Finding;
use crate::rules::ways_out;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let lane = scene.lane.as_ref()?;
    let bound = lane.bound_fence?;
    let task = &lane.task;
    let id = task.id.as_str();
    let (what, next) = match &task.claim {
        Some(claim) if claim.fence == bound => return None,
        Some(claim) if claim.is_held_by(scene.actor, scene.clone) => (
            format!(
                "this worktree was bound to {id} with fence {bound}; your claim has fence {} now",
                claim.fence
            ),
            vec![command(&["git", "lane", "start", id])],
        ),
        Some(claim) => (
            format!(
                "this worktree's hold on {id} (fence {bound}) was outdated when {} claimed it at {} (fence {})",
                claim.by, claim.since, claim.fence
            ),
            vec![
                "git lane ready".to_owned(),
                command(&["git", "lane", "log", "--task", id]),
            ],
        ),
        None if task.status == Phase::Done => (
            format!("{id} is done, so its lane is closed"),
            vec!["git lane ready".to_owned()],
        ),
        None => (
            format!(
                "this worktree's hold on {id} (fence {bound}) ended: it was released or reclaimed, and nobody holds it now"
            ),
            vec![
                command(&["git", "lane", "start", id, "--here"]),
                command(&["git", "lane", "log", "--task", id]),
            ],
        ),
    };
    Some(Finding::whole(
        Refusal::new(&ground::STALE_FENCE, what),
        ways_out(scene, next),
    ))
}
