//! How a command ended: the same numbers as `git lane` uses.

use std::process::ExitCode;

/// What the process tells its caller; wrong usage (2) is clap's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All of it is done, and nothing was found.
    Done = 0,
    /// An invariant of the project does not hold, or the demo went otherwise than told; stdout says which.
    Findings = 1,
    /// A test or another step of the ladder failed.
    CheckFailed = 5,
    /// The tool itself could not do its work: a missing program, an unreadable file.
    Broken = 70,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
