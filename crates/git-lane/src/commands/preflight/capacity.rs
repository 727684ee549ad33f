//! Whether the pool has a place for one more: a lane in progress, a review, a test.

use lane_core::policy::Role;
use lane_core::view::View as _;

use super::Found;
use super::Scene;
use super::ill;
use super::well_with;
use crate::error::CliError;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    let store = session.store();
    let view = store.view()?;
    let (policy, lanes) = (store.policy_of_next(&view)?, view.lanes()?);
    if let Some(binding) = session.binding()? {
        let actor = session.actor(Role::Worker)?;
        let here = lanes.iter().find(|lane| lane.task == binding.task);
        if here.is_some_and(|lane| lane.by == actor.by && lane.clone == actor.clone) {
            return well_with(format!("you hold {}", binding.task));
        }
        if here.is_some_and(|lane| lane.assigned.as_ref() == Some(&actor.by)) {
            return well_with(format!("you are at {}", binding.task));
        }
    }
    let busy = lanes.iter().filter(|lane| lane.at_work().is_some()).count();
    let total = policy.capacity.total;
    if busy >= usize::try_from(total).unwrap_or(usize::MAX) {
        return ill(
            format!("{busy} of {total} places of the pool are taken: there is none left"),
            "git lane status",
        );
    }
    let held = |area| {
        lanes
            .iter()
            .filter(|lane| lane.area.as_ref() == Some(area))
            .count()
    };
    let full = policy.area.iter().filter(|(name, area)| {
        let limit = area
            .lanes
            .map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
        limit.is_some_and(|limit| held(*name) >= limit)
    });
    let full: Vec<&str> = full.map(|(name, _)| name.as_str()).collect();
    let places = format!("{busy} of {total} places of the pool taken");
    match full.as_slice() {
        [] => well_with(places),
        full => well_with(format!("{places}; no place in {}", full.join(", "))),
    }
}
