//! The command's first process: started with its group, watched, ended together with what it left behind.

use std::ffi::OsStr;
use std::io;
use std::io::PipeWriter;
use std::path::Path;
use std::path::PathBuf;
use std::path::is_separator;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use duct::Handle;

use super::Job;
use super::RunError;
use super::group;
use super::group::Group;
use crate::Interrupt;
use crate::depth;

/// How long the group has between the request to end and the order.
const GRACE: Duration = Duration::from_secs(2);

/// How long a killed process may take to be gone; longer only in a system call that hangs.
const KILLED: Duration = Duration::from_secs(5);

/// How often an interrupt is looked for, and whether the group is gone.
const GLANCE: Duration = Duration::from_millis(20);

/// Why waiting stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Ended,
    TimedOut,
    Interrupted,
}

pub(super) struct Leader {
    handle: Arc<Handle>,
    group: Group,
    ended: Receiver<()>,
}

impl Leader {
    pub(super) fn start<W: AsRef<OsStr>>(job: &Job<'_, W>, output: PipeWriter) -> Result<Self, RunError> {
        RunError::before(job)?;
        let program = job.words[0].as_ref();
        let arguments = job.words[1..].iter().map(AsRef::as_ref);
        let expression = match beside(job.dir, program) {
            Some(path) => duct::cmd(path, arguments),
            None => duct::cmd(program, arguments),
        };
        let handle = expression
            .stderr_to_stdout()
            .stdout_file(output)
            .stdin_null()
            .dir(job.dir)
            .unchecked()
            .before_spawn(|command| {
                lane_git::clear_git_env(command);
                depth::deeper(command);
                group::lead(command);
                Ok(())
            })
            .start()
            .map_err(|cause| RunError::starting(program, cause))?;
        let handle = Arc::new(handle);
        Ok(Self {
            group: Group::of(&handle),
            ended: watch(&handle),
            handle,
        })
    }

    /// Waits for the end of the process, the time limit or an interrupt, whichever is first.
    pub(super) fn wait(&self, started: Instant, limit: Duration, interrupt: &Interrupt) -> Stop {
        loop {
            let rest = limit.saturating_sub(started.elapsed());
            match self.ended.recv_timeout(rest.min(GLANCE)) {
                Err(RecvTimeoutError::Timeout) if interrupt.asked() => return Stop::Interrupted,
                Err(RecvTimeoutError::Timeout) if started.elapsed() >= limit => return Stop::TimedOut,
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Stop::Ended,
            }
        }
    }

    /// Ends what is left of the group and gives the status of its leader.
    pub(super) fn finish(self, stop: Stop) -> io::Result<ExitStatus> {
        // The leader is not reaped yet, so its group's number is nobody else's.
        self.group.ask();
        let until = Instant::now() + GRACE;
        if stop != Stop::Ended && self.ended.recv_timeout(GRACE).is_err() {
            self.group.kill();
            if self.ended.recv_timeout(KILLED).is_err() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        let status = self.handle.wait().map(|output| output.status);
        // A member that is left keeps the number taken, too.
        while self.group.is_alive() {
            if Instant::now() >= until {
                self.group.kill();
                break;
            }
            thread::sleep(GLANCE);
        }
        status
    }
}

/// A program named by a relative path, which is looked for from the working directory and not from ours.
fn beside(dir: &Path, program: &OsStr) -> Option<PathBuf> {
    let separator = |byte: &u8| byte.is_ascii() && is_separator(char::from(*byte));
    let named = program.as_encoded_bytes().iter().any(separator);
    named.then(|| dir.join(program))
}

fn watch(handle: &Arc<Handle>) -> Receiver<()> {
    let (tell, ended) = sync_channel(1);
    let handle = Arc::clone(handle);
    thread::spawn(move || {
        group::wait_for_leader(&handle);
        // Nobody listens any more when even killing did not end it in time.
        let _ = tell.send(());
    });
    ended
}
