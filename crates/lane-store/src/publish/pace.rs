//! The pace: hosts that limit pushes are asked no more often than the policy says.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

const FILE: &str = "last-push";

/// How long it is until the next push may go.
pub(super) fn left(folder: &Path, pace: Option<Duration>) -> Duration {
    let last = fs::metadata(folder.join(FILE)).and_then(|file| file.modified());
    match (pace, last.map(|last| last.elapsed())) {
        (Some(pace), Ok(Ok(since))) => pace.saturating_sub(since),
        _ => Duration::ZERO,
    }
}

/// Waits until then.
pub(super) fn wait(folder: &Path, pace: Option<Duration>) {
    thread::sleep(left(folder, pace));
}

/// Notes that a push goes now. A note that cannot be written is no fault.
pub(super) fn note(folder: &Path, pace: Option<Duration>) {
    if pace.is_some() {
        let _ = fs::create_dir_all(folder).and_then(|()| fs::write(folder.join(FILE), b"now\n"));
    }
}
