//! Why nothing is shared yet, and the commands that lead there.

use lane_core::refusal::command;
use lane_git::Repo;
use lane_store::Store;
use lane_store::find_policy;
use lane_store::remote_name;

use crate::error::CliError;
use crate::integration;

/// What this clone lacks for a shared state.
pub(crate) fn why(repo: &Repo, store: &Store<'_>) -> Result<CliError, CliError> {
    let Some(remote) = remote_name(repo)? else {
        return Ok(if repo.remotes()?.len() > 1 {
            CliError::setup(
                "there are several remotes and none is called origin, so it is not clear which one holds the state",
                "git config lane.remote NAME",
            )
        } else {
            CliError::setup(
                "this repository has no remote, so there is nobody to exchange the state with",
                "git remote add origin URL",
            )
        });
    };
    if let Some(renamed) = integration::renamed(repo, store)? {
        return Ok(renamed.into());
    }
    let main = integration::name(store)?;
    let follows = format!("remote.{remote}.fetch");
    if repo.config_get(&follows)?.is_none() {
        // As after `git clone --bare`: no fetch and no push ever says what the remote's branches hold.
        return Ok(CliError::setup(
            format!(
                "this clone does not follow {remote}'s branches, so it cannot know whether the policy is on {main} there"
            ),
            [
                command(&[
                    "git",
                    "config",
                    &follows,
                    &format!("+refs/heads/*:refs/remotes/{remote}/*"),
                ]),
                command(&["git", "fetch", "--", &remote]),
            ]
            .join(" && "),
        ));
    }
    let what =
        format!("the policy is not on {remote}'s {main} as this clone knows it, so nothing is shared yet");
    let lead = match find_policy(repo, &main)? {
        Some(_) => command(&["git", "push", "--", &remote, &main]),
        None => command(&["git", "fetch", "--", &remote]),
    };
    Ok(CliError::setup(what, lead))
}
