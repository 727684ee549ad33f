//! How far a task is: its acceptance criteria.

use std::fmt;

use lane_core::record::Results;
use lane_core::record::Task;
use serde::Serialize;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Progress {
    /// How many acceptance criteria it has.
    pub(crate) criteria: usize,
    /// How many of them have a check.
    pub(crate) checks: usize,
    /// How many checks passed when they were run last, on whatever tree; none before the first run.
    pub(crate) passed: Option<usize>,
}

/// How far `task` is.
pub(crate) fn progress(task: &Task, results: Option<&Results>) -> Progress {
    let passed = |results: &Results| {
        let runs = results.acceptance.iter();
        runs.filter(|(key, run)| run.passed() && task.acceptance.contains_key(*key))
            .count()
    };
    Progress {
        criteria: task.acceptance.len(),
        checks: task.acceptance.values().filter(|c| c.check.is_some()).count(),
        passed: results.map(passed),
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.criteria, self.passed) {
            (0, _) => f.write_str("-"),
            (n, None) => write!(f, "{n}"),
            (_, Some(passed)) => write!(f, "{passed}/{} passed", self.checks),
        }
    }
}
