//! The phases of a task's life.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

/// Where a task is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Nobody works on it.
    Todo,
    /// A lane: somebody holds it.
    InProgress,
    /// Waits for another task, or for what its reason says.
    Blocked,
    /// Handed off: the evidence is written, and somebody else looks at it.
    Review,
    /// Approved: a tester brings it up to date and runs what proves it.
    Testing,
    /// Ready to land.
    Queued,
    /// Failed too often, or nobody can go on: the orchestrator decides.
    Escalated,
    /// Landed, and in the archive.
    Done,
    /// Given up for good, and in the archive.
    Abandoned,
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 9] = [
        Self::Todo,
        Self::InProgress,
        Self::Blocked,
        Self::Review,
        Self::Testing,
        Self::Queued,
        Self::Escalated,
        Self::Done,
        Self::Abandoned,
    ];

    /// The phase as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in-progress",
            Self::Blocked => "blocked",
            Self::Review => "review",
            Self::Testing => "testing",
            Self::Queued => "queued",
            Self::Escalated => "escalated",
            Self::Done => "done",
            Self::Abandoned => "abandoned",
        }
    }

    /// Whether the work is handed off: a handoff stands, and others are at it.
    pub fn is_handed_off(self) -> bool {
        matches!(self, Self::Review | Self::Testing | Self::Queued)
    }

    /// Whether a lane keeps its locks without a sign of life, because others are to move.
    pub fn keeps_locks(self) -> bool {
        self.is_handed_off() || self == Self::Escalated
    }

    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Abandoned)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
