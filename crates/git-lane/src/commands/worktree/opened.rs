//! A worktree opened by its git dir, so that neither a lost `.git` nor a lost folder leads to another repository.

use std::path::Path;

use lane_git::Repo;
use lane_git::Worktree;
use tempfile::TempDir;

use crate::error::CliError;
use crate::session::Session;

/// A worktree's repository; its files are in the folder that was named.
pub(super) struct Opened {
    pub(super) repo: Repo,
    /// Stands for the folder of one that has none.
    _none: Option<TempDir>,
}

/// Opens a worktree with its files in `folder`, or in no folder where that is gone.
///
/// # Errors
/// When git does not know it, or it cannot be opened.
pub(super) fn open(
    session: &Session<'_>,
    worktree: &Worktree,
    is_main: bool,
    folder: Option<&Path>,
) -> Result<Opened, CliError> {
    if is_main {
        let repo = Repo::open(&worktree.path)?;
        return Ok(Opened { repo, _none: None });
    }
    let Some(git_dir) = session.repo.git_dir_of(&worktree.path) else {
        let what = format!("git has nothing registered at {}", worktree.path.display());
        return Err(CliError::setup(what, "git worktree list"));
    };
    let none = match folder {
        Some(_) => None,
        None => Some(tempfile::tempdir().map_err(|e| CliError::io("no temporary folder could be made", e))?),
    };
    let at = folder
        .or(none.as_ref().map(TempDir::path))
        .unwrap_or(&worktree.path);
    let repo = Repo::open_beside(&git_dir, at)?;
    Ok(Opened { repo, _none: none })
}
