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

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn question<'a>(arguments: &'a [&'a str], stdin: &[u8], limit: Duration) -> Question<'a> {
        Question {
            program: "sh",
            arguments,
            dir: Path::new("/"),
            stdin: stdin.to_vec(),
            limit,
        }
    }

    const LONG: Duration = Duration::from_secs(60);
    const FOR_EVER: &[&str] = &["-c", "tail -f /dev/null & wait"];

    #[test]
    fn a_tool_that_hangs_ends_on_time_with_its_children() {
        let started = Instant::now();
        let hanging = question(FOR_EVER, b"", Duration::from_millis(100));
        let ended = ask(&hanging, &Interrupt::none());
        assert!(matches!(ended, Err(ToolError::TimedOut { .. })), "{ended:?}");
        // Its child held the output open; had it lived on, its end would have been waited for.
        assert!(started.elapsed() < KILLED, "{:?}", started.elapsed());
    }

    #[test]
    fn a_tool_is_not_bound_to_the_repository_of_a_hook() {
        const INNER: &str = "LANE_GATE_INNER_TOOL";
        if std::env::var_os(INNER).is_some() {
            let answer = ask(&question(&["-c", "env"], b"", LONG), &Interrupt::none()).unwrap();
            let said = String::from_utf8_lossy(&answer.stdout).into_owned();
            assert!(said.contains(INNER), "the rest is inherited: {said}");
            assert!(
                !said.contains("GIT_DIR") && !said.contains("GIT_INDEX_FILE"),
                "{said}"
            );
            return;
        }
        // As a hook has it; this process's own environment stays as it is.
        let exact = "tool::tests::a_tool_is_not_bound_to_the_repository_of_a_hook";
        let mut inner = std::process::Command::new(std::env::current_exe().unwrap());
        inner.args(["--exact", exact]).env(INNER, "1");
        let output = inner
            .env("GIT_DIR", "/x")
            .env("GIT_INDEX_FILE", "/x/index")
            .output();
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn an_interrupt_ends_a_tool() {
        let interrupt = Interrupt::none();
        std::thread::scope(|scope| {
            let asked = scope.spawn(|| ask(&question(FOR_EVER, b"", LONG), &interrupt));
            interrupt.raise();
            let ended = asked.join().unwrap();
            assert!(matches!(ended, Err(ToolError::Interrupted)), "{ended:?}");
        });
    }

    #[test]
    fn stdout_and_stderr_come_apart_and_whole_and_stdin_need_not_be_read() {
        let large = vec![b'x'; 4 << 20];
        let echo = question(&["-c", "cat; echo said >&2; exit 3"], &large, LONG);
        let answer = ask(&echo, &Interrupt::none()).unwrap();
        assert!(!answer.success && answer.stdout == large && answer.stderr == b"said\n");
        let deaf = ask(&question(&["-c", "exit 0"], &large, LONG), &Interrupt::none()).unwrap();
        assert!(deaf.success && deaf.stdout.is_empty());
        let nobody = Question {
            program: "no-such-program-of-git-lane",
            ..question(&[], b"", LONG)
        };
        let said = ask(&nobody, &Interrupt::none()).unwrap_err().to_string();
        assert_eq!(said, "`no-such-program-of-git-lane` did not start");
    }
}
