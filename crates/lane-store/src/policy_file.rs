//! The policy's file on the integration branch: on the remote-tracking ref if that has one, else on the local branch.

use lane_core::codec;
use lane_core::policy::POLICY_PATH;
use lane_core::policy::Policy;
use lane_core::policy::parse;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;

/// The remote of this clone: `lane.remote`, else `origin`, else the only one.
pub fn remote_name(repo: &Repo) -> Result<Option<String>, GitError> {
    let remotes = repo.remotes()?;
    if let Some(named) = repo.config_get("lane.remote")? {
        // One that is not there would quietly make the local branch the authority.
        let known = remotes.contains(&named);
        return if known {
            usable(named).map(Some)
        } else {
            Err(GitError::NoSuchRemote { name: named })
        };
    }
    if remotes.iter().any(|name| name == "origin") {
        return Ok(Some("origin".to_owned()));
    }
    if remotes.len() == 1 {
        return remotes.into_iter().next().map(usable).transpose();
    }
    Ok(None)
}

/// Its name becomes a part of names of refs.
fn usable(name: String) -> Result<String, GitError> {
    if lane_git::check_ref_format(&format!("refs/agents-remote/{name}/state")) {
        return Ok(name);
    }
    Err(GitError::OddRemote { name })
}

/// The full names of the refs that the integration branch may be read from, best first.
pub fn integration_refs(repo: &Repo, branch: &str) -> Result<Vec<String>, GitError> {
    let tracking = remote_name(repo)?.map(|remote| format!("refs/remotes/{remote}/{branch}"));
    Ok(tracking
        .into_iter()
        .chain([format!("refs/heads/{branch}")])
        .collect())
}

/// A policy's file as it lies on a branch.
#[derive(Clone, Debug)]
pub struct PolicyFile {
    /// The ref that it was found on.
    pub refname: String,
    /// That ref's commit.
    pub commit: Oid,
    /// The file's blob.
    pub blob: Oid,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl PolicyFile {
    /// Where it was found, for people.
    pub fn place(&self) -> String {
        format!("{}:{POLICY_PATH}", self.branch())
    }

    /// The branch that it was found on, as git's commands name it.
    pub fn branch(&self) -> &str {
        self.refname
            .trim_start_matches("refs/heads/")
            .trim_start_matches("refs/remotes/")
    }

    /// The policy that it holds.
    pub fn parse(&self) -> Result<Policy, StoreError> {
        parse(&self.bytes).map_err(|fault| StoreError::Policy {
            place: self.place(),
            fault,
        })
    }
}

/// The policy's file on the integration branch, if there is one.
pub fn find_policy(repo: &Repo, branch: &str) -> Result<Option<PolicyFile>, StoreError> {
    if branch.is_empty() {
        return Ok(None);
    }
    for refname in integration_refs(repo, branch)? {
        let Some(commit) = repo.find_ref(&refname)? else {
            continue;
        };
        let tree = repo.commit(commit)?.tree;
        let Some(entry) = repo.entry_at(tree, POLICY_PATH)? else {
            continue;
        };
        let place = format!("{refname}:{POLICY_PATH}");
        let bytes = repo
            .blob(entry.oid, codec::MAX_BYTES)
            .map_err(|e| StoreError::Policy {
                place,
                fault: codec::CodecError::Unwritable(e.to_string()).into(),
            })?;
        return Ok(Some(PolicyFile {
            refname,
            commit,
            blob: entry.oid,
            bytes,
        }));
    }
    Ok(None)
}
