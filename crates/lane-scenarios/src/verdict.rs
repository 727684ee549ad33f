//! The verdict on what a merge left behind.

use serde::Deserialize;

/// The worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Clean, valid, and every fact holds.
    Right,
    /// git says so, the file shows it, and each side is there to be taken.
    Conflict,
    /// The operation ended with a failure that is no conflict.
    Stopped,
    /// Clean and valid, but something false is in it.
    Wrong,
    /// A fact is missing, and nothing shows it.
    Lost,
    /// Clean, but a file is not what it should be.
    Invalid,
}

impl Verdict {
    /// How the table shows it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Conflict => "conflict",
            Self::Stopped => "stopped",
            Self::Wrong => "**WRONG**",
            Self::Lost => "**LOST**",
            Self::Invalid => "**INVALID**",
        }
    }

    /// Whether nobody is misled by it.
    pub fn is_honest(self) -> bool {
        self <= Self::Stopped
    }
}
