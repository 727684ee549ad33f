//! One operation of a recorded history, and how it stands in a file: a JSON object a line.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

/// What was asked for. The first five are about a task, the last three about a lock on a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    /// A task is added.
    Add,
    /// A task is claimed.
    Claim,
    /// A claim is given back.
    Release,
    /// A claim is taken away after its lease.
    Reclaim,
    /// A task is done.
    Done,
    /// A path is locked.
    Lock,
    /// A lock is given back.
    Unlock,
    /// A lock is taken away after its lease.
    ReclaimLock,
}

impl Act {
    /// Whether its key is a path, not a task.
    pub fn is_of_path(self) -> bool {
        matches!(self, Self::Lock | Self::Unlock | Self::ReclaimLock)
    }
}

/// What the caller was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// It happened, for everybody: an acknowledgement.
    Ok,
    /// It did not happen, because the state was against it.
    Refused {
        /// The refusal's id, as `already-claimed`; empty when it is not known. Only grounds that the key alone decides
        /// are judged.
        #[serde(default)]
        ground: String,
    },
    /// Nobody knows: it may have happened, may happen later, or never.
    Unknown,
}

/// What one process asked for, when, and what it was told.
///
/// ```json
/// {"process":7,"agent":"a","clone":"c1","invoked":10,"returned":25,"act":"claim","key":"T-1","outcome":"ok","event":"b3f1"}
/// {"process":8,"agent":"b","clone":"c2","invoked":12,"returned":30,"act":"claim","key":"T-1","outcome":"refused","ground":"already-claimed"}
/// {"process":9,"agent":"b","clone":"c2","invoked":40,"act":"release","key":"T-1","outcome":"unknown"}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// Which process: for messages only.
    pub process: u64,
    /// The agent's name.
    pub agent: String,
    /// The clone's id; with the agent's name it is the holder.
    pub clone: String,
    /// When it was asked for: any unit, one monotonic clock for all.
    pub invoked: u64,
    /// When the answer came; absent when none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returned: Option<u64>,
    /// What was asked for.
    pub act: Act,
    /// Of which task (its id) or path (the lock's globs, joined by a space).
    pub key: String,
    /// What the caller was told.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The id of its event, where the caller knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
}

impl Operation {
    /// Whether it was acknowledged.
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Ok
    }

    /// Whether nobody knows what became of it.
    pub fn is_unknown(&self) -> bool {
        self.outcome == Outcome::Unknown
    }

    /// From when on it has surely had its effect, if it has one; an unknown one may still take effect at any time.
    pub fn settled(&self) -> u64 {
        match self.outcome {
            Outcome::Unknown => u64::MAX,
            _ => self.returned.unwrap_or(u64::MAX),
        }
    }

    fn check(&self) -> Result<(), HistoryError> {
        let fault = match (self.returned, self.is_unknown()) {
            (None, false) => "was answered, but at no time",
            (Some(returned), _) if returned < self.invoked => "was answered before it was asked",
            _ => return Ok(()),
        };
        Err(HistoryError::Impossible {
            operation: self.to_string(),
            fault,
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            process,
            agent,
            clone,
            ..
        } = self;
        write!(
            f,
            "{process} {agent}@{clone} {:?} {} {}..",
            self.act, self.key, self.invoked
        )?;
        match self.returned {
            Some(returned) => write!(f, "{returned} {:?}", self.outcome),
            None => write!(f, " {:?}", self.outcome),
        }
    }
}

/// Why a file is no history.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// A line is no operation.
    #[error("line {line} is no operation")]
    Line {
        /// From one.
        line: usize,
        /// What is wrong with it.
        #[source]
        cause: serde_json::Error,
    },
    /// The times of an operation contradict each other.
    #[error("{operation}: {fault}")]
    Impossible {
        /// Which.
        operation: String,
        /// What is wrong with it.
        fault: &'static str,
    },
}

/// Reads a history: a JSON object a line; empty lines are skipped.
pub fn read(lines: &str) -> Result<Vec<Operation>, HistoryError> {
    let lines = lines.lines().zip(1..).filter(|(text, _)| !text.trim().is_empty());
    lines
        .map(|(text, line)| {
            let operation: Operation =
                serde_json::from_str(text).map_err(|cause| HistoryError::Line { line, cause })?;
            operation.check()?;
            Ok(operation)
        })
        .collect()
}
