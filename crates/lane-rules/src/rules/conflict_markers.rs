//! `conflict-markers`: a conflict was left in a file that our merge driver merges, and the file was staged.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::leave;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let marked = scene.brought.marked.iter();
    marked
        .map(|found| {
            let what = format!(
                "{} has a conflict left in it, from line {} on",
                text::escape_path(&found.path),
                found.line
            );
            let shown = Remedy::ShowMarkers(found.path.clone());
            let left = leave(std::slice::from_ref(&found.path), scene);
            Finding::path(
                &found.path,
                Refusal::new(&ground::CONFLICT_MARKERS, what),
                std::iter::once(shown).chain(left).collect(),
            )
        })
        .collect()
}
