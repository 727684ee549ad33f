//! A git child that has so much time and no more: what goes over the network may never come back.

use std::io::Read;
use std::process::Child;
use std::process::ExitStatus;
use std::sync::mpsc;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::Duration;

use crate::GitError;
use crate::error::Doing;

/// How long a child that was told to end may take to.
const GRACE: Duration = Duration::from_secs(2);

/// How long the rest of a child's words is waited for: a helper that outlives it may hold the pipe.
const WORDS: Duration = Duration::from_millis(500);

/// The most that is taken from stdout or stderr, in bytes.
const LIMIT: u64 = 1 << 20;

/// How a child with a time limit ended.
pub(crate) struct Ended {
    /// None when its time was over.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
}

/// Waits for a child whose stdin is empty. Its stdout ends when it does; that is what is waited for. `grouped`: it leads a
/// process group of its own, which ends with it.
pub(crate) fn wait(mut child: Child, grouped: bool, limit: Duration, doing: &str) -> Result<Ended, GitError> {
    let stdout = child.stdout.take().map(drain);
    let stderr = child.stderr.take().map(drain);
    let Some(stdout) = stdout else {
        return Err(GitError::unreadable(doing));
    };
    let words = |from: Option<Receiver<Vec<u8>>>| {
        from.and_then(|from| from.recv_timeout(WORDS).ok())
            .unwrap_or_default()
    };
    if let Ok(bytes) = stdout.recv_timeout(limit) {
        let status = child.wait().doing(doing)?;
        return Ok(Ended {
            status: Some(status),
            stdout: bytes,
            stderr: words(stderr),
        });
    }
    // Asked first, so that git can remove its temporary files and end its helpers.
    signal(&child, grouped, Signal::Term);
    if stdout.recv_timeout(GRACE).is_err() {
        let _ = child.kill();
    }
    if grouped {
        // What speaks to the server for git (ssh, say) would wait on, for as long as the server is silent. The group's
        // name is not given to another while its leader has not been waited for.
        signal(&child, grouped, Signal::Kill);
    }
    child.wait().doing(doing)?;
    Ok(Ended {
        status: None,
        stdout: Vec::new(),
        stderr: words(stderr),
    })
}

fn drain(pipe: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let mut pipe = pipe.take(LIMIT);
        let _ = pipe.read_to_end(&mut bytes);
        // What comes beyond the limit is read too, so that the child does not wait for a reader.
        let _ = std::io::copy(pipe.get_mut(), &mut std::io::sink());
        let _ = sender.send(bytes);
    });
    receiver
}

#[derive(Clone, Copy)]
enum Signal {
    Term,
    Kill,
}

#[cfg(unix)]
fn signal(child: &Child, grouped: bool, signal: Signal) {
    let signal = match signal {
        Signal::Term => rustix::process::Signal::TERM,
        Signal::Kill => rustix::process::Signal::KILL,
    };
    if let Ok(raw) = i32::try_from(child.id())
        && let Some(pid) = rustix::process::Pid::from_raw(raw)
    {
        let _ = if grouped {
            rustix::process::kill_process_group(pid, signal)
        } else {
            rustix::process::kill_process(pid, signal)
        };
    }
}

#[cfg(not(unix))]
fn signal(_child: &Child, _grouped: bool, _signal: Signal) {}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;
    use std::process::Stdio;
    use std::time::Instant;

    fn sh(script: &str, limit: Duration) -> Ended {
        let child = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        wait(child, true, limit, "testing").unwrap()
    }

    #[test]
    fn a_child_in_time_gives_its_words_and_its_code() {
        let ended = sh("echo out; echo err >&2; exit 3", Duration::from_secs(20));
        assert_eq!(ended.status.and_then(|s| s.code()), Some(3));
        assert_eq!(ended.stdout, b"out\n");
        assert_eq!(ended.stderr, b"err\n");
    }

    #[test]
    fn a_child_that_does_not_come_back_is_ended_even_if_it_will_not_hear() {
        let begun = Instant::now();
        let ended = sh(
            "trap '' TERM; while :; do sleep 1; done",
            Duration::from_millis(50),
        );
        assert!(ended.status.is_none());
        assert!(begun.elapsed() < Duration::from_secs(15));
    }
}
