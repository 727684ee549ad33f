//! How a command ended, and the one number that shells make of it.

use std::fmt;
use std::process::ExitStatus;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this exit code.
    Exit(i32),
    /// By a signal that we did not send.
    Signal(i32),
    /// By us, when its time was over.
    TimedOut,
}

impl Ending {
    /// The exit code; 128 + n for signal n, 124 for the time limit, as shells and `timeout` have it.
    pub fn code(&self) -> i32 {
        match self {
            Self::Exit(code) => *code,
            Self::Signal(number) => 128 + number,
            Self::TimedOut => 124,
        }
    }

    /// Whether it ended by itself with 0.
    pub fn success(&self) -> bool {
        *self == Self::Exit(0)
    }

    #[cfg(unix)]
    pub(super) fn of(status: ExitStatus) -> Self {
        use std::os::unix::process::ExitStatusExt as _;
        match (status.code(), status.signal()) {
            (Some(code), _) => Self::Exit(code),
            (None, number) => Self::Signal(number.unwrap_or(0)),
        }
    }

    #[cfg(not(unix))]
    pub(super) fn of(status: ExitStatus) -> Self {
        Self::Exit(status.code().unwrap_or(1))
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exit(code) => write!(f, "exit {code}"),
            Self::Signal(number) => write!(f, "signal {number}"),
            Self::TimedOut => f.write_str("time limit"),
        }
    }
}
