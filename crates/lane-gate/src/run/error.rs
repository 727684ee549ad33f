//! Why there is no result: the command did not run, or was not let run to its end.

use std::ffi::OsStr;
use std::io;

use lane_core::text::escape_path;
use lane_core::text::excerpt;
use thiserror::Error;

use super::Job;

/// Why a command has no result. Programs and folders in the words are escaped and bounded.
#[derive(Debug, Error)]
pub enum RunError {
    /// No word, or an empty first one.
    #[error("the command is empty")]
    Empty,
    /// A word that no process can be given.
    #[error("word {0} of the command holds a NUL byte")]
    Nul(usize),
    /// The working directory is none.
    #[error("{0} is not a folder to run a command in")]
    NoFolder(String),
    /// Neither there nor on `PATH`, or a script whose interpreter is not.
    #[error("`{0}` was not found, or the interpreter that its first line names was not")]
    NotFound(String),
    /// There, but not executable.
    #[error("`{0}` may not be executed")]
    NotExecutable(String),
    /// The system did not start it.
    #[error("`{program}` did not start")]
    Start {
        /// The program as it was named.
        program: String,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// It ran, but the system did not say how it ended.
    #[error("the command's end was lost")]
    Lost(#[source] io::Error),
    /// Somebody asked this process to stop; the command was ended.
    #[error("interrupted")]
    Interrupted,
}

impl RunError {
    /// What is wrong with a job before anything is started.
    pub(super) fn before<W: AsRef<OsStr>>(job: &Job<'_, W>) -> Result<(), Self> {
        let bytes = |word: &W| word.as_ref().as_encoded_bytes().to_vec();
        if job.words.first().is_none_or(|word| bytes(word).is_empty()) {
            return Err(Self::Empty);
        }
        if let Some(at) = job.words.iter().position(|word| bytes(word).contains(&0)) {
            return Err(Self::Nul(at + 1));
        }
        if !job.dir.is_dir() {
            let dir = escape_path(job.dir.as_os_str().as_encoded_bytes());
            return Err(Self::NoFolder(excerpt(&dir, 200)));
        }
        Ok(())
    }

    pub(super) fn starting(program: &OsStr, cause: io::Error) -> Self {
        let program = excerpt(&program.to_string_lossy(), 80);
        match cause.kind() {
            io::ErrorKind::NotFound => Self::NotFound(program),
            io::ErrorKind::PermissionDenied => Self::NotExecutable(program),
            _ => Self::Start { program, cause },
        }
    }
}
