//! Marks of files that move with every writing, so that a change is seen that was put back before anybody looked again.

use std::fs::Metadata;
use std::path::Path;

use lane_core::glob::Scope;
use lane_git::native_path;

use crate::Files;

/// A submodule: its folder moves with whatever is made in it.
const GITLINK: u32 = 0o160_000;

/// Of each file that a check reads, in the list's order, what the file system notes when it is written, replaced or
/// renamed; none where nothing is there. Costs one look a file, so it is taken around a run and not where nothing runs.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marks(Vec<Option<Mark>>);

/// What moves when a file is written, replaced or renamed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mark {
    secs: i64,
    nanos: i64,
    which: u64,
}

impl Marks {
    pub(super) fn of(root: &Path, files: &Files, scope: &Scope) -> Self {
        Self(read(files, scope).map(|path| mark(root, path)).collect())
    }

    /// The first file that was touched since; `files` are the same as when the marks were taken.
    pub(super) fn touched<'f>(&self, root: &Path, files: &'f Files, scope: &Scope) -> Option<&'f [u8]> {
        let mut pairs = read(files, scope).zip(&self.0);
        let touched = pairs.find(|(path, before)| mark(root, path) != **before);
        touched.map(|(path, _)| path)
    }
}

fn read<'f>(files: &'f Files, scope: &Scope) -> impl Iterator<Item = &'f [u8]> {
    let read = files.read_by(scope).filter(|file| file.mode != GITLINK);
    read.map(|file| file.path.as_slice())
}

/// The mark of what lies at a path; none where nothing does.
pub(super) fn mark(root: &Path, path: &[u8]) -> Option<Mark> {
    let path = root.join(native_path(path).ok()?);
    path.symlink_metadata().ok().map(|meta| Mark::of(&meta))
}

impl Mark {
    #[cfg(unix)]
    fn of(meta: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            secs: meta.ctime(),
            nanos: meta.ctime_nsec(),
            which: meta.ino(),
        }
    }

    #[cfg(not(unix))]
    fn of(meta: &Metadata) -> Self {
        let since = |time: std::io::Result<std::time::SystemTime>| {
            let since = time.ok()?.duration_since(std::time::UNIX_EPOCH).ok();
            since.and_then(|since| i64::try_from(since.as_nanos()).ok())
        };
        Self {
            secs: since(meta.modified()).unwrap_or_default(),
            nanos: since(meta.created()).unwrap_or_default(),
            which: meta.len(),
        }
    }
}
