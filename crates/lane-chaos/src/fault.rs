//! The faults that a history is made of, each with its name in the figures.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;

use crate::chance::weighted;

/// The points at which the test binary kills itself.
pub(crate) const POINTS: &[&str] = &[
    "decided", "written", "swapped", "queued", "pushing", "pushed", "tracked", "taken",
];

/// How one command is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kill {
    /// By itself, at a failpoint. Its children live on.
    At(&'static str),
    /// By SIGKILL some time after its start. Its children live on.
    Process(Duration),
    /// By SIGKILL with all of its children.
    Group(Duration),
}

impl Kill {
    /// A kill for about two commands in five; `typical` is how long a command takes here.
    pub(crate) fn draw(rng: &mut Rng, typical: Duration) -> Option<Self> {
        let after = typical.mul_f64(rng.f64() * 1.3);
        match weighted(rng, &[(60, 0), (22, 1), (10, 2), (8, 3)]) {
            0 => None,
            1 => Some(Self::At(POINTS[rng.usize(..POINTS.len())])),
            2 => Some(Self::Process(after)),
            _ => Some(Self::Group(after)),
        }
    }

    /// Its name in the figures.
    pub(crate) fn name(self) -> String {
        match self {
            Self::At(point) => format!("killed at {point}"),
            Self::Process(_) => "killed, its children not".to_owned(),
            Self::Group(_) => "killed with its children".to_owned(),
        }
    }
}

impl fmt::Display for Kill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(point) => write!(f, "to die at {point}"),
            Self::Process(after) => write!(f, "to die after {:.1} ms", after.as_secs_f64() * 1e3),
            Self::Group(after) => write!(
                f,
                "to die with its children after {:.1} ms",
                after.as_secs_f64() * 1e3
            ),
        }
    }
}

/// What befalls all who use the remote, for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outage {
    /// The repository is not where it was.
    Away,
    /// The remote refuses every push.
    Refuses,
    /// A push hangs until the outage is over, and then goes through.
    Hangs,
    /// A push goes through, and its answer is lost.
    Silent,
}

impl Outage {
    pub(crate) const ALL: [Self; 4] = [Self::Away, Self::Refuses, Self::Hangs, Self::Silent];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Away => "remote away",
            Self::Refuses => "remote refuses",
            Self::Hangs => "remote hangs",
            Self::Silent => "remote's answer lost",
        }
    }
}

/// What git's own housekeeping does beside the commands.
pub(crate) const CHORES: &[(&str, &[&str])] = &[
    ("pack-refs", &["pack-refs", "--all"]),
    ("gc", &["gc", "--quiet"]),
    ("repack", &["repack", "-A", "-d", "-q"]),
];
