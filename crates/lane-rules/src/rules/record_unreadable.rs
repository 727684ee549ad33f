//! `record-unreadable`: a record of the queue that nobody can read, or that lies where no reader looks for it.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::brought::Unread;
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::leave;
use crate::scene::Scene;

pub(super) fn judge(scene: &Scene<'_>) -> Vec<Finding> {
    scene
        .brought
        .unreadable
        .iter()
        .map(|found| finding(found, scene))
        .collect()
}

/// The file, and its fault with the line.
pub(crate) fn refusal(found: &Unread) -> Refusal {
    let fault = text::excerpt(&found.fault, 300);
    let what = format!("{}: {fault}", text::escape_path(&found.path));
    Refusal::new(&ground::RECORD_UNREADABLE, what)
}

fn finding(found: &Unread, scene: &Scene<'_>) -> Finding {
    let shown = Remedy::ShowRecords(found.path.clone());
    let left = leave(std::slice::from_ref(&found.path), scene);
    let remedies = std::iter::once(shown).chain(left).collect();
    Finding::path(&found.path, refusal(found), remedies)
}
