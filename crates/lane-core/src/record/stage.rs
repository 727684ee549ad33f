//! The stages that work passes on its way: each can fail, be retried, and be judged.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use super::Phase;

/// A stage of the work. The names of those that a policy switches on are [`Stage::OPTIONAL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The author works.
    Implementation,
    /// The author judges what is handed off.
    SelfReview,
    /// Somebody else does.
    Review,
    /// A tester brings it up to date and runs what proves it.
    Testing,
    /// It lands.
    Landing,
}

/// A word that names no stage that a policy switches on.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no such stage; there are {}", Stage::OPTIONAL.map(Stage::name).join(", "))]
pub struct StageNameError;

impl Stage {
    /// All stages, in order.
    pub const ALL: [Self; 5] = [
        Self::Implementation,
        Self::SelfReview,
        Self::Review,
        Self::Testing,
        Self::Landing,
    ];

    /// Those that a policy may leave out.
    pub const OPTIONAL: [Self; 3] = [Self::SelfReview, Self::Review, Self::Testing];

    /// The stage as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Implementation => "implementation",
            Self::SelfReview => "self-review",
            Self::Review => "review",
            Self::Testing => "testing",
            Self::Landing => "landing",
        }
    }

    /// The stage that a task of this phase is in; none for those that nobody works on.
    pub fn of(phase: Phase) -> Option<Self> {
        match phase {
            Phase::InProgress => Some(Self::Implementation),
            Phase::Review => Some(Self::Review),
            Phase::Testing => Some(Self::Testing),
            Phase::Queued => Some(Self::Landing),
            Phase::Todo | Phase::Blocked | Phase::Escalated | Phase::Done | Phase::Abandoned => None,
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Stage {
    type Err = StageNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::OPTIONAL
            .into_iter()
            .find(|stage| stage.name() == text)
            .ok_or(StageNameError)
    }
}
