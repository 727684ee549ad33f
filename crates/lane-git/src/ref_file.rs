//! A ref as it is on disk this instant: loose, else packed; past every cache.

use std::fs;
use std::io;
use std::path::Path;

use crate::Oid;

/// What stands under a name.
pub(crate) enum OnDisk {
    Nothing,
    Holds(Oid),
    /// A symbolic ref, or a file that is no ref.
    Other,
    /// This ref exists, so the name cannot be a file: it is above or below it.
    Blocked(String),
}

/// Reads `name` in the git dir `common`. To be called while `<name>.lock` is held: then neither a swap nor
/// `git pack-refs` can come between the two places.
pub(crate) fn read(common: &Path, name: &str) -> io::Result<OnDisk> {
    match fs::read(common.join(name)) {
        Ok(text) => Ok(parse(&text)),
        Err(error) if not_there(&error) => read_packed(common, name),
        Err(error) => Err(error),
    }
}

/// A folder under the name counts as nothing: git removes empty ones, and full ones stop the rename later.
fn not_there(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory
    )
}

fn parse(text: &[u8]) -> OnDisk {
    let end = text
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())
        .map_or(0, |last| last + 1);
    Oid::from_hex(&text[..end]).map_or(OnDisk::Other, OnDisk::Holds)
}

fn read_packed(common: &Path, name: &str) -> io::Result<OnDisk> {
    let packed = match fs::read(common.join("packed-refs")) {
        Ok(packed) => packed,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(OnDisk::Nothing),
        Err(error) => return Err(error),
    };
    let mut blocked = OnDisk::Nothing;
    for (hex, other) in packed
        .split(|byte| *byte == b'\n')
        .filter_map(|line| line.split_at_checked(40))
    {
        let Some(other) = other.strip_prefix(b" ") else {
            continue;
        };
        if other == name.as_bytes() {
            return Ok(Oid::from_hex(hex).map_or(OnDisk::Other, OnDisk::Holds));
        }
        if inside(other, name.as_bytes()) || inside(name.as_bytes(), other) {
            blocked = OnDisk::Blocked(String::from_utf8_lossy(other).into_owned());
        }
    }
    Ok(blocked)
}

fn inside(inner: &[u8], outer: &[u8]) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with(b"/"))
}
