//! `record-unreadable`: a record of the queue that nobody can read, or that lies where no reader looks for it.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::leave;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    let unread = scene.brought.unreadable.iter();
    unread
        .map(|found| {
            let fault = text::excerpt(&found.fault, 300);
            let what = format!("{}: {fault}", text::escape_path(&found.path));
            let shown = Remedy::ShowRecords(found.path.clone());
            let left = leave(std::slice::from_ref(&found.path), scene);
            Finding::path(
                &found.path,
                Refusal::new(&ground::RECORD_UNREADABLE, what),
                std::iter::once(shown).chain(left).collect(),
            )
        })
        .collect()
}
