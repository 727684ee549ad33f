//! The verbs that an event of a stage may carry: a part of all verbs, so that no event says what it cannot mean.

use serde::Deserialize;
use serde::Serialize;

use crate::moves::Verb;
use crate::record::Stage;

/// How somebody begins to judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AssignVerb {
    /// As a reviewer.
    Review,
    /// As a tester.
    Test,
}

/// What a verdict does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JudgeVerb {
    /// The author finds it ready to be reviewed.
    SelfReview,
    /// The reviewer finds it ready.
    Approve,
    /// The reviewer, the integrator or the orchestrator sends it back.
    Return,
    /// The tester finds it ready.
    Pass,
    /// The tester finds that it fails.
    Fail,
}

impl AssignVerb {
    /// The verb of the table.
    pub fn verb(self) -> Verb {
        match self {
            Self::Review => Verb::Review,
            Self::Test => Verb::Test,
        }
    }
}

impl JudgeVerb {
    /// The verb of the table.
    pub fn verb(self) -> Verb {
        match self {
            Self::SelfReview => Verb::SelfReview,
            Self::Approve => Verb::Approve,
            Self::Return => Verb::Return,
            Self::Pass => Verb::Pass,
            Self::Fail => Verb::Fail,
        }
    }

    /// Whether it says that the work is ready.
    pub fn is_ready(self) -> bool {
        matches!(self, Self::SelfReview | Self::Approve | Self::Pass)
    }

    /// The stage that speaks; none where that follows from the phase.
    pub fn stage(self) -> Option<Stage> {
        match self {
            Self::SelfReview => Some(Stage::SelfReview),
            Self::Approve => Some(Stage::Review),
            Self::Pass | Self::Fail => Some(Stage::Testing),
            Self::Return => None,
        }
    }
}
