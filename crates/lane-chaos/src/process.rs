//! A process in a group of its own: started, watched, killed, and its end told with its moment.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Child;
use std::process::Command;
use std::process::ExitStatus;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Instant;

use rustix::process::Pid;
use rustix::process::Signal;
use rustix::process::WaitId;
use rustix::process::WaitIdOptions;
use rustix::process::kill_process;
use rustix::process::kill_process_group;
use rustix::process::waitid;

/// The end of the process with this number.
pub(crate) struct Ended {
    pub(crate) n: usize,
    pub(crate) at: Instant,
}

/// A process that was started. Until it is reaped its id is nobody else's, so that a kill never hits a stranger.
pub(crate) struct Running {
    child: Child,
    pid: Pid,
}

impl Running {
    /// Starts it, its output into `out` and `err`; its end is sent as number `n`.
    pub(crate) fn start(
        mut command: Command,
        n: usize,
        (out, err): (&Path, &Path),
        ends: Sender<Ended>,
    ) -> io::Result<Self> {
        command
            .stdout(File::create(out)?)
            .stderr(File::create(err)?)
            .process_group(0);
        let child = command.spawn()?;
        let pid = Pid::from_child(&child);
        thread::spawn(move || {
            // Looks without reaping: the id stays taken until the driver has seen the end.
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
            while matches!(waitid(WaitId::Pid(pid), options), Err(rustix::io::Errno::INTR)) {}
            let at = Instant::now();
            // Nobody listens any more when a history was given up.
            let _ = ends.send(Ended { n, at });
        });
        Ok(Self { child, pid })
    }

    /// Kills the process alone.
    pub(crate) fn kill(&self) {
        // It may have ended this instant; then there is nobody to kill.
        let _ = kill_process(self.pid, Signal::KILL);
    }

    /// Kills it and its children.
    pub(crate) fn kill_group(&self) {
        let _ = kill_process_group(self.pid, Signal::KILL);
    }

    /// Reaps it; waits if it has not ended.
    pub(crate) fn reap(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
    }
}

/// The exit code; none for a signal.
pub(crate) fn code(status: ExitStatus) -> Option<i32> {
    match status.signal() {
        Some(_) => None,
        None => status.code(),
    }
}
