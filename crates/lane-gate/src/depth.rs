//! How many checks this process runs within, so that a check that runs its own gate comes to an end.

use std::env;
use std::process::Command;

/// Set for everything that a check starts: a number.
const VARIABLE: &str = "GIT_LANE_GATE_DEPTH";

/// How deep gates may stand within each other's checks. A check that runs another repository's gate needs two.
const DEEPEST: u32 = 8;

/// Whether a check that this process starts would stand too deep.
pub fn too_deep() -> bool {
    depth() >= DEEPEST
}

pub(crate) fn deeper(command: &mut Command) {
    command.env(VARIABLE, depth().saturating_add(1).to_string());
}

/// What is no number was set by nobody of ours.
fn depth() -> u32 {
    let text = env::var(VARIABLE).ok();
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}
