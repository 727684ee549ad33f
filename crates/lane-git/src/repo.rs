//! An open repository: its folders, its head, and what is known about it without reading objects.

use std::cell::Cell;
use std::cell::RefCell;
use std::path::Path;

use crate::GitError;
use crate::Oid;
use crate::error::Doing;
use crate::options;
use crate::seen::Seen;
use crate::staged::Staged;

/// Where git children get their repository from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// From the environment and the current directory, as this process did.
    Environment,
    /// From a path; git's environment is cleared.
    Path,
}

/// An open repository. Opening reads the configuration and nothing else; no index is ever read by libgit2.
pub struct Repo {
    pub(crate) git: git2::Repository,
    pub(crate) origin: Origin,
    pub(crate) fsync: Cell<bool>,
    pub(crate) config: RefCell<Option<git2::Config>>,
    pub(crate) seen: RefCell<Seen>,
    pub(crate) staged: RefCell<Staged>,
}

/// Where HEAD points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// A branch without a commit.
    Unborn {
        /// Its short name (`main`).
        branch: String,
    },
    /// A branch.
    Branch {
        /// Its short name (`main`); the full one, if HEAD points outside `refs/heads/`.
        name: String,
        /// Its commit.
        oid: Oid,
    },
    /// A commit, as in a rebase.
    Detached {
        /// The commit.
        oid: Oid,
    },
}

impl Head {
    /// The commit, if there is one.
    pub fn oid(&self) -> Option<Oid> {
        match self {
            Head::Unborn { .. } => None,
            Head::Branch { oid, .. } | Head::Detached { oid } => Some(*oid),
        }
    }

    /// The branch's short name, if HEAD is on one.
    pub fn branch(&self) -> Option<&str> {
        match self {
            Head::Unborn { branch } => Some(branch),
            Head::Branch { name, .. } => Some(name),
            Head::Detached { .. } => None,
        }
    }
}

impl Repo {
    pub(crate) fn new(git: git2::Repository, origin: Origin) -> Repo {
        Repo {
            git,
            origin,
            fsync: Cell::new(false),
            config: RefCell::new(None),
            seen: RefCell::default(),
            staged: RefCell::default(),
        }
    }

    /// This worktree's git dir: `.git`, or `.git/worktrees/<id>` in a linked worktree. Absolute.
    pub fn git_dir(&self) -> &Path {
        self.git.path()
    }

    /// The git dir that all worktrees share. Absolute.
    pub fn common_dir(&self) -> &Path {
        self.git.commondir()
    }

    /// The work tree's root; none in a bare repository.
    pub fn work_dir(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// Whether there is no work tree.
    pub fn is_bare(&self) -> bool {
        self.git.is_bare()
    }

    /// Whether this is a worktree made by `git worktree add`.
    pub fn is_linked_worktree(&self) -> bool {
        self.git.is_worktree()
    }

    /// Whether objects were left out that a remote promised to hand out later (`git clone --filter`).
    pub fn is_partial(&self) -> bool {
        let key = "extensions.partialclone";
        matches!(self.config_get(key), Ok(Some(remote)) if !remote.is_empty()) || self.has_promises()
    }

    fn has_promises(&self) -> bool {
        let packs = std::fs::read_dir(self.common_dir().join("objects/pack"));
        let mut files = packs.into_iter().flatten().flatten();
        files.any(|file| file.path().extension().is_some_and(|end| end == "promisor"))
    }

    /// Whether history is cut off (`git clone --depth`).
    pub fn is_shallow(&self) -> bool {
        std::fs::metadata(self.common_dir().join("shallow")).is_ok_and(|file| file.len() > 0)
    }

    /// Whether what is written from here on is synced to disk before it counts as written. Off until asked for.
    /// libgit2 has one switch for the whole process: the last call wins, for objects of every open repository.
    pub fn set_fsync(&self, on: bool) {
        self.fsync.set(on);
        options::sync_writes(on);
    }

    /// Where HEAD of this worktree points.
    ///
    /// # Errors
    /// When HEAD cannot be read or names no UTF-8 branch.
    pub fn head(&self) -> Result<Head, GitError> {
        let head = self.git.find_reference("HEAD").doing("reading HEAD")?;
        if let Some(oid) = head.target() {
            return Ok(Head::Detached { oid: oid.into() });
        }
        let target = head.symbolic_target().doing("reading HEAD")?.unwrap_or_default();
        let name = target.strip_prefix("refs/heads/").unwrap_or(target).to_owned();
        Ok(match self.find_ref(target)? {
            Some(oid) => Head::Branch { name, oid },
            None => Head::Unborn { branch: name },
        })
    }
}
