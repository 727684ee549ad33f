//! What somebody does to a task.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What somebody does to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Takes it.
    Claim,
    /// Gives it back.
    Release,
    /// Says that it cannot go on.
    Block,
    /// Says that it can go on.
    Unblock,
    /// Says that it has landed.
    Done,
    /// Takes it away from a holder whose lease is over.
    Reclaim,
    /// Delivers it, with the evidence.
    Handoff,
    /// Works again on what was handed off.
    Resume,
}

/// A word that is no verb of the table.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no such verb; there are {}", Verb::ALL.map(Verb::name).join(", "))]
pub struct VerbNameError;

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 8] = [
        Self::Claim,
        Self::Release,
        Self::Block,
        Self::Unblock,
        Self::Done,
        Self::Reclaim,
        Self::Handoff,
        Self::Resume,
    ];

    /// The verb as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Release => "release",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Done => "done",
            Self::Reclaim => "reclaim",
            Self::Handoff => "handoff",
            Self::Resume => "resume",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verb {
    type Err = VerbNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or(VerbNameError)
    }
}
