//! Worktrees: listing, adding and removing.

use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Oid;
use crate::OsLock;
use crate::Repo;
use crate::hostile::check_branch;
use crate::version::git_version;

/// One worktree, the main one first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worktree {
    /// Its root; for a bare repository the git dir.
    pub path: PathBuf,
    /// Its commit; none when unborn or bare.
    pub head: Option<Oid>,
    /// The full name of its branch (`refs/heads/x`).
    pub branch: Option<String>,
    /// Whether it is the bare repository itself.
    pub bare: bool,
    /// Whether HEAD is a commit.
    pub detached: bool,
    /// Whether it is locked (`git worktree lock`).
    pub locked: bool,
    /// Whether its folder is gone, so that `git worktree prune` would forget it.
    pub prunable: bool,
}

impl Repo {
    /// All worktrees, the main one first. With git before 2.36, a path with a line break is misread.
    ///
    /// # Errors
    /// When git cannot list them.
    pub fn worktree_list(&self) -> Result<Vec<Worktree>, GitError> {
        let git = self
            .reader("listing the worktrees")
            .args(["worktree", "list", "--porcelain"]);
        let by_nul = git_version()? >= (2, 36, 0);
        let git = if by_nul { git.arg("-z") } else { git };
        let mut list = parse(&git.run()?, if by_nul { 0 } else { b'\n' });
        if let (Some(main), Some(named)) = (list.first_mut(), self.named_work_dir()?) {
            main.path = named;
        }
        Ok(list)
    }

    /// The main worktree that `core.worktree` names, as in every submodule: `git worktree list` gives the git dir.
    ///
    /// # Errors
    /// When the configuration cannot be read.
    pub fn named_work_dir(&self) -> Result<Option<PathBuf>, GitError> {
        let named = self.config_get("core.worktree")?;
        let path = named.map(|path| self.common_dir().join(path));
        Ok(path.map(|path| path.canonicalize().unwrap_or(path)))
    }

    /// Where git has this worktree registered, if it is a linked one that is not there: it was moved by hand, and
    /// [`Repo::work_dir`] is that folder all the same.
    pub fn moved_from(&self) -> Option<PathBuf> {
        if !self.is_linked_worktree() {
            return None;
        }
        let named = std::fs::read(self.git_dir().join("gitdir")).ok()?;
        let registered = self.git_dir().join(path_of(named.trim_ascii_end()));
        let root = registered.parent()?.to_owned();
        (!registered.exists()).then_some(root)
    }

    /// Adds a worktree at `path`. With `start`, `branch` is made there; without, it must exist. Nothing is tracked:
    /// that would write the shared configuration, on which parallel calls race. Runs the post-checkout hook.
    /// `turn` is held until the git child has ended, even if this process is killed before.
    ///
    /// # Errors
    /// When the branch has a name that we would not create, or exists or not, or is checked out; when the path exists.
    pub fn worktree_add(
        &self,
        path: &Path,
        branch: &str,
        start: Option<Oid>,
        turn: Option<&OsLock>,
    ) -> Result<(), GitError> {
        check_branch(branch)?;
        let path =
            std::path::absolute(path).map_err(|cause| GitError::io("finding the worktree's path", cause))?;
        let git = self
            .writer("adding a worktree")
            .args(["worktree", "add", "--quiet"]);
        let git = match turn {
            Some(turn) => git.holding(turn)?,
            None => git,
        };
        let git = match start {
            Some(oid) => git
                .args(["--no-track", "-b", branch, "--"])
                .arg(path)
                .arg(oid.to_string()),
            None => git.arg("--").arg(path).arg(branch),
        };
        git.run().map(drop)
    }

    /// Removes a linked worktree, folder and all, with its ignored files. Without `force` git refuses where files are changed or
    /// untracked, or submodules are checked out; with it, only where it is locked.
    ///
    /// # Errors
    /// When git refuses.
    pub fn worktree_remove(&self, path: &Path, force: bool) -> Result<(), GitError> {
        let git = self.writer("removing a worktree").args(["worktree", "remove"]);
        let git = if force { git.arg("--force") } else { git };
        git.arg("--").arg(path).run().map(drop)
    }

    /// Deletes a branch that is still at `tip`, and says whether it did. The caller knows that nobody has it checked out, and that
    /// something else holds its commits.
    ///
    /// # Errors
    /// When the name is none, or git fails otherwise.
    pub fn delete_branch(&self, branch: &str, tip: Oid) -> Result<bool, GitError> {
        check_branch(branch)?;
        let name = format!("refs/heads/{branch}");
        let git = self.writer(format!("deleting the branch {branch}"));
        let deleted = git
            .args(["update-ref", "--no-deref", "-d", &name])
            .arg(tip.to_string())
            .run();
        match deleted {
            Ok(_) => Ok(true),
            // Told apart by looking, not by words.
            Err(_) if self.find_ref(&name)? != Some(tip) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Forgets a worktree whose folder is gone, as `git worktree prune` would, and no other.
    ///
    /// # Errors
    /// When it is locked, or its folder is there and holds something that no commit has.
    pub fn worktree_forget(&self, path: &Path) -> Result<(), GitError> {
        let git = self.writer("forgetting a worktree that is gone");
        git.args(["worktree", "remove", "--"]).arg(path).run().map(drop)
    }
}

fn parse(output: &[u8], separator: u8) -> Vec<Worktree> {
    let mut list: Vec<Worktree> = Vec::new();
    for line in output.split(|byte| *byte == separator) {
        let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
        let value = line.get(end + 1..).unwrap_or_default();
        if &line[..end] == b"worktree" {
            list.push(Worktree {
                path: path_of(value),
                ..Worktree::default()
            });
        } else if let Some(last) = list.last_mut() {
            note(last, &line[..end], value);
        }
    }
    list
}

fn note(worktree: &mut Worktree, key: &[u8], value: &[u8]) {
    match key {
        b"HEAD" => worktree.head = Oid::from_hex(value).ok().filter(|oid| !oid.is_zero()),
        b"branch" => worktree.branch = Some(String::from_utf8_lossy(value).into_owned()),
        b"bare" => worktree.bare = true,
        b"detached" => worktree.detached = true,
        b"locked" => worktree.locked = true,
        b"prunable" => worktree.prunable = true,
        // Newer versions may say more.
        _ => {}
    }
}

/// A path as git prints it.
#[cfg(unix)]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    std::ffi::OsStr::from_bytes(bytes).into()
}

/// A path as git prints it.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    String::from_utf8_lossy(bytes).into_owned().into()
}
