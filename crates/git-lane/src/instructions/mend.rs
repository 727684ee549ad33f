//! The command that makes the integration branch tell agents what the policy says.

use lane_core::view::View as _;
use lane_store::StoreError;

use super::Broken;
use super::MAX_BYTES;
use super::OnBranch;
use super::Standing;
use super::There;
use super::standing;
use crate::on_integration;
use crate::session::Session;
use crate::setup;

const INIT: &str = "git lane init --agents-md";

impl OnBranch {
    /// The command, good for one shell line wherever it is read.
    pub(crate) fn mend(&self, session: &Session<'_>) -> Result<String, StoreError> {
        if self.is_only_unpushed(session)?
            && let Some(push) = on_integration::pushed(session, &self.policy)?
        {
            return Ok(push);
        }
        let old = format!("{}.old", self.path);
        let (file, aside) = (setup::quoted(&self.path), setup::quoted(&old));
        let before = match &self.there {
            There::Link => {
                format!("{{ cp -- {file} {aside} && mv -- {aside} {file} || rm -- {file}; }} && ")
            }
            There::NoFile | There::Unread(_) => format!("git mv -- {file} {aside} && "),
            There::Broken(Broken::Binary) => format!("cp -- {file} {aside} && rm -- {file} && "),
            There::Broken(_) => {
                format!("sed -i.old '/^[[:space:]]*<!-- git-lane: /d' {file} && rm -- {aside} && ")
            }
            There::Nothing | There::File(_) => String::new(),
        };
        let mut paths = vec![self.path.as_str()];
        if matches!(self.there, There::NoFile | There::Unread(_)) {
            paths.push(&old);
        }
        let change = format!("{before}{INIT}");
        on_integration::by(session, &self.policy, &change, &paths)
    }

    /// Whether the local integration branch has it as it is to be, and only the remote's lacks it.
    fn is_only_unpushed(&self, session: &Session<'_>) -> Result<bool, StoreError> {
        let branch = session.store().view()?.meta()?.integration;
        let local = format!("refs/heads/{branch}");
        if self.policy.refname == local {
            return Ok(false);
        }
        let Some(tip) = session.repo.find_ref(&local)? else {
            return Ok(false);
        };
        let tree = session.repo.commit(tip)?.tree;
        let Ok(Some(entry)) = session.repo.entry_at(tree, &self.path) else {
            return Ok(false);
        };
        let bytes = session.repo.blob(entry.oid, MAX_BYTES).unwrap_or_default();
        Ok(standing(&bytes, &self.wanted) == Ok(Standing::Current))
    }
}
