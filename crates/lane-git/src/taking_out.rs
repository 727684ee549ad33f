//! Taking files out of a worktree that a commit holds: each goes only where its bytes are those of the commit.

use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Repo;
use crate::compare::TreeChange;
use crate::error::Doing;
use crate::git_version;
use crate::hash::hash_on_disk;
use crate::native_path;

/// How many names beside a file are tried.
const NAMES_MAX: u32 = 100;
/// The git whose `checkout-index` passes over files that it was told to leave alone, unless told otherwise.
const SKIPS: (u32, u32, u32) = (2, 36, 0);

impl Repo {
    /// Takes these files out of the worktree, and the folders that have nothing in them then: each is moved to another name beside
    /// it, compared with its blob, and removed if it is that. One that is another by then comes back, and its path is given: those
    /// before it are out, those after it are not. What is gone already, or was, is passed over.
    ///
    /// A process that has the file open, or opened it by its path just before it was moved, and writes after it was compared,
    /// writes into what is removed. One killed in between leaves one file under the other name, `.lane-going-…`.
    ///
    /// # Errors
    /// When one cannot be moved or removed: then it is there, under one of the names.
    pub fn take_out(&self, changes: &[TreeChange]) -> Result<Option<Vec<u8>>, GitError> {
        let root = self.work_dir().unwrap_or(self.git_dir());
        for change in changes {
            let Some((_, oid)) = change.new else { continue };
            let file = native_path(&change.path)?;
            let whole = root.join(&file);
            let doing = || format!("taking {} out", whole.display());
            match whole.symlink_metadata() {
                Err(e) if is_gone(&e) => continue,
                Ok(meta) if meta.is_file() || meta.is_symlink() => {}
                looked => {
                    looked.doing(doing())?;
                    return Ok(Some(change.path.clone()));
                }
            }
            let aside = free_name(&whole).doing(doing())?;
            match fs::rename(&whole, &aside) {
                Err(e) if is_gone(&e) => continue,
                moved => moved.doing(doing())?,
            }
            if hash_on_disk(&aside) != Some(oid) {
                back(&aside, &whole).doing(doing())?;
                return Ok(Some(change.path.clone()));
            }
            fs::remove_file(&aside).doing(doing())?;
            let folders = file.ancestors().skip(1).filter(|one| !one.as_os_str().is_empty());
            for folder in folders {
                if fs::remove_dir(root.join(folder)).is_err() {
                    break;
                }
            }
        }
        Ok(None)
    }

    /// Makes the index what HEAD has, and no file. The caller has kept what was staged.
    ///
    /// # Errors
    /// When git cannot.
    pub fn unstage_all(&self) -> Result<(), GitError> {
        let git = self.writer("making the index what HEAD has");
        git.args(["reset", "--quiet", "--mixed", "HEAD"]).run().map(drop)
    }

    /// Writes those of these files that the index has and that are not there. One that is there stays as it is.
    ///
    /// # Errors
    /// When git cannot look.
    pub fn put_missing(&self, paths: &[&[u8]]) -> Result<(), GitError> {
        if paths.is_empty() {
            return Ok(());
        }
        let mut input = Vec::new();
        for path in paths {
            input.extend_from_slice(path);
            input.push(0);
        }
        let root = self.work_dir().unwrap_or(self.git_dir());
        let git = self.writer("putting files back that HEAD has").in_dir(root);
        let git = git.args(["checkout-index", "--quiet", "--index", "-z", "--stdin"]);
        let git = match git_version()? >= SKIPS {
            true => git.arg("--ignore-skip-worktree-bits"),
            false => git,
        };
        // 1, 128: something is in the way of one.
        git.input(input).run_expecting(&[1, 128]).map(drop)
    }
}

/// Whether nothing is there, or a file where a folder would have to be.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// A name in the same folder, so in the same file system, that nothing has.
fn free_name(file: &Path) -> io::Result<PathBuf> {
    let own = std::process::id();
    let names = (0..NAMES_MAX).map(|number| file.with_file_name(format!(".lane-going-{own}-{number}")));
    let mut free = names.filter(|name| name.symlink_metadata().is_err());
    free.next().ok_or_else(|| io::ErrorKind::AlreadyExists.into())
}

/// Gives a file its name back, if nothing has it meanwhile: then it stays where it is.
fn back(aside: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(aside, file) {
        Ok(()) => fs::remove_file(aside),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // A file system without links.
        Err(_) if file.symlink_metadata().is_err() => fs::rename(aside, file),
        Err(_) => Ok(()),
    }
}
