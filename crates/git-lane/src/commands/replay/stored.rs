//! The ledger of this repository beside a captured one: which commit and tree belong to each event.

use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::STATE_REF;
use lane_store::Source;
use lane_store::Store;
use lane_store::StoreError;

use crate::error::CliError;
use crate::session;

/// Commits and trees by the events' numbers, from 0.
pub(super) struct Stored {
    repo: Repo,
    repository: String,
    commits: Vec<Oid>,
}

impl Stored {
    /// The state that is here; none outside a repository, and in one without state.
    pub(super) fn find(source: &dyn Source) -> Result<Option<Self>, CliError> {
        let Ok(repo) = session::open_wherever() else {
            return Ok(None);
        };
        let Some(tip) = repo.find_ref(STATE_REF)? else {
            return Ok(None);
        };
        let repository = Store::new(&repo, source).view_at(tip)?.meta()?.repository;
        let mut commits = repo
            .first_parent_chain(tip, None, lane_store::EVENTS_MAX)
            .map_err(StoreError::Git)?;
        commits.reverse();
        Ok(Some(Self {
            repo,
            repository,
            commits,
        }))
    }

    /// The repository's id.
    pub(super) fn repository(&self) -> &str {
        &self.repository
    }

    /// The last event's number.
    pub(super) fn last(&self) -> u64 {
        self.commits.len().saturating_sub(1) as u64
    }

    /// An event's commit and tree; none behind the last.
    pub(super) fn at(&self, seq: u64) -> Result<Option<(Oid, Oid)>, CliError> {
        let place = usize::try_from(seq).unwrap_or(usize::MAX);
        let Some(commit) = self.commits.get(place) else {
            return Ok(None);
        };
        Ok(Some((*commit, self.repo.commit(*commit)?.tree)))
    }
}
