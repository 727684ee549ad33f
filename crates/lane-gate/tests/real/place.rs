//! A folder in which commands run, and a pipe with a name by which they say that they are there.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use lane_gate::Interrupt;
use lane_gate::Job;
use lane_gate::Run;
use lane_gate::RunError;
use tempfile::TempDir;

/// Longer than any test takes; a hang is a failure, not a hang.
pub(crate) const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn sh(&self, script: &str) -> Run {
        self.words(&["sh", "-c", script]).unwrap()
    }

    pub(crate) fn words(&self, words: &[&str]) -> Result<Run, RunError> {
        self.limited(words, LONG, &Interrupt::none())
    }

    pub(crate) fn limited(&self, words: &[&str], limit: Duration, stop: &Interrupt) -> Result<Run, RunError> {
        let words: Vec<String> = words.iter().map(ToString::to_string).collect();
        let job = Job {
            words: &words,
            dir: self.dir.path(),
            limit,
        };
        lane_gate::run(&job, stop)
    }

    /// Makes a named pipe.
    pub(crate) fn fifo(&self, name: &str) -> Fifo {
        let path = self.path(name);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let (open, opened) = channel();
        let (close, closed) = channel();
        thread::spawn(move || {
            let mut pipe = File::open(path).unwrap();
            open.send(()).unwrap();
            pipe.read_to_end(&mut Vec::new()).unwrap();
            close.send(()).unwrap();
        });
        Fifo { opened, closed }
    }
}

/// The reading end of a named pipe.
pub(crate) struct Fifo {
    opened: Receiver<()>,
    closed: Receiver<()>,
}

impl Fifo {
    /// Waits until a process writes to it.
    pub(crate) fn wait_for_writer(&self) {
        self.opened.recv_timeout(LONG).unwrap();
    }

    /// Waits until every process that held it is gone.
    pub(crate) fn wait_for_end(&self) {
        self.closed
            .recv_timeout(LONG)
            .expect("a process still holds the pipe");
    }
}
