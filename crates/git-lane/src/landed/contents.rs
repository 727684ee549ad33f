//! Changes compared by their contents, in a clone that may have left some out: right, or an error, and "no" only where it is known.

use lane_git::Commit;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::PatchId;
use lane_git::Remote;
use lane_git::RemoteError;
use lane_git::Repo;
use lane_store::StoreError;

use crate::error::CliError;

/// Why it cannot be told without the remote.
const LEFT_OUT: &str = "this clone left out contents of files (--filter), and they are needed to tell whether a commit makes the lane's change; the remote was not asked for them";

/// How the contents of files are had that a partial clone left out.
pub(crate) enum Contents {
    /// This remote is asked for them.
    From(Remote),
    /// What is not here cannot be told.
    Here,
    /// What is not here is like nothing else: for rules that refuse what they do not recognise, in hooks.
    Unlike,
}

impl Contents {
    /// What a change does; none if that is nothing.
    ///
    /// # Errors
    /// When its contents are not here, and cannot be had.
    pub(super) fn patch_id(&self, repo: &Repo, from: Oid, to: Oid) -> Result<Option<PatchId>, CliError> {
        let read = repo.patch_id(from, to);
        let again = || repo.patch_id(from, to);
        let fetch = |remote: &Remote| repo.fetch_contents(remote, from, to);
        Ok(self.had(repo, read, &fetch, &again)?.flatten())
    }

    /// Whether a commit has exactly what a merge of a lane's tip into `onto` has: the same lines may stand in two places.
    ///
    /// # Errors
    /// When the contents that it looks at are not here, and cannot be had.
    pub(super) fn is_the_merge(
        &self,
        repo: &Repo,
        (onto, tip): (Oid, Oid),
        commit: Oid,
    ) -> Result<bool, CliError> {
        let merge = Commit {
            parents: vec![onto, tip],
            ..repo.commit(commit)?
        };
        // Of what is in conflict nobody knows what a merge has, so a commit that is like it there is none.
        let look = || Ok(repo.beside_merge(&merge)?.is_empty() && repo.merges_cleanly(onto, tip)?);
        let fetch = |remote: &Remote| repo.fetch_for_merge(remote, onto, tip);
        Ok(self.had(repo, look(), &fetch, &look)?.unwrap_or(false))
    }

    /// What was read, once what it lacked is fetched. None for what cannot be read and is like nothing else.
    fn had<T>(
        &self,
        repo: &Repo,
        read: Result<T, GitError>,
        fetch: &dyn Fn(&Remote) -> Result<(), RemoteError>,
        again: &dyn Fn() -> Result<T, GitError>,
    ) -> Result<Option<T>, CliError> {
        match (read, self) {
            (Ok(read), _) => Ok(Some(read)),
            (Err(_), Self::From(remote)) => {
                fetch(remote).map_err(|fault| match fault {
                    RemoteError::Git(fault) => CliError::from(fault),
                    fault => StoreError::Unreachable {
                        what: fault.to_string(),
                        unknown: false,
                    }
                    .into(),
                })?;
                Ok(Some(again()?))
            }
            (Err(_), Self::Here) if repo.is_partial() => Err(StoreError::Unreachable {
                what: LEFT_OUT.to_owned(),
                unknown: false,
            }
            .into()),
            // A whole clone that cannot read its own objects does not recognise, and its task stays open.
            (Err(_), Self::Here | Self::Unlike) => Ok(None),
        }
    }
}
