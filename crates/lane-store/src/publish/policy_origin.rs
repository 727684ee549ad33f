//! The commit that the adopted policy came from: a clone that took the state and has not fetched the integration branch
//! must not take its own older policy for a change.

use std::fs;
use std::time::Duration;

use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::RemoteError;

use super::link::Link;
use super::report::Report;
use crate::error::StoreError;
use crate::store::Store;
use crate::tree_view::TreeView;

/// How long a branch that could not be fetched is not asked for again.
const REST: Duration = Duration::from_secs(60);
/// Where it is noted when that was.
const ASKED: &str = "policy-asked";
/// Where it is noted which commit the remote's integration branch does not have any more.
const NOWHERE: &str = "policy-not-on-branch";

impl Store<'_> {
    /// Fetches the integration branch when the policy that the state at `tip` has adopted came from a commit that is not
    /// here. Where the branch does not have it any more, for it was rewritten, that is noted. A branch that cannot be
    /// fetched now is asked for again a minute later, and no policy is adopted here until then.
    pub(super) fn fetch_policy(&self, link: &Link, tip: Oid, report: &mut Report) -> Result<(), StoreError> {
        let view = TreeView::open(self, self.repo.commit(tip)?.tree)?;
        let Ok(commit) = view.policy()?.commit.parse::<Oid>() else {
            return Ok(());
        };
        if self.repo.has_object(commit)? || self.is_nowhere(commit) || self.asked_just_now() {
            return Ok(());
        }
        let branch = view.meta()?.integration;
        let tracking = format!("refs/remotes/{}/{branch}", link.remote());
        let from = format!("refs/heads/{branch}");
        match self.repo.fetch_into(&link.remote, &from, &tracking) {
            Ok(Some(_)) if self.repo.has_object(commit)? => {}
            Ok(Some(_)) => self.note(NOWHERE, &commit.to_string()),
            // The state was had, and that is what the exchange was for.
            Ok(None) | Err(RemoteError::Unreachable { .. } | RemoteError::TimedOut { .. }) => {
                self.note(ASKED, &commit.to_string());
                report.policy_unseen = Some(branch);
            }
            Err(fault) => return Err(fault.into()),
        }
        Ok(())
    }

    fn asked_just_now(&self) -> bool {
        let asked = fs::metadata(self.publish_dir().join(ASKED)).and_then(|file| file.modified());
        asked.is_ok_and(|asked| asked.elapsed().is_ok_and(|since| since < REST))
    }

    /// Whether the remote's integration branch, when it was last looked at for that, did not have `commit`.
    pub(crate) fn is_nowhere(&self, commit: Oid) -> bool {
        fs::read_to_string(self.publish_dir().join(NOWHERE))
            .is_ok_and(|noted| noted.trim() == commit.to_string())
    }

    /// A note that cannot be written is no fault: the next exchange looks again.
    fn note(&self, name: &str, text: &str) {
        let folder = self.publish_dir();
        let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), format!("{text}\n")));
    }
}
