//! A lock of the operating system on a file: waiters queue, death releases.

use std::fs::File;
use std::fs::OpenOptions;
use std::fs::TryLockError;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A held lock. Released when dropped and when the process dies; the file stays, for removing it would let two
/// hold it at once. It excludes other [`OsLock`]s, in this process and in others, and nobody else.
#[derive(Debug)]
pub struct OsLock {
    file: File,
    path: PathBuf,
}

/// Why there is no lock.
#[derive(Debug, thiserror::Error)]
pub enum OsLockError {
    /// Somebody else held it all the time.
    #[error("the lock {path:?} was still held after {waited_ms} ms")]
    Timeout {
        /// The lock file.
        path: PathBuf,
        /// How long was waited, in milliseconds.
        waited_ms: u128,
    },
    /// The file cannot be made or locked.
    #[error("the lock {path:?} cannot be taken")]
    Io {
        /// The lock file.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
}

impl OsLock {
    /// Locks `path`, made with its folders where missing, and waits for at most `wait`.
    ///
    /// # Errors
    /// [`OsLockError::Timeout`] when it was held all the time.
    pub fn acquire(path: impl AsRef<Path>, wait: Duration) -> Result<OsLock, OsLockError> {
        let path = path.as_ref().to_owned();
        match lock_file(&path, wait) {
            Ok(Some(file)) => Ok(OsLock { file, path }),
            Ok(None) => Err(OsLockError::Timeout {
                path,
                waited_ms: wait.as_millis(),
            }),
            Err(cause) => Err(OsLockError::Io { path, cause }),
        }
    }

    /// The locked file once more: whoever has it, a child too, holds the lock together with this one.
    pub(crate) fn share(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// The file that is locked.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn lock_file(path: &Path, wait: Duration) -> io::Result<Option<File>> {
    let file = open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::Error(cause)) => Err(cause),
        Err(TryLockError::WouldBlock) if wait.is_zero() => Ok(None),
        Err(TryLockError::WouldBlock) => wait_for(file, wait),
    }
}

fn open(path: &Path) -> io::Result<File> {
    let open = || {
        OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
    };
    match (open(), path.parent()) {
        (Err(cause), Some(parent)) if cause.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(parent)?;
            open()
        }
        (opened, _) => opened,
    }
}

/// A blocking lock queues fairly but has no time-out: a thread blocks, and gives up what comes too late.
fn wait_for(file: File, wait: Duration) -> io::Result<Option<File>> {
    let (sender, receiver) = mpsc::sync_channel(0);
    thread::Builder::new().name("os-lock".to_owned()).spawn(move || {
        // With nobody at the other end, the file is dropped, and the lock with it.
        let _ = sender.send(lock_through_signals(&file).map(|()| file));
    })?;
    receiver
        .recv_timeout(wait)
        .map_or(Ok(None), |locked| locked.map(Some))
}

fn lock_through_signals(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;
    use std::sync::atomic::Ordering;

    #[test]
    fn only_one_holds_the_lock_and_waiters_get_their_turn() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/lock");
        let inside = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..20 {
                        let _lock = OsLock::acquire(&path, Duration::from_secs(20)).unwrap();
                        assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
    }

    #[test]
    fn a_held_lock_times_out_and_is_free_again_after_the_drop() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("lock");
        let held = OsLock::acquire(&path, Duration::ZERO).unwrap();
        for wait in [0, 30] {
            let refused = OsLock::acquire(&path, Duration::from_millis(wait));
            assert!(matches!(refused, Err(OsLockError::Timeout { .. })));
        }
        drop(held);
        // The waiter that gave up may hold it for an instant before it notices.
        assert!(OsLock::acquire(&path, Duration::from_secs(5)).is_ok());
    }
}
