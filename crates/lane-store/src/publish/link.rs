//! The way to the remote: which remote, which ref of it, how fast, and where what was seen there is kept.

use std::path::PathBuf;
use std::time::Duration;

use lane_core::policy::Sync;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Remote;

use super::turn::PATIENCE;
use crate::error::StoreError;
use crate::policy_file::find_policy;
use crate::policy_file::remote_name;
use crate::store::STATE_REF;
use crate::store::Store;

/// The branch that holds the state on a remote that takes nothing but branches.
pub(super) const BRANCH_REF: &str = "refs/heads/agents/state";

/// The configuration key that names the remote's ref for this clone.
pub(super) const REF_KEY: &str = "lane.stateRef";

/// The shared remote of a clone.
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) remote: Remote,
    /// The remote's ref that holds the state.
    pub(super) refname: String,
    /// Whether the policy or the configuration names it: then no other is tried.
    pub(super) named: bool,
    /// The last tip that was seen there.
    pub(super) tracking: String,
    /// Where a fetch puts what it finds.
    pub(super) incoming: String,
    pub(super) pace: Option<Duration>,
    /// Whose state is expected there.
    pub(super) repository: String,
}

/// The refs of a remote that may hold the state, the one that counts first, for who has no state yet.
pub fn shared_state_refs(sync: &Sync) -> Vec<String> {
    match &sync.refname {
        Some(named) => vec![named.clone()],
        None => vec![STATE_REF.to_owned(), BRANCH_REF.to_owned()],
    }
}

impl Link {
    /// The remote's name.
    pub fn remote(&self) -> &str {
        self.remote.name()
    }

    /// The remote's ref that holds the state.
    pub fn refname(&self) -> &str {
        &self.refname
    }

    /// How long a process of this clone waits for its turn: the pace makes each before it wait.
    pub(super) fn patience(&self) -> Duration {
        PATIENCE + self.pace.unwrap_or_default() * 4
    }

    /// This clone's ref that keeps the last tip seen there.
    pub fn tracking(&self) -> &str {
        &self.tracking
    }
}

impl Store<'_> {
    /// The shared remote, once the policy is on its integration branch as this clone knows it. None before: nothing
    /// of one person's trial may reach the others.
    ///
    /// # Errors
    /// When `lane.remote` names no remote, the remote pushes elsewhere than it fetches, or the policy cannot be read.
    pub fn link(&self) -> Result<Option<Link>, StoreError> {
        let Some(name) = remote_name(self.repo)? else {
            return Ok(None);
        };
        if self.tip()?.is_none() {
            return Ok(None);
        }
        let meta = self.view()?.meta()?;
        let Some(file) = find_policy(self.repo, &meta.integration)? else {
            return Ok(None);
        };
        if !file.refname.starts_with("refs/remotes/") {
            return Ok(None);
        }
        self.link_to(&name, &file.parse()?.sync, meta.repository)
            .map(Some)
    }

    /// The way to `remote`, as `sync` of the policy says, for the state of `repository`.
    pub(crate) fn link_to(&self, remote: &str, sync: &Sync, repository: String) -> Result<Link, StoreError> {
        let limit = Duration::from_secs(u64::try_from(sync.timeout.secs()).unwrap_or(30));
        let named = self
            .repo
            .config_get(REF_KEY)?
            .or_else(|| sync.refname.clone())
            .filter(|name| !name.is_empty());
        let pace = sync.pace.and_then(|pace| u64::try_from(pace.secs()).ok());
        Ok(Link {
            remote: self.repo.remote(remote, limit)?,
            named: named.is_some(),
            refname: named.unwrap_or_else(|| STATE_REF.to_owned()),
            tracking: format!("refs/agents-remote/{remote}/state"),
            incoming: format!("refs/agents-remote/{remote}/incoming"),
            pace: pace.map(Duration::from_secs),
            repository,
        })
    }

    /// The last tip that was seen on the remote.
    pub fn seen(&self, link: &Link) -> Result<Option<Oid>, StoreError> {
        Ok(self.repo.find_ref(&link.tracking)?)
    }

    /// Where the files of publishing lie.
    pub(super) fn publish_dir(&self) -> PathBuf {
        self.local_dir().join("publish")
    }
}
