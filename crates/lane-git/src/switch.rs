//! Switching a worktree to a branch: git's own command, so that hooks run and no edit is overwritten.

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::hostile::check_branch;

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
}
