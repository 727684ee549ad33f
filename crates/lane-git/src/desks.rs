//! Linked worktrees by their git dirs: found without their folders, opened beside them, and what stands there alone.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Oid;
use crate::OpenError;
use crate::Repo;
use crate::error::Doing;
use crate::options;
use crate::repo::Origin;
use crate::worktree::path_of;

/// Files of a git dir that name commits, one a line, while an operation is under way.
const NAMING: [&str; 8] = [
    "MERGE_HEAD",
    "MERGE_AUTOSTASH",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge/orig-head",
    "rebase-merge/autostash",
    "rebase-apply/orig-head",
    "rebase-apply/autostash",
];

impl Repo {
    /// The git dir of the linked worktree that is registered at `path`, whether that folder is there or not.
    pub fn git_dir_of(&self, path: &Path) -> Option<PathBuf> {
        let entries = fs::read_dir(self.common_dir().join("worktrees")).ok()?;
        let is_of = |dir: &Path| registered(dir).is_some_and(|root| same_place(&root, path));
        entries.flatten().map(|entry| entry.path()).find(|dir| is_of(dir))
    }

    /// A linked worktree by its git dir, with the files in `folder`, whatever is registered and whatever `.git` is there. git's
    /// environment is ignored.
    ///
    /// # Errors
    /// See [`OpenError`]; also when there is no such folder.
    pub fn open_beside(git_dir: &Path, folder: &Path) -> Result<Repo, OpenError> {
        options::accept_extensions();
        let failed = |cause| GitError::library(format!("opening the worktree {}", folder.display()), cause);
        let git = git2::Repository::open(git_dir).map_err(failed)?;
        git.set_workdir(folder, false).map_err(failed)?;
        Ok(Repo::new(git, Origin::Path))
    }

    /// Whether this worktree has an index: one that was lost says nothing of what was staged.
    pub fn has_index(&self) -> bool {
        self.git_dir().join("index").exists()
    }

    /// Whether git can read this worktree's index, or there is none.
    pub fn index_is_whole(&self) -> bool {
        let asked = self.reader("reading an index").in_dir(self.git_dir());
        let asked = asked.arg("--git-dir=.").args(["ls-files", "--stage", "-z"]);
        !self.has_index() || asked.run().is_ok()
    }

    /// The commits that this worktree's git dir names: HEAD, the refs that are its own, and those of an operation under way, what
    /// that put aside among them. Those that are not there are left out.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn standing_commits(&self) -> Result<Vec<Oid>, GitError> {
        let mut named: Vec<Oid> = self.head()?.oid().into_iter().collect();
        named.extend(self.own_refs()?.into_iter().map(|(_, oid)| oid));
        for file in NAMING {
            let path = self.git_dir().join(file);
            let text = match fs::read_to_string(&path) {
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                read => read.doing(format!("reading {}", path.display()))?,
            };
            named.extend(text.lines().filter_map(|line| line.trim().parse::<Oid>().ok()));
        }
        let mut commits = Vec::new();
        for oid in named {
            if self.has_object(oid)?
                && let Some(commit) = self.peel_to_commit(oid)?
                && !commits.contains(&commit)
            {
                commits.push(commit);
            }
        }
        Ok(commits)
    }
}

/// The folder that a linked worktree's git dir names.
fn registered(git_dir: &Path) -> Option<PathBuf> {
    let named = fs::read(git_dir.join("gitdir")).ok()?;
    let link = git_dir.join(path_of(named.trim_ascii_end()));
    Some(link.parent()?.to_owned())
}

/// Whether two paths are one place, which need not be there.
pub fn same_place(a: &Path, b: &Path) -> bool {
    a == b || matches!((real(a), real(b)), (Some(a), Some(b)) if a == b)
}

/// The real path of what is there, or of what would be in a folder that is there.
fn real(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    match path.canonicalize() {
        Ok(real) => Some(real),
        Err(_) => Some(path.parent()?.canonicalize().ok()?.join(path.file_name()?)),
    }
}
