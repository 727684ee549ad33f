//! `git push --mirror` deletes what is not here, and tells no hook: whether this push is one, and what it deletes.

use std::time::Duration;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;

use super::called;
use super::pre_push::Update;
use crate::error::CliError;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// The deletions of a mirror, which git's list does not have. A remote without a name cannot be looked at: that refuses.
///
/// # Errors
/// When the remote does not answer.
pub(super) fn deletions(
    repo: &Repo,
    (remote, url): (&str, &str),
    told: &[Update],
) -> Result<Result<Vec<Update>, Finding>, CliError> {
    if !is_configured(repo, remote)? && !is_asked_for() {
        return Ok(Ok(Vec::new()));
    }
    let is_named = repo.remotes()?.iter().any(|name| name == remote);
    if !is_named || called::has_several_urls(repo, remote)? {
        let whose = match is_named {
            true => "with several URLs",
            false => "without a name",
        };
        let what = format!(
            "a mirror deletes what is not here, and what that would be cannot be seen on a remote {whose}"
        );
        let add = command(&["git", "remote", "add", "mirror", url]);
        let refusal = Refusal::new(&ground::DESTRUCTIVE_PUSH, what);
        return Ok(Err(Finding::whole(refusal, vec![Remedy::Run(add)])));
    }
    let there = repo
        .refs_only_there(&repo.remote(remote, LIMIT)?)
        .map_err(lane_store::StoreError::from)?;
    let fresh = there
        .into_iter()
        .filter(|(name, _)| told.iter().all(|one| one.to != *name));
    let deleted = fresh.map(|(to, oid)| Update {
        local: None,
        to,
        remote: Some(oid),
    });
    Ok(Ok(deleted.collect()))
}

fn is_configured(repo: &Repo, remote: &str) -> Result<bool, CliError> {
    // A URL is no part of a key.
    match repo.config_get_bool(&format!("remote.{remote}.mirror")) {
        Ok(value) => Ok(value == Some(true)),
        Err(_) => Ok(false),
    }
}

/// Whether the git above us was called with `--mirror`.
fn is_asked_for() -> bool {
    called::push().is_some_and(|words| called::mirrors(&words))
}
