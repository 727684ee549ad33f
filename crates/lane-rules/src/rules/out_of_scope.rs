//! `out-of-scope`: the lane's task names the path as out of its scope.

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
    let Some(lane) = &scene.lane else { return Ok(None) };
    if !reach.banned.covers(&edit.path) {
        return Ok(None);
    }
    let what = format!(
        "{} names {} as out of its scope",
        lane.task.id,
        text::escape_path(&edit.path)
    );
    let refusal = Refusal::new(&ground::OUT_OF_SCOPE, what);
    Ok(Some(Finding::path(&edit.path, refusal, ways_on(edit, scene))))
}
