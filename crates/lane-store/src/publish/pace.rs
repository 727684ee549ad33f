//! The pace: hosts that limit pushes are asked no more often than the policy says.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

const FILE: &str = "last-push";

/// Waits until the next push may go. `told` hears how long that is, when it is long enough to be said.
pub(super) fn wait(folder: &Path, pace: Option<Duration>) {
    let Some(pace) = pace else { return };
    let last = fs::metadata(folder.join(FILE)).and_then(|file| file.modified());
    let Ok(Ok(since)) = last.map(|last| last.elapsed()) else {
        return;
    };
    thread::sleep(pace.saturating_sub(since));
}

/// Notes that a push goes now. A note that cannot be written is no fault.
pub(super) fn note(folder: &Path, pace: Option<Duration>) {
    if pace.is_some() {
        let _ = fs::write(folder.join(FILE), b"");
    }
}
