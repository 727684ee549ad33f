//! The tracked files as they were before the first check: what none may change where what is checked is a commit.

use std::fs::Metadata;
use std::path::Path;

use lane_core::glob::Scope;
use lane_git::File;
use lane_git::Oid;
use lane_git::Repo;
use lane_git::hash_on_disk;
use lane_git::native_path;

use super::StandingError;
use super::marks::Mark;
use super::marks::mark;
use super::memory::changed;
use crate::Files;

const GITLINK: u32 = 0o160_000;

/// What HEAD has, as it was on disk. It is kept here and not asked of git once more: index, configuration and caches lie
/// where a check can write.
#[derive(Debug)]
pub(super) struct Pristine {
    files: Vec<Tracked>,
    /// Whether there are submodules: what is in them git has to tell.
    submodules: bool,
}

#[derive(Debug)]
struct Tracked {
    path: Vec<u8>,
    mark: Option<Mark>,
    kind: Option<Kind>,
    /// The blob that its bytes made; none where it was not there, as beside a sparse checkout.
    content: Option<Oid>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Link,
    Plain,
    Executable,
    Other,
}

impl Pristine {
    /// As it is now. `seen`: the files of this work tree, if somebody looked at them just before.
    ///
    /// # Errors
    /// When HEAD or the work tree cannot be read.
    pub(super) fn of(root: &Path, seen: Option<&Files>) -> Result<Self, StandingError> {
        let repo = Repo::open(root)?;
        let Some(head) = repo.head()?.oid() else {
            return Ok(Self {
                files: Vec::new(),
                submodules: false,
            });
        };
        let tracked = repo.files_in_tree(repo.commit(head)?.tree, &|_| true)?;
        let looked;
        let seen = match seen.filter(|files| !files.are_stored()) {
            Some(files) => files,
            None => {
                looked = Files::in_worktree(&repo, &[&Scope::everything()])?;
                &looked
            }
        };
        let (submodules, files): (Vec<File>, Vec<File>) =
            tracked.into_iter().partition(|file| file.mode == GITLINK);
        Ok(Self {
            submodules: !submodules.is_empty(),
            files: files
                .into_iter()
                .map(|file| Tracked::of(root, file, seen.list()))
                .collect(),
        })
    }

    /// What is different now, as a phrase.
    pub(super) fn changed(&self, root: &Path) -> Option<String> {
        let files = self.files.iter().filter(|file| !file.is_as_it_was(root));
        let files: Vec<&[u8]> = files.map(|file| file.path.as_slice()).collect();
        let unread = |fault| Some(format!("the files cannot be looked at: {fault}"));
        match changed(&files, files.len()) {
            None if self.submodules => in_submodules(root).unwrap_or_else(unread),
            what => what,
        }
    }
}

fn in_submodules(root: &Path) -> Result<Option<String>, StandingError> {
    let dirt = Repo::open(root)?.tracked_dirt()?;
    let paths: Vec<&[u8]> = dirt.paths.iter().map(Vec::as_slice).collect();
    Ok(changed(&paths, dirt.count))
}

impl Tracked {
    /// `seen`: by path.
    fn of(root: &Path, file: File, seen: &[File]) -> Self {
        let at = seen.binary_search_by(|other| other.path.cmp(&file.path));
        Self {
            mark: mark(root, &file.path),
            kind: kind(root, &file.path),
            content: at.ok().map(|at| seen[at].content()),
            path: file.path,
        }
    }

    fn is_as_it_was(&self, root: &Path) -> bool {
        if mark(root, &self.path) == self.mark {
            return true;
        }
        let content = native_path(&self.path).ok();
        let content = content.and_then(|path| hash_on_disk(&root.join(path)));
        kind(root, &self.path) == self.kind && content == self.content
    }
}

fn kind(root: &Path, path: &[u8]) -> Option<Kind> {
    let meta = root.join(native_path(path).ok()?).symlink_metadata().ok()?;
    Some(match () {
        () if meta.is_symlink() => Kind::Link,
        () if !meta.is_file() => Kind::Other,
        () if is_executable(&meta) => Kind::Executable,
        () => Kind::Plain,
    })
}

#[cfg(unix)]
fn is_executable(meta: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    meta.mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn is_executable(_meta: &Metadata) -> bool {
    false
}
