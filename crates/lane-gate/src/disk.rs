//! How much room a disk has.

use std::io;
use std::path::Path;

/// The bytes that this process may still write on the file system of a file or folder; none where the system does not
/// say.
#[cfg(unix)]
pub fn free_bytes(path: &Path) -> io::Result<Option<u64>> {
    let found = rustix::fs::statvfs(path)?;
    Ok(Some(found.f_bavail.saturating_mul(found.f_frsize)))
}

/// The bytes that this process may still write on the file system of a file or folder; none where the system does not
/// say.
#[cfg(not(unix))]
pub fn free_bytes(_path: &Path) -> io::Result<Option<u64>> {
    Ok(None)
}
