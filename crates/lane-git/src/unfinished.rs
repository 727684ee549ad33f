//! Worktrees that a killed `git worktree add` left half made: git marks them until the last file is there.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Repo;
use crate::error::Doing;

/// The reason with which git locks a worktree while it is being made.
const MARK: &str = "initializing";

impl Repo {
    /// Removes the worktree at `path` if it was never finished, folder and all, and says whether there was one. The
    /// caller must know that no git is still making it. Nobody was ever told of such a worktree; its branch stays.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn discard_unfinished_worktree(&self, path: &Path) -> Result<bool, GitError> {
        let doing = || format!("removing the unfinished worktree {}", path.display());
        let entries = match fs::read_dir(self.common_dir().join("worktrees")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            entries => entries.doing(doing())?,
        };
        let mut found = false;
        for entry in entries {
            let admin = entry.doing(doing())?.path();
            if is_marked(&admin) && is_of(&admin, path) {
                // The folder first: if that fails, the mark is still there for the next attempt.
                gone(fs::remove_dir_all(path)).doing(doing())?;
                gone(fs::remove_dir_all(&admin)).doing(doing())?;
                found = true;
            }
        }
        Ok(found)
    }
}

fn is_marked(admin: &Path) -> bool {
    fs::read_to_string(admin.join("locked")).is_ok_and(|reason| reason.trim_end() == MARK)
}

/// By what it says of itself; before it says anything, by its name, which git takes from the folder.
fn is_of(admin: &Path, path: &Path) -> bool {
    match fs::read_to_string(admin.join("gitdir")) {
        Ok(link) if !link.trim_end().is_empty() => {
            let there = PathBuf::from(link.trim_end());
            there.parent().is_some_and(|folder| same(folder, path))
        }
        _ => admin.file_name().is_some() && admin.file_name() == path.file_name(),
    }
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn gone(removed: io::Result<()>) -> io::Result<()> {
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
