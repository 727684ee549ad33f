//! Which processes stand in a folder: removing it would take the ground from under them.

use std::path::Path;

/// How many are named.
const NAMED: usize = 5;

/// The first processes, besides this one, whose working directory lies in `folder`. Others' processes cannot be seen.
#[cfg(target_os = "linux")]
pub(super) fn of(folder: &Path) -> Vec<u32> {
    let Ok(folder) = folder.canonicalize() else {
        return Vec::new();
    };
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let inside = processes.filter_map(|process| {
        let pid = process.file_name().into_string().ok()?.parse::<u32>().ok()?;
        let cwd = std::fs::read_link(process.path().join("cwd")).ok()?;
        (pid != std::process::id() && cwd.starts_with(&folder)).then_some(pid)
    });
    inside.take(NAMED).collect()
}

/// Elsewhere it cannot be told.
#[cfg(not(target_os = "linux"))]
pub(super) fn of(_folder: &Path) -> Vec<u32> {
    let _ = NAMED;
    Vec::new()
}
