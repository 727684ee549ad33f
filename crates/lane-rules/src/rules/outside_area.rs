//! `outside-area`: another area owns the path. Areas are hard boundaries.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::change::Edit;
use crate::finding::Finding;
use crate::reach::Reach;
use crate::reach::ReachError;
use crate::rules::ways_on;
use crate::scene::Scene;

pub(super) fn judge(edit: &Edit, scene: &Scene<'_>, reach: &Reach) -> Result<Option<Finding>, ReachError> {
    let Some(area) = scene
        .lane
        .as_ref()
        .filter(|_| reach.scoped)
        .and_then(|lane| lane.task.area.as_ref())
    else {
        return Ok(None);
    };
    let path = &edit.path;
    if !reach.other_areas.covers(path) || reach.own_area.covers(path) || reach.common.covers(path) {
        return Ok(None);
    }
    let owners: Vec<&str> = scene.policy.owners_of(path).iter().map(|a| a.as_str()).collect();
    let what = format!(
        "{} is owned by area {}, not by {area}",
        text::escape_path(path),
        owners.join(", ")
    );
    let refusal = Refusal::new(&ground::OUTSIDE_AREA, what);
    Ok(Some(Finding::path(path, refusal, ways_on(edit, scene))))
}
