//! The phases of a task's life.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

/// Where a task is in its life. Further phases come with the stages that use them;
/// a status that is not listed here was written by a newer git-lane.
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
    /// Landed, and in the archive.
    Done,
}

impl Phase {
    /// All phases.
    pub const ALL: [Self; 5] = [
        Self::Todo,
        Self::InProgress,
        Self::Blocked,
        Self::Review,
        Self::Done,
    ];

    /// The phase as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Todo => "todo",
            Self::InProgress => "in-progress",
            Self::Blocked => "blocked",
            Self::Review => "review",
            Self::Done => "done",
        }
    }

    /// Whether the work is handed off and judged by others.
    pub fn is_handed_off(self) -> bool {
        self == Self::Review
    }

    /// Whether nothing follows.
    pub fn is_final(self) -> bool {
        self == Self::Done
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
