//! How a command ended: the same numbers as `git lane` uses.

use std::process::ExitCode;

/// What the process tells its caller; wrong usage (2) is clap's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Exit {
    /// All of it is done, and nothing was found.
    Done,
    /// An invariant of the project does not hold, or the demo went otherwise than told; stdout says which.
    Findings,
    /// A test or another step of the ladder failed.
    CheckFailed,
    /// The tool itself could not do its work: a missing program, an unreadable file.
    Broken,
    /// As git-lane ended, which did the work.
    Lane(ExitCode),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Done => Self::SUCCESS,
            Exit::Findings => Self::from(1),
            Exit::CheckFailed => Self::from(5),
            Exit::Broken => Self::from(70),
            Exit::Lane(code) => code,
        }
    }
}
