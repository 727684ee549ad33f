//! What a partial clone lacks and git fetches when it needs it: libgit2 does not, so git is asked to look first.

use crate::Oid;
use crate::Repo;
use crate::remote::Remote;
use crate::remote::RemoteError;

impl Repo {
    /// Has git fetch the contents of the files that differ between two commits, as far as they are not here.
    ///
    /// # Errors
    /// When the remote does not answer, or does not hand them out.
    pub fn fetch_contents(&self, remote: &Remote, from: Oid, to: Oid) -> Result<(), RemoteError> {
        let git = self.talker("fetching the contents of files that this clone left out");
        let git = git.args([
            "diff-tree",
            "-r",
            "--numstat",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
        ]);
        remote.talk(git.arg(from.to_string()).arg(to.to_string()), &[0])?;
        Ok(())
    }

    /// The same for what a merge of two commits looks at. What it makes is named by nothing.
    ///
    /// # Errors
    /// When the remote does not answer or does not hand them out; with a git older than 2.38.
    pub fn fetch_for_merge(&self, remote: &Remote, ours: Oid, theirs: Oid) -> Result<(), RemoteError> {
        let git = self.talker("fetching what a merge needs and this clone left out");
        let git = git.args(["merge-tree", "--write-tree", "--no-messages"]);
        // 1: there are conflicts.
        remote.talk(git.arg(ours.to_string()).arg(theirs.to_string()), &[0, 1])?;
        Ok(())
    }
}
