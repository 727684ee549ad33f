//! A policy at a commit that is not checked out.

use lane_core::codec;
use lane_core::ground;
use lane_core::policy::POLICY_PATH;
use lane_core::policy::Policy;
use lane_core::policy::parse;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::CliError;

/// Whether a commit has one.
///
/// # Errors
/// When the commit cannot be read.
pub(super) fn is_there(repo: &Repo, commit: Oid) -> Result<bool, CliError> {
    let tree = repo.commit(commit)?.tree;
    Ok(repo.entry_at(tree, POLICY_PATH)?.is_some())
}

/// The policy at a commit, called `name` for people.
///
/// # Errors
/// When it has none, or one that cannot be used.
pub(super) fn at(repo: &Repo, commit: Oid, name: &str) -> Result<Policy, CliError> {
    let tree = repo.commit(commit)?.tree;
    let Some(entry) = repo.entry_at(tree, POLICY_PATH)? else {
        let what = format!("{name} has no {POLICY_PATH} yet, and its policy is what judges");
        return Err(Refusal::new(&ground::POLICY_NOT_COMMITTED, what)
            .hint("git lane init")
            .into());
    };
    let unusable = |fault: String| {
        // What is checked out need not have it so.
        let show = command(&["git", "show", &format!("{commit}:{POLICY_PATH}")]);
        CliError::setup(format!("{name}:{POLICY_PATH}: {fault}"), show)
    };
    let bytes = repo.blob(entry.oid, codec::MAX_BYTES);
    let bytes = bytes.map_err(|fault| unusable(fault.to_string()))?;
    parse(&bytes).map_err(|fault| unusable(fault.to_string()))
}
