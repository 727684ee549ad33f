//! `bench gate`: what a gate costs that has nothing new to do, and what it saves and misses by testing what is affected.

mod faults;
mod history;
mod known;
mod scratch;
mod selection;
mod suite;

use super::Plan;
use super::Report;
use crate::Error;
use crate::Workspace;
use scratch::Scratch;

/// A part of it, each with a section of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Part {
    /// A gate whose results are all known
    NothingNew,
    /// The commits of this repository: affected against all tests
    History,
    /// A fault in each crate: which tests fail, and whether they would have run
    Faults,
}

const PARTS: &[Part] = &[Part::NothingNew, Part::History, Part::Faults];

impl Part {
    fn section(self) -> &'static str {
        match self {
            Self::NothingNew => "gate --part nothing-new",
            Self::History => "gate --part history",
            Self::Faults => "gate --part faults",
        }
    }
}

/// What is asked for.
pub(crate) struct Ask<'a> {
    /// The checkout whose history and crates are looked at.
    pub(crate) workspace: &'a Workspace,
    /// These parts; all where none is named.
    pub(crate) parts: &'a [Part],
    /// How many commits of the history, from the newest.
    pub(crate) commits: usize,
    /// Whether all tests are run for each fault.
    pub(crate) whole: bool,
    /// The fault to begin with, counted from one.
    pub(crate) from_fault: usize,
}

/// Whether the release binary is needed.
pub(crate) fn times_commands(parts: &[Part]) -> bool {
    parts.is_empty() || parts.contains(&Part::NothingNew)
}

/// Measures; a report for each part, under the name of its section.
pub(crate) fn run(ask: &Ask<'_>, plan: &Plan) -> Result<Vec<(&'static str, Report)>, Error> {
    let mut reports = Vec::new();
    let mut scratch = None;
    let asked = |part: &&Part| ask.parts.is_empty() || ask.parts.contains(part);
    for part in PARTS.iter().filter(asked) {
        if *part == Part::NothingNew {
            reports.push((part.section(), known::run(ask.workspace, plan)?));
            continue;
        }
        // One run of all tests without a fault serves both.
        let scratch = match &scratch {
            Some(scratch) => scratch,
            None => scratch.insert(Scratch::make(ask.workspace)?),
        };
        let report = match part {
            Part::History => history::run(ask.workspace, scratch, ask.commits)?,
            _ => faults::run(scratch, ask)?,
        };
        reports.push((part.section(), report));
    }
    Ok(reports)
}
