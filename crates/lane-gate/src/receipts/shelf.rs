//! A folder of small files that is never read beyond a bound and never grows beyond one.

use std::fs;
use std::fs::File;
use std::io;
use std::io::Read as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;
use std::time::SystemTime;

/// How many entries of a folder are looked at.
const LOOKED_AT: usize = 10_000;
/// A temporary file that is older was left by a process that was killed.
const LEFT_BEHIND: Duration = Duration::from_secs(3600);
const TEMPORARY: &str = ".tmp";
const OURS: &str = ".toml";

/// A folder of files `*.toml`, of which the newest are kept.
#[derive(Clone, Debug)]
pub(crate) struct Shelf {
    dir: PathBuf,
    keep: usize,
}

impl Shelf {
    pub(crate) fn new(dir: PathBuf, keep: usize) -> Self {
        Self { dir, keep }
    }

    /// The content of a plain file of at most `limit` bytes; anything else is nothing.
    pub(crate) fn read(&self, name: &str, limit: u64) -> Option<Vec<u8>> {
        let path = self.dir.join(name);
        // Looked at first: opening a pipe would wait for its other end.
        let plain = path.symlink_metadata().ok()?;
        if !plain.is_file() || plain.len() > limit {
            return None;
        }
        let mut bytes = Vec::new();
        let file = File::open(path).ok()?;
        file.take(limit + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= limit).then_some(bytes)
    }

    /// Puts a file there at once or not at all, and removes the oldest beyond the bound.
    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.dir)?;
        let mut file = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempfile_in(&self.dir)?;
        file.write_all(bytes)?;
        file.persist(self.dir.join(name)).map_err(|lost| lost.error)?;
        self.tidy();
        Ok(())
    }

    /// What cannot be removed now is removed another time.
    fn tidy(&self) {
        let Ok(entries) = fs::read_dir(&self.dir) else {
            return;
        };
        let (now, mut kept) = (SystemTime::now(), Vec::new());
        for entry in entries.take(LOOKED_AT).flatten() {
            let (name, meta) = (entry.file_name(), entry.metadata());
            let Some((name, made)) = name.to_str().zip(meta.and_then(|meta| meta.modified()).ok()) else {
                continue;
            };
            if name.ends_with(OURS) {
                kept.push((made, entry.path()));
            } else if name.starts_with(TEMPORARY)
                && now.duration_since(made).is_ok_and(|age| age > LEFT_BEHIND)
            {
                let _ = fs::remove_file(entry.path());
            }
        }
        kept.sort();
        for (_, oldest) in kept.iter().take(kept.len().saturating_sub(self.keep)) {
            let _ = fs::remove_file(oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_what_is_not_ours_stays() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("deep/er"), 3);
        shelf.write("x.toml", b"x").unwrap();
        fs::write(dir.path().join("deep/er/mine"), "mine").unwrap();
        let hour = |hours: u64| SystemTime::UNIX_EPOCH + Duration::from_secs(hours * 3600);
        for (name, hours) in [("a.toml", 5), ("b.toml", 2), ("c.toml", 4), (".tmpOld", 1)] {
            let path = dir.path().join("deep/er").join(name);
            fs::write(&path, name).unwrap();
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_modified(hour(hours))
                .unwrap();
        }
        shelf.write("x.toml", b"new").unwrap();
        let mut left: Vec<_> = fs::read_dir(dir.path().join("deep/er"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, ["a.toml", "c.toml", "mine", "x.toml"]);
        assert_eq!(shelf.read("x.toml", 3).unwrap(), b"new");
        assert!(shelf.read("x.toml", 2).is_none());
        assert!(shelf.read("none.toml", 9).is_none());
    }

    #[test]
    #[cfg(unix)]
    fn what_is_no_plain_file_is_not_opened() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().to_owned(), 3);
        fs::write(dir.path().join("target"), "x").unwrap();
        std::os::unix::fs::symlink("target", dir.path().join("link.toml")).unwrap();
        fs::create_dir(dir.path().join("dir.toml")).unwrap();
        let pipe = dir.path().join("pipe.toml");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(pipe)
                .status()
                .unwrap()
                .success()
        );
        for name in ["link.toml", "dir.toml", "pipe.toml"] {
            assert!(shelf.read(name, 100).is_none(), "{name}");
        }
    }
}
