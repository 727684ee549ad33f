//! All that a command prints, in a file for whoever wants to read more than its end.

use std::fs;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

/// The longest log, in bytes: of an output that is longer, the beginning.
pub(crate) const LOG_BYTES: u64 = 16 << 20;

/// A log that is being written.
#[derive(Debug)]
pub(super) struct Log {
    file: File,
    room: u64,
}

impl Log {
    /// A new file in the place of an older one, or more of the one that is there. None where it cannot be made.
    pub(super) fn open(path: &Path, append: bool) -> Option<Self> {
        fs::create_dir_all(path.parent()?).ok()?;
        if !append {
            // Whoever reads the older one goes on reading it; a link in its place is not followed.
            let _ = fs::remove_file(path);
        }
        let mut how = File::options();
        let how = how.append(true).create(append).create_new(!append);
        let file = how.open(path).ok()?;
        let length = file.metadata().ok()?.len();
        Some(Self {
            room: LOG_BYTES.saturating_sub(length),
            file,
        })
    }

    /// What does not fit, or cannot be written, is left out.
    pub(super) fn write(&mut self, chunk: &[u8]) {
        let fits = usize::try_from(self.room).unwrap_or(usize::MAX).min(chunk.len());
        self.room -= fits as u64;
        if self.file.write_all(&chunk[..fits]).is_err() {
            self.room = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_begun_anew_and_never_longer_than_its_bound() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("logs/x.log");
        let write = |append, text: &[u8]| Log::open(&path, append).unwrap().write(text);
        write(false, b"one\n");
        write(true, b"two\n");
        assert_eq!(fs::read(&path).unwrap(), b"one\ntwo\n");
        write(false, b"three\n");
        write(true, &vec![b'x'; 17 << 20]);
        let text = fs::read(&path).unwrap();
        assert!(text.starts_with(b"three\nx") && text.len() as u64 == LOG_BYTES);
        assert!(Log::open(&path.join("below"), false).is_none());
    }

    #[test]
    #[cfg(unix)]
    fn a_link_in_the_place_of_a_log_is_not_followed() {
        let dir = tempfile::tempdir().unwrap();
        let (path, mine) = (dir.path().join("x.log"), dir.path().join("mine"));
        fs::write(&mine, "mine").unwrap();
        std::os::unix::fs::symlink(&mine, &path).unwrap();
        Log::open(&path, false).unwrap().write(b"log");
        assert_eq!(fs::read(mine).unwrap(), b"mine");
    }
}
