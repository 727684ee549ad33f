//! A local journal of the tips that this clone has made: what a rollback is measured against.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use lane_core::time::Timestamp;
use lane_git::Oid;

/// How large the journal may grow before its older half goes.
const MAX_BYTES: u64 = 1 << 20;

/// Appends one tip. A journal that cannot be written is no fault.
pub(crate) fn append(local: &Path, tip: Oid, seq: u64, at: Timestamp) {
    let path = local.join("journal");
    if fs::metadata(&path).is_ok_and(|m| m.len() > MAX_BYTES) {
        halve(&path);
    }
    let line = format!("{tip} {seq} {at}\n");
    let _ = fs::create_dir_all(local)
        .and_then(|()| fs::OpenOptions::new().create(true).append(true).open(&path))
        .and_then(|mut file| file.write_all(line.as_bytes()));
}

/// The last tip that this clone made, if the journal says.
pub fn last_tip(local: &Path) -> Option<Oid> {
    let text = fs::read_to_string(local.join("journal")).ok()?;
    text.lines()
        .rev()
        .find_map(|line| line.split(' ').next()?.parse().ok())
}

fn halve(path: &Path) {
    let Ok(text) = fs::read_to_string(path) else {
        return;
    };
    let middle = text.len() / 2;
    let rest = text
        .get(middle..)
        .and_then(|tail| tail.split_once('\n'))
        .map_or("", |(_, rest)| rest);
    let _ = fs::write(path, rest);
}
