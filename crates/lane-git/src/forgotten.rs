//! Folders that were worktrees, and that their repository has forgotten: pruned while they were elsewhere, and put back.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::native_path;

/// The longest `.git` file that is read, in bytes.
const FILE_BYTES: u64 = 64 * 1024;

/// The folder of the repository (of a bare one its git dir) whose linked worktree `folder` was: its `.git` file names a git dir
/// there that is gone. None for a worktree that is known, and for what never was one.
pub fn forgotten_by(folder: &Path) -> Option<PathBuf> {
    let file = folder.join(".git");
    let meta = file.symlink_metadata().ok()?;
    if !meta.is_file() || meta.len() > FILE_BYTES {
        return None;
    }
    let text = fs::read(file).ok()?;
    let named = text.strip_prefix(b"gitdir: ")?.trim_ascii_end();
    let git_dir = folder.join(native_path(named).ok()?);
    let worktrees = git_dir.parent()?;
    let common = worktrees.parent()?;
    let was_one = worktrees.file_name()? == "worktrees" && common.join("HEAD").is_file();
    if !was_one || git_dir.symlink_metadata().is_ok() {
        return None;
    }
    let common = common.canonicalize().ok()?;
    match common.file_name()? == ".git" {
        true => common.parent().map(Path::to_owned),
        false => Some(common),
    }
}

/// The same of the folder at or above `start` that has a `.git` first, with that folder.
pub(crate) fn above(start: &Path) -> Option<(PathBuf, PathBuf)> {
    let start = start.canonicalize().ok()?;
    let mut folders = start.ancestors();
    let folder = folders.find(|folder| folder.join(".git").symlink_metadata().is_ok())?;
    Some((folder.to_owned(), forgotten_by(folder)?))
}
