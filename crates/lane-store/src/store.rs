//! The store: one repository's state, its ref, and the files beside it.

use std::cell::Cell;
use std::path::PathBuf;
use std::time::Duration;

use lane_git::Oid;
use lane_git::OsLock;
use lane_git::Repo;

use crate::error::StoreError;
use crate::head::Head;
use crate::source::Source;
use crate::tree_view::TreeView;

/// Where the state lies.
pub const STATE_REF: &str = "refs/agents/state";

/// How long a transaction waits for others of the same clone.
const LOCK_WAIT: Duration = Duration::from_secs(60);

/// The state of one repository.
pub struct Store<'a> {
    pub(crate) repo: &'a Repo,
    pub(crate) source: &'a dyn Source,
    reader: Cell<bool>,
    /// The commit that is taken for the tip, instead of the ref.
    as_of: Option<Oid>,
    /// Whether what lies beside the repository is believed.
    believes: bool,
}

impl<'a> Store<'a> {
    /// The store of `repo`.
    pub fn new(repo: &'a Repo, source: &'a dyn Source) -> Self {
        Self {
            repo,
            source,
            reader: Cell::new(false),
            as_of: None,
            believes: true,
        }
    }

    /// For hooks: nothing outside the worktree's own git dir is written, caches included.
    pub fn read_only(self) -> Self {
        self.reader.set(true);
        self
    }

    /// For hooks: the state as it is at `commit`, which is about to become the tip. Only for reading.
    pub fn as_of(self, commit: Oid) -> Self {
        Self {
            as_of: Some(commit),
            ..self.read_only()
        }
    }

    /// For CI: neither does a cache count, which somebody else's job may have left here.
    pub fn believing_nothing(self) -> Self {
        Self {
            believes: false,
            ..self.read_only()
        }
    }

    pub(crate) fn may_read_cache(&self) -> bool {
        self.believes
    }

    pub(crate) fn may_write_cache(&self) -> bool {
        !self.reader.get()
    }

    /// The repository.
    pub fn repo(&self) -> &'a Repo {
        self.repo
    }

    /// Time and chance.
    pub fn source(&self) -> &'a dyn Source {
        self.source
    }

    /// The folder for what is local to this clone.
    pub fn local_dir(&self) -> PathBuf {
        self.repo.common_dir().join("lane")
    }

    /// The tip of the state, if there is one.
    pub fn tip(&self) -> Result<Option<Oid>, StoreError> {
        if let Some(commit) = self.as_of {
            return Ok(Some(commit));
        }
        Ok(self.repo.find_ref(STATE_REF)?)
    }

    /// The state as it is now.
    pub fn view(&self) -> Result<TreeView<'_>, StoreError> {
        self.view_at(self.tip()?.ok_or(StoreError::NotSetUp)?)
    }

    /// The state as it was at a commit of its ref ([`Store::moment`] finds one). What is cached stays that of the
    /// state as it is.
    pub fn view_at(&self, commit: Oid) -> Result<TreeView<'_>, StoreError> {
        let head = Head::read(self.repo, commit)?;
        let view = TreeView::open(self, head.tree)?;
        Ok(if self.tip()? == Some(commit) {
            view
        } else {
            view.of_the_past()
        })
    }

    /// The lock that every writer of this clone takes; waiters queue.
    pub(crate) fn os_lock(&self) -> Result<OsLock, StoreError> {
        if self.repo.objects_elsewhere() {
            return Err(StoreError::ObjectsElsewhere);
        }
        Ok(OsLock::acquire(self.local_dir().join("state.lock"), LOCK_WAIT)?)
    }

    /// Makes a branch. A kill in the middle leaves nothing that would block the next one, as git's own way does.
    pub fn create_branch(&self, branch: &str, at: Oid) -> Result<(), StoreError> {
        let guard = self.os_lock()?;
        match self
            .repo
            .swap_ref(&format!("refs/heads/{branch}"), None, at, &guard)
        {
            Ok(()) => Ok(()),
            Err(lane_git::SwapError::Git(e)) => Err(e.into()),
            Err(other) => Err(StoreError::Contention(format!(
                "branch {branch} could not be made: {other}"
            ))),
        }
    }

    /// Makes a ref that is not there yet; false where it is.
    pub fn create_ref(&self, name: &str, at: Oid) -> Result<bool, StoreError> {
        let guard = self.os_lock()?;
        match self.repo.swap_ref(name, None, at, &guard) {
            Ok(()) => Ok(true),
            Err(lane_git::SwapError::Moved { .. }) => Ok(false),
            Err(lane_git::SwapError::Git(e)) => Err(e.into()),
            Err(other) => Err(StoreError::Contention(format!(
                "{name} could not be made: {other}"
            ))),
        }
    }

    /// Moves a branch that is checked out nowhere; false when it is not at `from` any more.
    pub fn advance_branch(&self, branch: &str, from: Oid, to: Oid) -> Result<bool, StoreError> {
        let guard = self.os_lock()?;
        let name = format!("refs/heads/{branch}");
        match self.repo.swap_ref(&name, Some(from), to, &guard) {
            Ok(()) => Ok(true),
            Err(lane_git::SwapError::Moved { .. }) => Ok(false),
            Err(lane_git::SwapError::Git(e)) => Err(e.into()),
            Err(other) => Err(StoreError::Contention(format!(
                "branch {branch} could not be moved: {other}"
            ))),
        }
    }

    /// Makes the state ref where there is none. Says whether it was made.
    pub fn create(&self, repository: &str) -> Result<bool, StoreError> {
        let guard = self.os_lock()?;
        if self.tip()?.is_some() {
            return Ok(false);
        }
        let first = crate::genesis(self.repo, repository)?;
        match self.repo.swap_ref(STATE_REF, None, first, &guard) {
            Ok(()) => {
                crate::journal::append(&self.local_dir(), first, 0, self.source.now());
                Ok(true)
            }
            Err(lane_git::SwapError::Moved { .. }) => Ok(false),
            Err(other) => Err(StoreError::Contention(other.to_string())),
        }
    }
}
