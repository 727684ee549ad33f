//! `maintainer-path`: policy, attributes and CI belong to the maintainer role, whatever a scope says.

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
    if !reach.maintained.covers(&edit.path) {
        return Ok(None);
    }
    let what = format!("{} belongs to the maintainer role", text::escape_path(&edit.path));
    let refusal = Refusal::new(&ground::MAINTAINER_PATH, what);
    Ok(Some(Finding::path(&edit.path, refusal, ways_on(edit, scene))))
}
