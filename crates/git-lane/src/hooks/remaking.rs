//! The command by which a commit that exists is made again, or looked at where nothing is.

use lane_core::refusal::command;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

/// What leads on from a commit of the branch that ends at `tip`. The last one is staged again: no editor is needed, and what is
/// committed again is judged where it can be mended. An older one is marked in a list with `edit`. A merge, and what has
/// `landed`, is not made again.
///
/// # Errors
/// When the commit cannot be read.
pub(super) fn way(repo: &Repo, commit: Oid, tip: Oid, landed: bool) -> Result<String, GitError> {
    let parents = repo.commit(commit)?.parents;
    let before = format!("{commit}~1");
    Ok(match parents.as_slice() {
        _ if landed => look(commit),
        [] => command(&["git", "rebase", "-i", "-r", "--root"]),
        [_] if commit == tip => command(&["git", "reset", "--soft", &before]),
        [_] => command(&["git", "rebase", "-i", "-r", &before]),
        _ => look(commit),
    })
}

/// What it changes.
pub(super) fn look(commit: Oid) -> String {
    command(&["git", "log", "--stat", "-1", &commit.to_string()])
}
