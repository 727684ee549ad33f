//! `foreign-lane`: the worktree or branch belongs to a lane that another agent holds.

use lane_core::ground;
use lane_core::refusal::Held;
use lane_core::refusal::Refusal;

use crate::finding::Finding;
use crate::rules::ways_out;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let task = &scene.lane.as_ref()?.task;
    let claim = task.claim.as_ref()?;
    if claim.is_held_by(scene.actor, scene.clone) {
        return None;
    }
    let lock = scene
        .locks
        .iter()
        .find(|lock| lock.task.as_ref() == Some(&task.id) && lock.fence == claim.fence);
    let elsewhere = if claim.by == *scene.actor {
        " in another clone"
    } else {
        ""
    };
    let what = format!(
        "{} is {}'s lane{elsewhere}, and you are {}",
        task.id, claim.by, scene.actor
    );
    let refusal = Refusal::new(&ground::FOREIGN_LANE, what);
    let refusal = match lock {
        Some(lock) => refusal.held(Held::by_lock(lock, scene.now)),
        None => refusal,
    };
    Some(Finding::whole(
        refusal,
        ways_out(scene, ["git lane ready".to_owned()]),
    ))
}
