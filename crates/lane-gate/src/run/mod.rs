//! One command run for evidence: how it ended, how long it took, and what it said, as a digest and an excerpt.

mod child;
mod ending;
mod error;
mod excerpt;
mod group;
mod joined;
mod log;
#[cfg(target_os = "linux")]
mod members;
mod output;
mod signature;
mod spot;
mod tally;

pub use ending::Ending;
pub use error::RunError;
pub use excerpt::EXCERPT_BYTES;
pub(crate) use group::Group;
pub(crate) use group::lead;
pub(crate) use output::hex;
pub(crate) use spot::SPOTS;
pub use spot::Spot;
pub use tally::Tally;

use std::ffi::OsStr;
use std::path::Path;
use std::time::Duration;
use std::time::Instant;

use crate::Interrupt;
use child::Leader;
use child::Stop;
use log::Log;
use output::Output;

/// What is run. No shell is between: words are words.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a, W = String> {
    /// The program and its arguments. A program with a slash is looked for from `dir`, one without on `PATH`.
    pub words: &'a [W],
    /// The working directory.
    pub dir: &'a Path,
    /// How long it may take.
    pub limit: Duration,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// How it ended.
    pub ending: Ending,
    /// From its start to the end of its first process, or to the time limit, in seconds, to the millisecond.
    pub secs: f64,
    /// `sha256:<hex>` of all output: stdout and stderr merged as they came.
    pub digest: String,
    /// How much output that was, in bytes.
    pub bytes: u64,
    /// The end of the output in whole lines, escaped, at most [`EXCERPT_BYTES`]; begins with `…` where it was cut.
    pub excerpt: String,
    /// `sha256:<16 hex>`, the same for the same failure. Its text is the exit code and the lines of the output's last
    /// 64 KiB that speak of an error, a failure, a panic or an assertion (without any, all lines): of those the last
    /// 20 distinct ones, in sorted order, so that tests in parallel may finish in any. Beforehand the working directory
    /// becomes `.`, and colours, temporary paths, times, durations, hex ids and numbers are taken out; digits inside a
    /// word, as in `E0308`, stay.
    pub signature: String,
    /// Whether a process that left the group still held the output open, so that the digest ends where we stopped.
    pub held_open: bool,
    /// What its output says about tests.
    pub tests: Tally,
    /// How many commands this is the run of, one after another: of a check's commands the first ones. A format
    /// comparison is none.
    pub commands: usize,
    /// Places in files that it found fault with, as far as it is built in and knows; some hundred at most.
    pub spots: Vec<Spot>,
}

/// Runs one command to its end, the time limit, or an interrupt.
///
/// Nothing is on its stdin, and git's variables that bind a process to a repository are not in its environment. On Unix
/// it has a process group of its own, and whatever is left of the group ends with it: SIGTERM, two seconds later
/// SIGKILL. A process that left the group (`setsid`) lives on; its output is waited for one second. On Windows only the
/// first process is ended. Memory is bounded whatever it prints.
pub fn run<W: AsRef<OsStr>>(job: &Job<'_, W>, interrupt: &Interrupt) -> Result<Run, RunError> {
    run_logged(job, None, false, interrupt)
}

/// As [`run`], and writes all that is printed to a file as it comes, at most [`log::LOG_BYTES`]; `append` to what is
/// there. A log that cannot be written changes no result.
pub(crate) fn run_logged<W: AsRef<OsStr>>(
    job: &Job<'_, W>,
    log: Option<&Path>,
    append: bool,
    interrupt: &Interrupt,
) -> Result<Run, RunError> {
    if interrupt.asked() {
        return Err(RunError::Interrupted);
    }
    let (reader, writer) = std::io::pipe().map_err(RunError::Lost)?;
    let started = Instant::now();
    let leader = Leader::start(job, writer)?;
    let output = Output::collect(reader, log.and_then(|path| Log::open(path, append)));
    let stop = leader.wait(started, job.limit, interrupt);
    let took = started.elapsed();
    let status = leader.finish(stop);
    let said = output.finish();
    let ending = match stop {
        Stop::Interrupted => return Err(RunError::Interrupted),
        Stop::TimedOut => Ending::TimedOut,
        Stop::Ended => Ending::of(status.map_err(RunError::Lost)?),
    };
    Ok(Run {
        ending,
        secs: (took.as_secs_f64() * 1000.0).round() / 1000.0,
        excerpt: excerpt::excerpt(&said.tail, said.cut),
        signature: signature::signature(ending.code(), &said.tail, job.dir),
        digest: said.digest,
        bytes: said.bytes,
        held_open: said.held_open,
        tests: said.tests,
        commands: 1,
        spots: Vec::new(),
    })
}
