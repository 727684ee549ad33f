//! `foreign-lock`: somebody else holds a lock on the path.

use lane_core::glob::Scope;
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
use crate::rules::ways_on;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    if reach.common.covers(&edit.path) {
        return Ok(None);
    }
    for lock in scene.locks.iter().filter(|lock| !is_own(lock, scene)) {
        if covers(lock, &edit.path)? && !shares(lock, &edit.path, scene)? {
            return Ok(Some(finding(edit, lock, scene)));
        }
    }
    Ok(None)
}

/// A lock of the same lane, or of the same agent outside lanes.
fn is_own(lock: &Lock, scene: &Scene<'_>) -> bool {
    match (&lock.task, &scene.lane) {
        (Some(task), Some(lane)) => *task == lane.task.id,
        _ => lock.is_held_by(scene.actor, scene.clone),
    }
}

fn covers(lock: &Lock, path: &[u8]) -> Result<bool, ReachError> {
    let scope = Scope::parse(&lock.scope).map_err(|fault| ReachError {
        place: format!("lock {}", lock.id),
        fault,
    })?;
    Ok(scope.covers(path))
}

/// Whether the path is held shared by both.
fn shares(lock: &Lock, path: &[u8], scene: &Scene<'_>) -> Result<bool, ReachError> {
    if lock.mode == LockMode::Exclusive {
        return Ok(false);
    }
    for own in scene
        .locks
        .iter()
        .filter(|own| own.mode == LockMode::Shared && is_own(own, scene))
    {
        if covers(own, path)? {
            return Ok(true);
        }
    }
    Ok(false)
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
