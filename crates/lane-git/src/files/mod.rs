//! The files as they are: in the work tree with the untracked ones, in the index, or in a commit's tree.
//!
//! Nothing is written: no object, no index, no ref. What git's own stat cache calls unmodified costs no reading. Decided:
//! - A clean work tree, its index and its commit give the same list, so that what was shown for one holds for all.
//! - git's notion of "modified" decides, filters for line ends included: a touched file whose content git would store
//!   unchanged counts as unchanged. What *is* modified, or untracked, counts with the bytes on disk, unfiltered.
//! - The bytes on disk may be others than those of the blob for all that: line ends, filters, encodings, whether or not an
//!   attribute still speaks of them, for git keeps calling such a file clean. Who asks for them is told, by a memory of what
//!   every file had when its times and number were these.
//! - Untracked files in a folder that is tagged as a cache (`CACHEDIR.TAG`) do not count: what a check writes there, such as
//!   cargo's `target` where nobody ignores it, is no change of what it reads.
//! - Deleted files are missing. So is what vanishes while it is looked at, and what is no file (a pipe, a socket).
//! - `assume-unchanged` and `skip-worktree` are not believed: such files are read, and are missing if they are not there.
//! - `intent-to-add` counts as the file on disk; in the index, as the empty file that it is there.
//! - A symlink counts with its target's name, whatever is there.
//! - A submodule counts with its HEAD. One that is not checked out is missing. A dirty one counts with all its files as they
//!   are besides, as does an untracked repository within this one; other worktrees of this repository do not count.

mod ahead;
mod converted;
mod listing;
mod memory;
mod side_by_side;
mod work_tree;

use std::path::Path;
use std::time::SystemTime;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use listing::LIST;
use listing::entries;
use memory::Memory;
use work_tree::WorkTree;
pub use work_tree::native_path;

const GITLINK: u32 = 0o160_000;

/// A file, a link, or the commit of a submodule.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// The path from the root, in git's bytes.
    pub path: Vec<u8>,
    /// 0; 1 to 3 for the sides of a path that is unmerged in the index.
    pub stage: u8,
    /// As git has it: `0o100644`, `0o100755`, `0o120000`, `0o160000`.
    pub mode: u32,
    /// The blob that its content makes (no such object need exist), or a submodule's commit.
    pub oid: Oid,
    /// The blob that the bytes on disk make, where git calls the file clean and they are others than those of `oid`. Only
    /// told by [`Repo::files_with_their_bytes`].
    pub disk: Option<Oid>,
}

impl File {
    /// What names the content that a reader of the file gets.
    pub fn content(&self) -> Oid {
        self.disk.unwrap_or(self.oid)
    }
}

/// Which paths somebody asks for. Submodules are given whether asked for or not: a glob need not cover the path of what
/// it covers everything below of.
type Wanted<'w> = &'w dyn Fn(&[u8]) -> bool;

impl Repo {
    /// The files in the work tree that `wanted` holds for, by path: tracked ones, and untracked ones that are not ignored.
    /// Two git children side by side; the worktree's own index is taken, whatever the environment names.
    ///
    /// # Errors
    /// When git cannot look, or a file that must be read cannot be; [`GitError::TooMuch`] for repositories within
    /// repositories more than 8 deep.
    pub fn files_as_they_are(&self, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Vec<File>, GitError> {
        self.files(wanted, None)
    }

    /// [`Repo::files_as_they_are`], and where a clean file's bytes on disk are not those of its blob, what they are. Files of
    /// clean submodules are not looked at.
    ///
    /// `memory`: a file of this worktree's git dir, for what was read. Files that were not written since are not read again;
    /// one that was written in the last 2 seconds is not remembered. Where it cannot be written, all are read each time.
    ///
    /// # Errors
    /// As [`Repo::files_as_they_are`].
    pub fn files_with_their_bytes(
        &self,
        wanted: &dyn Fn(&[u8]) -> bool,
        memory: &Path,
    ) -> Result<Vec<File>, GitError> {
        let now = SystemTime::now();
        let text = memory::read(memory);
        let known = Memory::of(&text, now);
        let files = self.files(wanted, Some(&known))?;
        if let Some(text) = known.text() {
            // What cannot be remembered is read again.
            let _ = memory::write(memory, &text);
        }
        Ok(files)
    }

    fn files(
        &self,
        wanted: &dyn Fn(&[u8]) -> bool,
        memory: Option<&Memory<'_>>,
    ) -> Result<Vec<File>, GitError> {
        let root = self
            .work_dir()
            .ok_or_else(|| GitError::refused("work tree", "(none: the repository is bare)"))?;
        let tree = WorkTree {
            root: root.to_owned(),
            prefix: Vec::new(),
            depth: 0,
            modes: self.config_get_bool("core.fileMode")?.unwrap_or(cfg!(unix)),
            common: self.common_dir(),
            memory,
        };
        let mut files = tree.files(&|doing| self.writer(doing).configured(), wanted)?;
        files.sort();
        Ok(files)
    }

    /// The files in the index that `wanted` holds for, by path and stage. The index is the one that git's environment
    /// names, as for [`Repo::staged_changes`].
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn files_in_index(&self, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Vec<File>, GitError> {
        let doing = "reading the index";
        let git = self.reader(doing).args(["ls-files", "--full-name"]).args(LIST);
        let output = git.args(["--", ":/"]).run()?;
        let entries = entries(&output, doing)?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.mode == GITLINK || wanted(entry.path))
            .map(|entry| entry.file(b"", None))
            .collect())
    }

    /// The files in a tree that `wanted` holds for, by path.
    ///
    /// # Errors
    /// When a tree within it cannot be read; at more than 1,000,000 files or 512 levels.
    pub fn files_in_tree(&self, tree: Oid, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Vec<File>, GitError> {
        let all = self.compare_trees(None, Some(tree))?;
        let files = all.into_iter().filter_map(|change| {
            let (mode, oid) = change.new?;
            (mode == GITLINK || wanted(&change.path)).then_some(File {
                path: change.path,
                stage: 0,
                mode,
                oid,
                disk: None,
            })
        });
        Ok(files.collect())
    }
}
