//! One check run to its end: its commands one after another within one time limit, or its files' format compared.

use std::num::NonZero;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;
use std::time::Instant;

use super::Planned;
use crate::FormatFault;
use crate::Interrupt;
use crate::Job;
use crate::Run;
use crate::RunError;
use crate::builtin::Command;
use crate::builtin::FormatFile;
use crate::builtin::Part;
use crate::builtin::RunVerdict;
use crate::builtin::Source;
use crate::builtin::check_formats;
use crate::plan::PlannedWork;
use crate::run::SPOTS;
use crate::run::run_logged;
use crate::tool::ToolError;

/// Where and how a check runs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site<'s> {
    /// The worktree's root.
    pub(super) root: &'s Path,
    /// Where all that is printed goes, in a file of the check's name.
    pub(super) logs: Option<&'s Path>,
    /// How many files are compared at once.
    pub(super) jobs: NonZero<usize>,
    pub(super) interrupt: &'s Interrupt,
}

impl Site<'_> {
    fn log(&self, planned: &Planned) -> Option<PathBuf> {
        self.logs.map(|dir| dir.join(format!("{}.log", planned.name)))
    }
}

/// A check that has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) run: Run,
    pub(super) verdict: RunVerdict,
}

pub(super) fn run_one(planned: &Planned, site: &Site<'_>) -> Result<Ended, RunError> {
    match &planned.work {
        PlannedWork::Commands(commands) => run_commands(commands, planned, site),
        PlannedWork::Format(files) => run_format(files, planned, site),
    }
}

fn run_commands(commands: &[Command], planned: &Planned, site: &Site<'_>) -> Result<Ended, RunError> {
    let (started, mut parts) = (Instant::now(), Vec::new());
    let mut all: Option<Run> = None;
    for command in commands {
        let job = Job {
            words: &command.words,
            dir: &site.root.join(command.dir.as_str()),
            limit: planned.limit.saturating_sub(started.elapsed()),
        };
        let log = site.log(planned);
        let run = run_logged(&job, log.as_deref(), all.is_some(), site.interrupt)?;
        let part = Part {
            reader: command.reader,
            ending: run.ending,
            tally: run.tests.clone(),
        };
        let goes_on = part.goes_on();
        parts.push(part);
        all = Some(match all {
            None => run,
            Some(before) => before.then(run),
        });
        if !goes_on {
            break;
        }
    }
    let verdict = RunVerdict::of(&parts);
    let run = all.ok_or(RunError::Empty)?;
    Ok(Ended { run, verdict })
}

fn run_format(files: &[FormatFile], planned: &Planned, site: &Site<'_>) -> Result<Ended, RunError> {
    let source = |at: usize| match &planned.texts {
        Some(texts) => texts.get(at).map_or(Source::WorkTree, |text| Source::Text(text)),
        None => Source::WorkTree,
    };
    let files: Vec<(FormatFile, Source<'_>)> = files
        .iter()
        .enumerate()
        .map(|(at, file)| (file.clone(), source(at)))
        .collect();
    let started = Instant::now();
    let faults = check_formats(site.root, &files, site.jobs, planned.limit, site.interrupt);
    let faults = faults.map_err(|fault| match fault {
        ToolError::Interrupted => RunError::Interrupted,
        other => RunError::Lost(std::io::Error::other(other)),
    })?;
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let spots = faults.iter().filter_map(FormatFault::spot).take(SPOTS).collect();
    let took = started.elapsed().max(Duration::from_millis(1));
    let run = Run::of_lines(&lines, spots, site.log(planned).as_deref(), took);
    let verdict = match lines.is_empty() {
        true => RunVerdict::Passed {
            tests: None,
            silent: 0,
        },
        false => RunVerdict::Failed,
    };
    Ok(Ended { run, verdict })
}
