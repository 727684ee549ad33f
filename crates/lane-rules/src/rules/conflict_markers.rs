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
                "{} has a conflict left in it, from line {} on: settle it, and stage it again",
                text::escape_path(&found.path),
                found.line
            );
            let shown = Remedy::ShowMarkers(found.path.clone());
            let again = Remedy::StageAgain(found.path.clone(), scene.operation);
            let back = scene.operation.map(|_| Remedy::BringBack(found.path.clone()));
            let left = leave(std::slice::from_ref(&found.path), scene);
            Finding::path(
                &found.path,
                Refusal::new(&ground::CONFLICT_MARKERS, what),
                [shown, again].into_iter().chain(back).chain(left).collect(),
            )
        })
        .collect()
}
