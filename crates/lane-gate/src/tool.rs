//! A tool that is asked something: given stdin, its stdout and stderr apart and whole, within a time limit.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use std::time::Instant;

use lane_core::text::excerpt;
use thiserror::Error;

use crate::Interrupt;
use crate::run::Group;
use crate::run::lead;

/// How often an interrupt is looked for.
const GLANCE: Duration = Duration::from_millis(20);

/// How long a killed tool may take to be gone.
const KILLED: Duration = Duration::from_secs(5);

/// What is asked. For tools of known size of answer: all of it is kept.
#[derive(Clone, Debug)]
pub(crate) struct Question<'a> {
    /// Looked for on `PATH`.
    pub(crate) program: &'a str,
    pub(crate) arguments: &'a [&'a str],
    pub(crate) dir: &'a Path,
    pub(crate) stdin: Vec<u8>,
    pub(crate) limit: Duration,
}

#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) success: bool,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Why a tool gave no answer.
#[derive(Debug, Error)]
pub enum ToolError {
    /// It is not there, or was not let start.
    #[error("`{program}` did not start")]
    Start {
        /// The program.
        program: String,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// It did not end in time, and was ended.
    #[error("`{program}` did not answer within {secs} s")]
    TimedOut {
        /// The program.
        program: String,
        /// The limit, in seconds.
        secs: u64,
    },
    /// The system did not say how it ended.
    #[error("the end of `{program}` was lost")]
    Lost {
        /// The program.
        program: String,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// Somebody asked this process to stop; the tool was ended.
    #[error("interrupted")]
    Interrupted,
}

/// Asks a tool. git's variables that bind a process to a repository are not in its environment; its process group ends
/// with the limit or an interrupt.
pub(crate) fn ask(question: &Question<'_>, interrupt: &Interrupt) -> Result<Answer, ToolError> {
    if interrupt.asked() {
        return Err(ToolError::Interrupted);
    }
    let program = || excerpt(question.program, 80);
    let start = |cause| ToolError::Start {
        program: program(),
        cause,
    };
    if !question.dir.is_dir() {
        return Err(start(io::ErrorKind::NotADirectory.into()));
    }
    let handle = duct::cmd(question.program, question.arguments)
        .stdin_bytes(question.stdin.clone())
        .stdout_capture()
        .stderr_capture()
        .dir(question.dir)
        .unchecked()
        .before_spawn(|command| {
            lane_git::clear_git_env(command);
            lead(command);
            Ok(())
        })
        .start()
        .map_err(start)?;
    let handle = Arc::new(handle);
    let group = Group::of(&handle);
    let until = Instant::now() + question.limit;
    loop {
        let lost = |cause| ToolError::Lost {
            program: program(),
            cause,
        };
        if let Some(output) = handle.wait_timeout(GLANCE).map_err(lost)? {
            return Ok(Answer {
                success: output.status.success(),
                stdout: output.stdout.clone(),
                stderr: output.stderr.clone(),
            });
        }
        let late = Instant::now() >= until;
        if !late && !interrupt.asked() {
            continue;
        }
        group.kill();
        // A result that comes now comes too late; what cannot be ended is left to the system.
        let _ = handle.wait_timeout(KILLED);
        return Err(match late {
            true => ToolError::TimedOut {
                program: program(),
                secs: question.limit.as_secs(),
            },
            false => ToolError::Interrupted,
        });
    }
}
