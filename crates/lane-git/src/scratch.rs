//! Worktrees for a while: a commit with some files of another, made without hooks, and removed whatever is in them.

use std::fs;
use std::io;
use std::path::Path;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;

/// No hook of anybody's runs for what nobody is to see.
pub(crate) const NO_HOOKS: [&str; 2] = ["-c", "core.hooksPath=/dev/null"];
/// All files, also where this clone has few; and nothing that watches them.
pub(crate) const WHOLE: [&str; 8] = [
    "-c",
    "core.sparseCheckout=false",
    "-c",
    "index.sparse=false",
    "-c",
    "core.splitIndex=false",
    "-c",
    "core.fsmonitor=false",
];

/// A file as a tree has it, at a path from the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedFile {
    /// The path, bytes as git has them.
    pub path: Vec<u8>,
    /// Its mode: 0o100644, 0o100755 or 0o120000.
    pub mode: u32,
    /// Its content.
    pub oid: Oid,
}

impl Repo {
    /// Makes a worktree at `path`, a folder that is empty: HEAD is `commit`, and `files` stand in place of what it has
    /// there. No hook runs, no branch is made, and no other worktree, index or setting is touched.
    ///
    /// # Errors
    /// When it cannot be made; what there is of it then is for [`Repo::scratch_remove`].
    pub fn scratch_add(&self, path: &Path, commit: Oid, files: &[PlacedFile]) -> Result<(), GitError> {
        self.writer("adding a worktree for a while")
            .args(NO_HOOKS)
            .args(["worktree", "add", "--quiet", "--detach", "--no-checkout", "--"])
            .arg(path)
            .arg(commit.to_string())
            .run()?;
        let inside = |doing: &str| Git::new(doing).args(NO_HOOKS).args(WHOLE).in_dir(path);
        inside("reading a commit into an index of its own")
            .arg("read-tree")
            .arg(commit.to_string())
            .run()?;
        // As index lines: a folder in place of a file, or a link, is replaced and never followed.
        let line = |file: &PlacedFile| {
            let mut line = format!("{:06o} {}\t", file.mode, file.oid).into_bytes();
            line.extend(&file.path);
            line.push(0);
            line
        };
        inside("putting files into an index of its own")
            .args(["update-index", "-z", "--index-info"])
            .input(files.iter().flat_map(line).collect())
            .run()?;
        inside("writing the files of a worktree")
            .args(["checkout-index", "--all", "--force", "--quiet"])
            .run()
            .map(drop)
    }

    /// Removes the worktree that [`Repo::scratch_add`] made, or began to make, at `path`: its folder with all that is in
    /// it, and what git knows of it. One that is gone already is removed.
    ///
    /// # Errors
    /// When the folder or git's knowledge of it cannot be removed.
    pub fn scratch_remove(&self, path: &Path) -> Result<(), GitError> {
        let known = || -> Result<bool, GitError> {
            let list = self.worktree_list()?;
            Ok(list.iter().any(|worktree| worktree.path == path))
        };
        let forget = || {
            let git = self.writer("removing a worktree").args(NO_HOOKS);
            // Twice: git keeps one locked while it makes it.
            let git = git.args(["worktree", "remove", "--force", "--force", "--"]);
            git.arg(path).run().map(drop)
        };
        // What git leaves, it leaves for a file that it does not understand: a socket, a repository within.
        let removed = if known()? { forget() } else { Ok(()) };
        match fs::remove_dir_all(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).doing(format!("removing the worktree {}", path.display()));
            }
            _ => {}
        }
        match removed {
            Err(_) if known()? => forget(),
            _ => Ok(()),
        }
    }
}
