//! Switching a worktree to a branch: git's own command, so that hooks run and no edit is overwritten.

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::hostile::check_branch;

/// What a worktree is switched to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Onto<'b> {
    /// A branch, by its short name.
    Branch(&'b str),
    /// A commit, HEAD detached.
    Commit(Oid),
}

impl Repo {
    /// Switches this worktree to `branch`; with `start` the branch is made there. Edits that the switch would
    /// overwrite make it fail, and nothing has changed then.
    ///
    /// # Errors
    /// When the branch has a name that we would not create, exists or not, is checked out elsewhere, or edits stand
    /// in the way.
    pub fn switch(&self, branch: &str, start: Option<Oid>) -> Result<(), GitError> {
        check_branch(branch)?;
        let git = self
            .writer("switching the worktree's branch")
            .args(["switch", "--quiet", "--no-guess"]);
        let git = match start {
            Some(oid) => git.args(["--no-track", "--create", branch]).arg(oid.to_string()),
            None => git.arg(branch),
        };
        git.run().map(drop)
    }

    /// Switches this worktree to a branch that is there, or to a commit. What is ignored stays: where the other side has a file
    /// of that name, it fails, and nothing has changed then, as where edits stand in the way.
    ///
    /// # Errors
    /// When the branch is not there or checked out elsewhere, or a file stands in the way.
    pub fn switch_beside_ignored(&self, onto: Onto<'_>) -> Result<(), GitError> {
        let git = self.writer("switching the worktree").args([
            "switch",
            "--quiet",
            "--no-guess",
            "--no-overwrite-ignore",
        ]);
        let git = match onto {
            Onto::Branch(branch) => {
                check_branch(branch)?;
                git.arg(branch)
            }
            Onto::Commit(oid) => git.arg("--detach").arg(oid.to_string()),
        };
        git.run().map(drop)
    }
}
