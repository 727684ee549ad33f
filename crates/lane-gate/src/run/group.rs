//! The process group of a command. Where there are none (Windows), its first process stands for it.

#[cfg(unix)]
pub(super) use unix::wait_for_leader;
#[cfg(unix)]
pub(crate) use unix::{Group, lead};

#[cfg(not(unix))]
pub(super) use other::wait_for_leader;
#[cfg(not(unix))]
pub(crate) use other::{Group, lead};

#[cfg(unix)]
mod unix {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    use duct::Handle;
    use rustix::io::Errno;
    use rustix::process::Pid;
    use rustix::process::Signal;
    use rustix::process::WaitId;
    use rustix::process::WaitIdOptions;
    use rustix::process::kill_process_group;
    use rustix::process::test_kill_process_group;
    use rustix::process::waitid;

    #[cfg(target_os = "linux")]
    use crate::run::members::some_run;

    #[cfg(not(target_os = "linux"))]
    fn some_run(_group: i32) -> bool {
        true
    }

    /// A group, by its leader's number.
    pub(crate) struct Group(Option<Pid>);

    impl Group {
        pub(crate) fn of(handle: &Handle) -> Self {
            Self(leader(handle))
        }

        pub(in super::super) fn ask(&self) {
            self.signal(Signal::TERM);
        }

        pub(crate) fn kill(&self) {
            self.signal(Signal::KILL);
        }

        /// Whether it has a member that still runs, once its leader was reaped. One that we may not signal is one.
        pub(in super::super) fn is_alive(&self) -> bool {
            self.0.is_some_and(|pid| {
                test_kill_process_group(pid) != Err(Errno::SRCH) && some_run(pid.as_raw_nonzero().get())
            })
        }

        /// A group without members, or with one that is not ours to signal, is no failure.
        fn signal(&self, signal: Signal) {
            if let Some(pid) = self.0 {
                let _ = kill_process_group(pid, signal);
            }
        }
    }

    /// Makes the child the leader of a group of its own.
    pub(crate) fn lead(command: &mut Command) {
        command.process_group(0);
    }

    /// Returns when the leader has ended, without reaping it.
    pub(in super::super) fn wait_for_leader(handle: &Handle) {
        let Some(pid) = leader(handle) else { return };
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while waitid(WaitId::Pid(pid), options).err() == Some(Errno::INTR) {}
    }

    fn leader(handle: &Handle) -> Option<Pid> {
        let pid = i32::try_from(*handle.pids().first()?).ok()?;
        Pid::from_raw(pid)
    }
}

#[cfg(not(unix))]
mod other {
    use std::process::Command;
    use std::sync::Arc;

    use duct::Handle;

    /// The first process alone.
    pub(crate) struct Group(Arc<Handle>);

    impl Group {
        pub(crate) fn of(handle: &Arc<Handle>) -> Self {
            Self(Arc::clone(handle))
        }

        /// There is no request to end, only the order.
        pub(in super::super) fn ask(&self) {
            self.kill();
        }

        /// A process that has ended is no failure.
        pub(crate) fn kill(&self) {
            let _ = self.0.kill();
        }

        pub(in super::super) fn is_alive(&self) -> bool {
            false
        }
    }

    pub(crate) fn lead(_command: &mut Command) {}

    /// Returns when the process has ended.
    pub(in super::super) fn wait_for_leader(handle: &Handle) {
        let _ = handle.wait();
    }
}
