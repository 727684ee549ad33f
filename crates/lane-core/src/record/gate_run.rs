//! A check of the gate as a handoff publishes it: for people, and for CI to compare with its own run.

use serde::Deserialize;
use serde::Serialize;

use super::checkpoint::is_object;
use super::line_fault;
use crate::id::CheckName;
use crate::text::excerpt;
use crate::time::Timestamp;

/// The most checks that a handoff publishes.
pub const GATE_RUNS_MAX: usize = 64;

/// What one check of the gate came to on the tree that is handed off. Nobody is let through by it: who checks, runs it, or
/// has a receipt of its own. The fields are sorted: versions that do not know them keep and write them so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateRun {
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
    /// The receipt's key: a digest of all that determines the result. Absent where no receipt was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The rung that it stands on.
    pub rung: u8,
    /// How long the run took, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secs: Option<f64>,
    /// How many tests it ran, if it said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<u64>,
    /// The tree that it was run on; absent when it was skipped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// What it came to.
    pub verdict: GateVerdict,
    /// Why it was skipped, in a phrase.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a published check came to. One that failed hands nothing off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateVerdict {
    /// It passed, and had failed before under the same key.
    Flaky,
    /// It passed.
    Passed,
    /// It had nothing to say about this change.
    Skipped,
}

impl GateVerdict {
    /// Its word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flaky => "flaky",
            Self::Passed => "passed",
            Self::Skipped => "skipped",
        }
    }
}

impl GateRun {
    /// What is wrong with the fields by themselves; `tree` is the handoff's.
    pub(super) fn fault(&self, name: &str, tree: &str) -> Option<String> {
        let fault = |what: &str| Some(format!("the gate's check {} {what}", excerpt(name, 64)));
        let hex = |key: &String| key.len() == 64 && is_object(key);
        let skipped = self.verdict == GateVerdict::Skipped;
        let ran = self.tree.is_some() && self.secs.is_some() && self.ended.is_some();
        match self {
            _ if CheckName::new(name).is_err() => fault("has a name that is none"),
            _ if !(1..=3).contains(&self.rung) => fault("stands on no rung"),
            _ if self.key.as_ref().is_some_and(|key| !hex(key)) => fault("has a key that is none"),
            _ if self.tree.as_ref().is_some_and(|own| own != tree) => fault("is of another tree"),
            _ if self.secs.is_some_and(|secs| !secs.is_finite() || secs < 0.0) => fault("has no time"),
            _ if skipped == ran => fault("says both that it ran and that it was skipped, or neither"),
            _ => self
                .why
                .as_ref()
                .and_then(|why| line_fault("why", why))
                .map(|bad| bad.to_string()),
        }
    }
}
