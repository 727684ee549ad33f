//! `foreign-lock`: somebody else holds a lock on the path. Where that was swept up from an index that two agents
//! share, `foreign-staged` says so instead.

use lane_core::ground;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::refusal::Refusal;
use lane_core::refusal::reclaim;
use lane_core::text;

use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::foreign_staged;
use crate::rules::ways_on;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    let lock = standing(edit, scene, reach).filter(|lock| !foreign_staged::is_swept_up(lock, scene));
    Ok(lock.map(|lock| finding(edit, lock, scene)))
}

/// The first lock of somebody else that stands against the path.
pub(super) fn standing<'s>(edit: &Edit, scene: &Scene<'s>, reach: &Reach) -> Option<&'s Lock> {
    if reach.common.covers(&edit.path) {
        return None;
    }
    let covering = |own: bool| {
        let held = scene.locks.iter().zip(&reach.locks);
        held.filter(move |(lock, scope)| is_own(lock, scene) == own && scope.covers(&edit.path))
            .map(|(lock, _)| lock)
    };
    let shared = |lock: &&Lock| lock.mode == LockMode::Shared;
    // Held shared by both, it is nobody's alone.
    let stands = |lock: &&Lock| !(shared(lock) && covering(true).any(|own| shared(&own)));
    covering(false).find(stands)
}

/// A lock of the same lane, or of the same agent outside lanes.
fn is_own(lock: &Lock, scene: &Scene<'_>) -> bool {
    match (&lock.task, &scene.lane) {
        (Some(task), Some(lane)) => *task == lane.task.id,
        _ => lock.is_held_by(scene.actor, scene.clone),
    }
}

fn finding(edit: &Edit, lock: &Lock, scene: &Scene<'_>) -> Finding {
    let what = format!("{} is held by {}", text::escape_path(&edit.path), lock.owner);
    let mut remedies = ways_on(edit, scene);
    if lock.is_over(scene.now) {
        remedies.insert(0, Remedy::Run(reclaim(&lock.id)));
    }
    let refusal = Refusal::new(&ground::FOREIGN_LOCK, what).held_by_lock(lock, scene.now);
    Finding::path(&edit.path, refusal, remedies)
}
