//! The policy that judges in CI: the base's, never that of the work.

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

/// The policy at a commit, called `name` for people.
///
/// # Errors
/// When it has none, or one that cannot be used.
pub(super) fn at(repo: &Repo, commit: Oid, name: &str) -> Result<Policy, CliError> {
    let tree = repo.commit(commit)?.tree;
    let Some(entry) = repo.entry_at(tree, POLICY_PATH)? else {
        let what = format!("{name} has no {POLICY_PATH} yet, and the base's policy is what judges");
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
