//! Where the worktree stands: what no check may change.

use std::path::Path;

use lane_git::GitError;
use lane_git::Head;
use lane_git::OpenError;
use lane_git::Repo;
use thiserror::Error;

/// The setting by which a stray `git init` breaks all worktrees at once.
const BARE: &str = "core.bare";

/// Why a worktree's standing is not known.
#[derive(Debug, Error)]
pub enum StandingError {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// HEAD or the configuration cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
}

/// HEAD with its branch, and `core.bare`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Standing {
    head: Head,
    bare: Option<bool>,
}

impl Standing {
    pub(super) fn of(root: &Path) -> Result<Self, StandingError> {
        let repo = Repo::open(root)?;
        Ok(Self {
            // A linked worktree is never bare itself; the repository that it belongs to may become so.
            bare: repo.config_get_bool(BARE)?,
            head: repo.head()?,
        })
    }

    /// What is different now, as a phrase.
    pub(super) fn moved(&self, root: &Path) -> Option<String> {
        let now = match Self::of(root) {
            Ok(now) => now,
            Err(_) => return Some("the repository became unreadable".to_owned()),
        };
        if now.bare != self.bare {
            return Some("`core.bare` was changed".to_owned());
        }
        if now.head.branch() != self.head.branch() {
            return Some("another branch was checked out".to_owned());
        }
        (now.head != self.head).then(|| "HEAD was moved".to_owned())
    }
}
