//! A folder in memory for what the tests write and throw away: on a disk, the disk takes most of their time.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Where Linux has one.
const SHARED: &str = "/dev/shm";
/// Bytes that must be free there, and in memory altogether.
const ROOM: u64 = 4 << 30;
/// What its name begins with, before the number of the process that made it.
const PREFIX: &str = "git-lane-tests-";
/// A program that does nothing.
const PROBE: &str = "#!/bin/sh\n";

/// A new folder in memory, which goes with its handle. None where the caller chose a folder by `TMPDIR`, or where there is
/// none, too little room, or no program may be run.
pub(crate) fn folder() -> Option<TempDir> {
    if std::env::var_os("TMPDIR").is_some() || !Path::new(SHARED).is_dir() {
        return None;
    }
    let room = lane_gate::free_bytes(Path::new(SHARED)).ok().flatten()?;
    let memory = available(&fs::read_to_string("/proc/meminfo").ok()?)?;
    if room.min(memory) < ROOM {
        return None;
    }
    sweep(Path::new(SHARED));
    let folder = tempfile::Builder::new()
        .prefix(&format!("{PREFIX}{}-", std::process::id()))
        .tempdir_in(SHARED)
        .ok()?;
    runs_programs(folder.path()).then_some(folder)
}

/// Removes the folders of runs that were killed: nothing else would give their memory back.
fn sweep(shared: &Path) {
    for entry in fs::read_dir(shared).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if maker(&name.to_string_lossy()).is_some_and(|pid| !Path::new(&format!("/proc/{pid}")).exists()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The process that made a folder of this name.
fn maker(name: &str) -> Option<u32> {
    let (pid, _) = name.strip_prefix(PREFIX)?.split_once('-')?;
    pid.parse().ok()
}

/// The bytes of memory that can be had, as `/proc/meminfo` says it.
fn available(meminfo: &str) -> Option<u64> {
    let line = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// Whether a script in this folder can be started: hooks are scripts.
fn runs_programs(folder: &Path) -> bool {
    let probe = folder.join("probe");
    let made = fs::write(&probe, PROBE).and_then(|()| executable(&probe));
    let ran = made.and_then(|()| Command::new(&probe).status());
    ran.is_ok_and(|status| status.success()) && fs::remove_file(&probe).is_ok()
}

#[cfg(unix)]
fn executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_memory_can_be_had_is_read_in_bytes() {
        let text = "MemTotal:       24000000 kB\nMemAvailable:    2048 kB\n";
        assert_eq!(available(text), Some(2 << 20));
        assert_eq!(available("MemTotal: 1 kB\n"), None);
        assert_eq!(available("MemAvailable: much\n"), None);
    }

    #[test]
    fn only_folders_of_tests_name_a_process() {
        assert_eq!(maker("git-lane-tests-12-abc"), Some(12));
        for other in ["git-lane-tests-abc", "git-lane-tests-x-y", "sem.mine", "12-a"] {
            assert_eq!(maker(other), None, "{other}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_where_a_script_runs_is_told_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        assert!(runs_programs(folder.path()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        assert!(!runs_programs(&folder.path().join("nowhere")));
    }
}
