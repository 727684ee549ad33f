//! `record-unreadable`: a record of the queue that nobody can read, or that lies where no reader looks for it.

use lane_core::ground;
use lane_core::policy::POLICY_PATH;
use lane_core::refusal::Refusal;
use lane_core::text;

use crate::brought::Unread;
use crate::finding::Finding;
use crate::remedy::Remedy;
use crate::rules::leave;
use crate::scene::Scene;

/// What `git lane policy validate` judges.
const SETTINGS: [&str; 2] = [POLICY_PATH, ".agents/gates.toml"];

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
    // Asked again while the file is mended.
    let judged = SETTINGS.iter().find(|path| path.as_bytes() == found.path);
    let judged = judged.map(|path| Remedy::Run(format!("git lane policy validate {path}")));
    let shown = Remedy::ShowRecords(found.path.clone());
    let left = leave(std::slice::from_ref(&found.path), scene);
    let remedies = judged.into_iter().chain([shown]).chain(left).collect();
    Finding::path(&found.path, refusal(found), remedies)
}
