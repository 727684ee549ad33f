//! The way out of a conflict: which of git's operations waits for the file.

use std::path::Path;
use std::path::PathBuf;

use lane_core::refusal::command;
use lane_git::Operation;
use lane_git::Repo;

use super::Labels;
use super::pathspec::pathspec;

/// What git calls the parent of a commit that is picked or reverted.
const PARENT: &str = "parent of ";

/// The way out of the conflicts in one file.
pub(crate) struct WayOut {
    /// The command that stages the settled file.
    pub(crate) add: String,
    /// The command that goes on once no file is in conflict any more, where one is needed.
    pub(crate) then: Option<&'static str>,
}

/// How to go on once the conflicts in `path` are settled; none when no work tree waits for it, as in `git merge-tree`.
pub(crate) fn way_out(repo: &Repo, labels: &Labels, path: &[u8]) -> Option<WayOut> {
    if !is_under_way(repo) {
        return None;
    }
    let then = match repo.operation() {
        Some(Operation::Rebase { .. }) => Some("git rebase --continue"),
        Some(Operation::Am) => Some("git am --continue"),
        // Begun before: `git checkout --merge` writes the conflict once more.
        Some(Operation::Merge) => Some("git commit"),
        Some(Operation::CherryPick) => Some("git cherry-pick --continue"),
        Some(Operation::Revert) => Some("git revert --continue"),
        _ => of_labels(labels),
    };
    let at_root = std::env::var_os("GIT_PREFIX").is_none_or(|prefix| prefix.is_empty());
    let add = command(&["git", "add", "--", &pathspec(path, at_root)]);
    Some(WayOut { add, then })
}

/// git writes what it stopped at (`MERGE_HEAD`, …) after the drivers ran; until then labels and environment tell.
fn of_labels(labels: &Labels) -> Option<&'static str> {
    let action = std::env::var("GIT_REFLOG_ACTION").unwrap_or_default();
    if labels.base.starts_with(PARENT) {
        Some("git cherry-pick --continue")
    } else if labels.theirs.starts_with(PARENT) {
        Some("git revert --continue")
    } else if ["merge ", "pull"].iter().any(|verb| action.starts_with(verb)) {
        // Not `merge --continue`: a squashed merge is ended by a commit, too.
        Some("git commit")
    } else {
        None
    }
}

/// Whether a work tree waits for the merge: what changes one holds the index while it merges.
pub(crate) fn is_under_way(repo: &Repo) -> bool {
    let index =
        std::env::var_os("GIT_INDEX_FILE").map_or_else(|| repo.git_dir().join("index"), PathBuf::from);
    let mut lock = index.into_os_string();
    lock.push(".lock");
    Path::new(&lock).exists()
}
