//! How far a task is: its acceptance criteria.

use std::fmt;

use lane_core::record::Task;
use serde::Serialize;

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Progress {
    /// How many acceptance criteria it has.
    pub(crate) criteria: usize,
}

/// How far `task` is.
pub(crate) fn progress(task: &Task) -> Progress {
    Progress {
        criteria: task.acceptance.len(),
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.criteria {
            0 => f.write_str("-"),
            n => write!(f, "{n}"),
        }
    }
}
