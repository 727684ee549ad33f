//! What a person's work touches that is somebody's: advice, for it is judged by those who take it.

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::record::Lock;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_git::PathChange;
use lane_rules::Finding;
use lane_rules::ReachError;

/// Advice about the paths that a person's work changes. `fork`: it comes from somebody who cannot be a maintainer here.
///
/// # Errors
/// When a glob of the policy or of a lock cannot be read.
pub(super) fn advice(
    changes: &[PathChange],
    policy: &Adopted,
    locks: &[Lock],
    fork: bool,
    now: Timestamp,
) -> Result<Vec<Finding>, ReachError> {
    let mut found = Vec::new();
    let maintained = policy.maintained().map_err(|fault| unread("the policy", fault))?;
    let ours = changes
        .iter()
        .filter(|change| fork && maintained.covers(&change.path));
    found.extend(ours.map(|change| {
        let what = format!(
            "{} belongs to the maintainer role",
            text::escape_path(&change.path)
        );
        about(change, Refusal::new(&ground::MAINTAINER_PATH, what))
    }));
    for lock in locks.iter().filter(|lock| !lock.is_over(now)) {
        let scope = Scope::parse(&lock.scope);
        let scope = scope.map_err(|fault| unread(&format!("lock {}", lock.id), fault))?;
        let held = changes.iter().filter(|change| scope.covers(&change.path));
        found.extend(held.map(|change| {
            let what = format!("{} is held by {}", text::escape_path(&change.path), lock.owner);
            let refusal = Refusal::new(&ground::FOREIGN_LOCK, what);
            about(change, refusal.held_by_lock(lock, now))
        }));
    }
    Ok(found)
}

fn about(change: &PathChange, refusal: Refusal) -> Finding {
    Finding::path(&change.path, refusal, Vec::new()).at(Level::Advice)
}

fn unread(place: &str, fault: lane_core::glob::GlobError) -> ReachError {
    ReachError {
        place: place.to_owned(),
        fault,
    }
}
