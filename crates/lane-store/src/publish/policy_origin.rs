//! The commit that the adopted policy came from: a clone that took the state and has not fetched the integration branch
//! must not take its own older policy for a change.

use std::fs;
use std::path::PathBuf;

use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::RemoteError;

use super::link::Link;
use crate::error::StoreError;
use crate::store::Store;
use crate::tree_view::TreeView;

/// Where it is noted which commit the remote's integration branch does not have any more.
const FILE: &str = "policy-not-on-branch";

impl Store<'_> {
    /// Fetches the integration branch when the policy that the state at `tip` has adopted came from a commit that is not
    /// here. Where the branch does not have it any more, for it was rewritten, that is noted. A branch that cannot be
    /// fetched now is asked for again with the next exchange, and no policy is adopted here until then.
    pub(super) fn fetch_policy(&self, link: &Link, tip: Oid) -> Result<(), StoreError> {
        let view = TreeView::open(self, self.repo.commit(tip)?.tree)?;
        let Ok(commit) = view.policy()?.commit.parse::<Oid>() else {
            return Ok(());
        };
        if self.repo.has_object(commit)? || self.is_nowhere(commit) {
            return Ok(());
        }
        let branch = view.meta()?.integration;
        let tracking = format!("refs/remotes/{}/{branch}", link.remote());
        let from = format!("refs/heads/{branch}");
        match self.repo.fetch_into(&link.remote, &from, &tracking) {
            Ok(Some(_)) if !self.repo.has_object(commit)? => self.note_nowhere(commit),
            Ok(_) | Err(RemoteError::Unreachable { .. }) => {}
            Err(fault) => return Err(fault.into()),
        }
        Ok(())
    }

    /// Whether the remote's integration branch, when it was last looked at for that, did not have `commit`.
    pub(crate) fn is_nowhere(&self, commit: Oid) -> bool {
        fs::read_to_string(self.nowhere_file()).is_ok_and(|noted| noted.trim() == commit.to_string())
    }

    /// A note that cannot be written is no fault: the next exchange looks again.
    fn note_nowhere(&self, commit: Oid) {
        let _ = fs::create_dir_all(self.publish_dir())
            .and_then(|()| fs::write(self.nowhere_file(), format!("{commit}\n")));
    }

    fn nowhere_file(&self) -> PathBuf {
        self.publish_dir().join(FILE)
    }
}
