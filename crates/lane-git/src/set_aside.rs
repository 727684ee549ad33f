//! When a foreign `<ref>.lock` may be moved out of the way: old, held open by nobody, and no git at work here.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;
use std::time::SystemTime;

/// How long a lock must be unchanged. git holds one for milliseconds.
const STALE: Duration = Duration::from_secs(60);

/// Moves `lock` to `<common>/lane/set-aside/`, or says in a sentence why not.
pub(crate) fn set_aside(
    common: &Path,
    work_dir: Option<&Path>,
    lock: &Path,
) -> io::Result<Result<(), String>> {
    let age = match fs::metadata(lock).and_then(|file| file.modified()) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(())),
        modified => SystemTime::now().duration_since(modified?).unwrap_or_default(),
    };
    if age < STALE {
        return Ok(Err(format!(
            "another git made it {} s ago and may still be at work",
            age.as_secs()
        )));
    }
    if let Some(why) = holders::find(common, work_dir, lock) {
        return Ok(Err(why));
    }
    let folder = common.join("lane").join("set-aside");
    fs::create_dir_all(&folder)?;
    let since_1970 = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let name = lock
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    fs::rename(lock, folder.join(format!("{}-{name}", since_1970.as_millis())))?;
    Ok(Ok(()))
}

#[cfg(target_os = "linux")]
mod holders {
    use std::fs;
    use std::path::Path;
    use std::path::PathBuf;

    /// A sentence about a process that may need the lock; none if there is none. What other users' processes have
    /// open cannot be seen, so a git of theirs counts as being here.
    pub(super) fn find(common: &Path, work_dir: Option<&Path>, lock: &Path) -> Option<String> {
        let lock = fs::canonicalize(lock).unwrap_or_else(|_| lock.to_owned());
        let here: Vec<PathBuf> = [Some(common), work_dir]
            .into_iter()
            .flatten()
            .filter_map(|dir| fs::canonicalize(dir).ok())
            .collect();
        let Ok(processes) = fs::read_dir("/proc") else {
            return Some("it cannot be told whether a process holds it".to_owned());
        };
        processes.flatten().find_map(|process| {
            let pid = process.file_name().into_string().ok()?.parse::<u32>().ok()?;
            holder(&process.path(), pid, &lock, &here)
        })
    }

    fn holder(process: &Path, pid: u32, lock: &Path, here: &[PathBuf]) -> Option<String> {
        let open = fs::read_dir(process.join("fd"));
        if open
            .into_iter()
            .flatten()
            .flatten()
            .any(|fd| fs::read_link(fd.path()).is_ok_and(|file| file == lock))
        {
            return Some(format!("process {pid} has it open"));
        }
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        let a_git = name.trim() == "git" || (name.starts_with("git-") && !name.starts_with("git-lane"));
        let is_here = match fs::read_link(process.join("cwd")) {
            Ok(cwd) => here.iter().any(|dir| cwd.starts_with(dir)),
            // It has ended meanwhile; one that may not be looked at counts as being here.
            Err(e) => e.kind() != std::io::ErrorKind::NotFound,
        };
        (a_git && is_here).then(|| format!("git process {pid} may be at work in this repository"))
    }
}

#[cfg(not(target_os = "linux"))]
mod holders {
    use std::path::Path;

    /// Elsewhere it cannot be told who holds a file, so nothing is ever set aside.
    pub(super) fn find(_common: &Path, _work_dir: Option<&Path>, _lock: &Path) -> Option<String> {
        Some("it cannot be told here whether a process holds it; remove it if none does".to_owned())
    }
}
