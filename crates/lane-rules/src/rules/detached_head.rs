//! `detached-head`: a lane's commit would be on no branch. A rebase, where HEAD is detached too, is no finding.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use crate::finding::Finding;
use crate::rules::ways_out;
use crate::scene::Checkout;
use crate::scene::Operation;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Option<Finding> {
    let lane = scene.lane.as_ref()?;
    // A rebase by patches does not say which branch it rebases until it stops.
    if scene.checkout != Checkout::Detached || scene.operation == Some(Operation::Rebase) {
        return None;
    }
    let what = format!(
        "HEAD is detached, so a commit for {} would be on no branch",
        lane.task.id
    );
    let switch = command(&["git", "switch", &lane.task.branch]);
    Some(Finding::whole(
        Refusal::new(&ground::DETACHED_HEAD, what),
        ways_out(scene, [switch]),
    ))
}
