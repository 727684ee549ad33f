//! `outside-scope`: the lane does not hold the path.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::remedy::Remedy;
use crate::rules::ways_on;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    let Some(lane) = scene.lane.as_ref().filter(|_| reach.scoped) else {
        return Ok(None);
    };
    if reach.held.covers(&edit.path) || reach.common.covers(&edit.path) {
        return Ok(None);
    }
    let what = format!("{} does not hold {}", lane.task.id, text::escape_path(&edit.path));
    let refusal = Refusal::new(&ground::OUTSIDE_SCOPE, what);
    // Nobody else holds it, or `foreign-lock` would have spoken: the lock will be granted.
    let lock = Remedy::Lock(edit.path.clone());
    Ok(Some(Finding::path(
        &edit.path,
        refusal,
        std::iter::once(lock).chain(ways_on(edit, scene)).collect(),
    )))
}
