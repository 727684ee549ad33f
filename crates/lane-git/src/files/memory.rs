//! What was read of files before, so that no file is read twice that nobody wrote since.
//!
//! A file that lies in the worktree's git dir: a first line, then for each path its length (`u32`), the path, the mark
//! and the name of the blob that the bytes make; numbers are little-endian. A cache: what cannot be read, or is of
//! another format, is none.

use std::collections::HashMap;
use std::fs;
use std::fs::Metadata;
use std::io;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::time::Duration;
use std::time::SystemTime;

use crate::Oid;

const FIRST: &[u8] = b"git-lane bytes on disk 1\n";
/// Bytes of a mark and of the name behind it.
const MARK: usize = 48;
const NAME: usize = 20;
/// A longer memory is not read: some 2 million files.
const LONGEST: u64 = 256 << 20;
/// A file that was written so shortly before it was read may be written once more without another mark, on the coarsest
/// file system.
const SETTLED: Duration = Duration::from_secs(2);

/// What moves when a file is written, replaced or renamed: its times, its number and its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    bytes: [u8; MARK],
    /// Seconds since 1970 at which it last moved.
    secs: i64,
}

/// What was known, and what was learnt since.
pub(super) struct Memory<'b> {
    known: HashMap<&'b [u8], Known<'b>>,
    now: SystemTime,
    learnt: Mutex<Vec<(Vec<u8>, Mark, Oid)>>,
}

/// What is known of a path: the mark, and the name behind it.
struct Known<'b> {
    bytes: &'b [u8],
    /// Whether the file is still there as it was, or nobody looked.
    holds: AtomicBool,
}

impl Mark {
    pub(super) fn of(meta: &Metadata) -> Self {
        let (moved, written, which) = times(meta);
        let mut bytes = [0; MARK];
        let numbers = [moved.0, moved.1, written.0, written.1].map(i64::to_le_bytes);
        let numbers = numbers
            .into_iter()
            .chain([which, meta.len()].map(u64::to_le_bytes));
        for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&number);
        }
        Self { bytes, secs: moved.0 }
    }
}

/// When it last moved, when it was last written, and which file it is.
#[cfg(unix)]
fn times(meta: &Metadata) -> ((i64, i64), (i64, i64), u64) {
    use std::os::unix::fs::MetadataExt as _;
    let moved = (meta.ctime(), meta.ctime_nsec());
    (moved, (meta.mtime(), meta.mtime_nsec()), meta.ino())
}

#[cfg(not(unix))]
fn times(meta: &Metadata) -> ((i64, i64), (i64, i64), u64) {
    let since = |time: io::Result<SystemTime>| {
        let since = time.ok()?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
        Some((
            i64::try_from(since.as_secs()).ok()?,
            i64::from(since.subsec_nanos()),
        ))
    };
    let written = since(meta.modified()).unwrap_or((i64::MAX, 0));
    (written, since(meta.created()).unwrap_or_default(), 0)
}

impl<'b> Memory<'b> {
    /// `now` is a moment before any file is looked at.
    pub(super) fn of(bytes: &'b [u8], now: SystemTime) -> Self {
        Self {
            known: parse(bytes).unwrap_or_default(),
            now,
            learnt: Mutex::default(),
        }
    }

    /// What the file had when it had this mark.
    pub(super) fn find(&self, path: &[u8], mark: &Mark) -> Option<Oid> {
        let known = self.known.get(path)?;
        let (noted, name) = known.bytes.split_at_checked(MARK)?;
        let name = name.try_into().ok()?;
        let holds = noted == mark.bytes;
        known.holds.store(holds, Ordering::Relaxed);
        holds.then(|| Oid::from_bytes(name))
    }

    /// Notes what the file was found to have; what may still change under its mark is not noted.
    pub(super) fn learn(&self, path: &[u8], mark: &Mark, oid: Oid) {
        let now = self
            .now
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let settled = mark.secs.checked_add_unsigned(SETTLED.as_secs());
        let now = i64::try_from(now.as_secs()).unwrap_or_default();
        if settled.is_some_and(|settled| settled < now) {
            let mut learnt = self.learnt.lock().unwrap_or_else(PoisonError::into_inner);
            learnt.push((path.to_vec(), *mark, oid));
        }
    }

    /// Keeps what was known of a path, at which nobody looks now.
    pub(super) fn keep(&self, path: &[u8]) {
        if let Some(known) = self.known.get(path) {
            known.holds.store(true, Ordering::Relaxed);
        }
    }

    /// The memory's next text; none where nothing was learnt. What was not found again is forgotten.
    pub(super) fn text(self) -> Option<Vec<u8>> {
        let learnt = self.learnt.into_inner().unwrap_or_else(PoisonError::into_inner);
        if learnt.is_empty() {
            return None;
        }
        let mut text = FIRST.to_vec();
        for (path, known) in &self.known {
            if known.holds.load(Ordering::Relaxed) {
                add(&mut text, path, &[known.bytes]);
            }
        }
        for (path, mark, oid) in &learnt {
            add(&mut text, path, &[&mark.bytes, oid.as_bytes()]);
        }
        Some(text)
    }
}

fn add(text: &mut Vec<u8>, path: &[u8], known: &[&[u8]]) {
    let Ok(length) = u32::try_from(path.len()) else {
        return;
    };
    text.extend_from_slice(&length.to_le_bytes());
    text.extend_from_slice(path);
    for part in known {
        text.extend_from_slice(part);
    }
}

fn parse(bytes: &[u8]) -> Option<HashMap<&[u8], Known<'_>>> {
    let mut rest = bytes.strip_prefix(FIRST)?;
    // Most paths are about as long as what is behind them.
    let mut known = HashMap::with_capacity(bytes.len() / (2 * (MARK + NAME)));
    while let Some((length, behind)) = rest.split_first_chunk() {
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (path, behind) = behind.split_at_checked(length)?;
        let (one, behind) = behind.split_at_checked(MARK + NAME)?;
        let one = Known {
            bytes: one,
            holds: AtomicBool::new(false),
        };
        known.insert(path, one);
        rest = behind;
    }
    rest.is_empty().then_some(known)
}

/// The text of a memory; empty where there is none.
pub(super) fn read(path: &Path) -> Vec<u8> {
    // Looked at first: opening a pipe would wait for its other end.
    let plain = path.symlink_metadata();
    match plain {
        Ok(meta) if meta.is_file() && meta.len() <= LONGEST => fs::read(path).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Puts it there at once or not at all.
pub(super) fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(dir)?;
    let mut file = tempfile::NamedTempFile::new_in(dir)?;
    file.write_all(text)?;
    file.persist(path).map(drop).map_err(|lost| lost.error)
}
