//! The files of a checked out repository as they are on disk, and of those within it.

use std::borrow::Cow;
use std::fs;
use std::fs::Metadata;
use std::io;
use std::io::Read as _;
use std::path::Path;
use std::path::PathBuf;

use git2::ObjectType;

use super::File;
use super::GITLINK;
use super::Wanted;
use super::ahead::Ahead;
use super::listing::Change;
use super::listing::Entry;
use super::listing::LIST;
use super::listing::STATUS;
use super::listing::Status;
use super::listing::entries;
use super::memory::Memory;
use super::side_by_side::side_by_side;
use crate::GitError;
use crate::Oid;
use crate::child::Git;
use crate::error::Doing;
use crate::hash::hash_blob;

const LINK: u32 = 0o120_000;
const EXECUTABLE: u32 = 0o100_755;
const PLAIN: u32 = 0o100_644;

/// What tells a cache by its folder's file, as the Cache Directory Tagging Specification has it.
const CACHE_TAG: &[u8] = b"/CACHEDIR.TAG";
const CACHE_SIGNATURE: &[u8; 43] = b"Signature: 8a477f597d28d172789f06886806bc55";

/// How deep dirty repositories within repositories are followed.
const DEPTH_LIMIT: usize = 8;
/// Files that are read for which another thread is worth it.
pub(super) const READ: usize = 16;

/// A checked out repository, and where it lies in the outermost one.
pub(super) struct WorkTree<'c> {
    pub(super) root: PathBuf,
    /// Empty, or ends with a slash.
    pub(super) prefix: Vec<u8>,
    pub(super) depth: usize,
    /// Whether the file system's executable bits mean something.
    pub(super) modes: bool,
    /// The git dir that the worktrees of the outermost repository share.
    pub(super) common: &'c Path,
    /// What is known of the bytes on disk; without it git's word is taken for them.
    pub(super) memory: Option<&'c Memory<'c>>,
}

/// A path to be looked at on disk, and what git saw there.
struct Look {
    path: Vec<u8>,
    mode: Option<u32>,
}

impl WorkTree<'_> {
    pub(super) fn files(&self, git: &dyn Fn(&str) -> Git, wanted: Wanted<'_>) -> Result<Vec<File>, GitError> {
        let (listing, looking) = ("listing the tracked files", "looking for changed files");
        let list = git(listing).arg("ls-files").args(LIST).begin()?;
        let status = git(looking).args(STATUS).begin()?;
        let list = list.output()?;
        let entries = entries(&list, listing)?;
        // git is still looking for changed files meanwhile.
        let ahead = self.ahead(&entries, wanted)?;
        let status = status.output()?;
        let status = Status::parse(&status).ok_or_else(|| GitError::unreadable(looking))?;
        let (mut files, mut looks) = (Vec::new(), Vec::new());
        for (entry, ahead) in entries.iter().zip(ahead) {
            let change = status.changed.get(entry.path);
            if entry.mode == GITLINK && entry.stage == 0 {
                files.extend(self.submodule(entry, change, wanted)?);
            } else if entry.stage > 0 || ahead == Ahead::NotAsked {
                // An unmerged path is looked at once, by its line of the status.
            } else if change.is_none() && !entry.unwatched && ahead != Ahead::Moving {
                files.push(entry.file(&self.prefix, ahead.bytes()));
            } else if change.is_none_or(|change| change.is_file) {
                looks.push(Look {
                    path: entry.path.to_vec(),
                    mode: change.map(|change| change.mode),
                });
            } else {
                // Deleted, unless a repository took its place: git names that one nowhere else.
                files.extend(self.untracked_repository(entry.path, wanted)?);
            }
        }
        let caches = self.caches(&status.untracked)?;
        let of_work = |path: &&&[u8]| !caches.iter().any(|cache| path.starts_with(cache));
        for path in status
            .unmerged
            .iter()
            .chain(status.untracked.iter().filter(of_work))
        {
            match path.strip_suffix(b"/") {
                Some(inner) => files.extend(self.untracked_repository(inner, wanted)?),
                None if self.asked(path, wanted) => looks.push(Look {
                    path: path.to_vec(),
                    mode: None,
                }),
                None => {}
            }
        }
        files.extend(self.read(&looks)?);
        Ok(files)
    }

    /// Untracked folders whose tag calls them caches, each with its slash: a `target` of cargo's that nobody ignores.
    fn caches(&self, untracked: &[&[u8]]) -> Result<Vec<Vec<u8>>, GitError> {
        let mut caches = Vec::new();
        for tag in untracked.iter().filter(|path| path.ends_with(CACHE_TAG)) {
            let mut first = [0; CACHE_SIGNATURE.len()];
            let path = self.on_disk(tag)?;
            let is_plain = path.symlink_metadata().is_ok_and(|meta| meta.is_file());
            let read =
                is_plain && fs::File::open(path).is_ok_and(|mut file| file.read_exact(&mut first).is_ok());
            if read && first == *CACHE_SIGNATURE {
                caches.push(tag[..=tag.len() - CACHE_TAG.len()].to_vec());
            }
        }
        Ok(caches)
    }

    fn submodule(
        &self,
        entry: &Entry<'_>,
        change: Option<&Change>,
        wanted: Wanted<'_>,
    ) -> Result<Vec<File>, GitError> {
        let dir = self.on_disk(entry.path)?;
        match change {
            // Not checked out, or in another way gone.
            _ if dir.join(".git").symlink_metadata().is_err() => Ok(Vec::new()),
            None => Ok(vec![entry.file(&self.prefix, None)]),
            Some(change) => self.inner(entry.path, &dir, change.dirty, wanted),
        }
    }

    fn untracked_repository(&self, path: &[u8], wanted: Wanted<'_>) -> Result<Vec<File>, GitError> {
        let dir = self.on_disk(path)?;
        match fs::read(dir.join(".git")) {
            Ok(link) if self.is_worktree_of_ours(&link) => Ok(Vec::new()),
            _ if dir.join(".git").symlink_metadata().is_err() => Ok(Vec::new()),
            _ => self.inner(path, &dir, true, wanted),
        }
    }

    fn is_worktree_of_ours(&self, link: &[u8]) -> bool {
        let target = link.trim_ascii_end().strip_prefix(b"gitdir: ");
        let target = target.and_then(|target| native_path(target).ok());
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        target.is_some_and(|target| real(&target).starts_with(real(self.common).join("worktrees")))
    }

    fn inner(&self, path: &[u8], dir: &Path, dirty: bool, wanted: Wanted<'_>) -> Result<Vec<File>, GitError> {
        if self.depth == DEPTH_LIMIT {
            return Err(GitError::TooMuch {
                doing: "looking into repositories within this one".to_owned(),
                limit: DEPTH_LIMIT,
                unit: "levels",
            });
        }
        // Named, for looking upwards from a folder that was just emptied would find ourselves.
        let git = |doing: &str| Git::new(doing).in_dir(dir).arg("--git-dir=.git");
        let head = git("reading the HEAD of a repository within this one")
            .args(["rev-parse", "--verify", "--quiet", "HEAD"])
            .run_expecting(&[1])?;
        let mut files = vec![File {
            path: self.full(path),
            stage: 0,
            mode: GITLINK,
            oid: Oid::from_hex(head.1.trim_ascii_end()).unwrap_or(Oid::ZERO),
            disk: None,
        }];
        if dirty {
            let inner = WorkTree {
                root: dir.to_owned(),
                prefix: [self.full(path).as_slice(), b"/"].concat(),
                depth: self.depth + 1,
                ..*self
            };
            files.extend(inner.files(&git, wanted)?);
        }
        Ok(files)
    }

    fn read(&self, looks: &[Look]) -> Result<Vec<File>, GitError> {
        let found = side_by_side(looks, READ, |look| self.look(look))?;
        found.into_iter().filter_map(Result::transpose).collect()
    }

    /// The file as it is now; none when it is none.
    fn look(&self, look: &Look) -> Result<Option<File>, GitError> {
        let path = self.on_disk(&look.path)?;
        let doing = || format!("reading {}", path.display());
        let Some(meta) = there(&path).doing(doing())? else {
            return Ok(None);
        };
        let (mode, oid) = if meta.is_symlink() {
            match fs::read_link(&path) {
                Ok(target) => (LINK, hash_blob(target.as_os_str().as_encoded_bytes())),
                Err(_) if there(&path).doing(doing())?.is_none() => return Ok(None),
                Err(cause) => return Err(GitError::io(doing(), cause)),
            }
        } else if meta.is_file() {
            match git2::Oid::hash_file(ObjectType::Blob, &path) {
                Ok(oid) => (look.mode.unwrap_or_else(|| self.mode(&meta)), oid.into()),
                Err(_) if there(&path).doing(doing())?.is_none() => return Ok(None),
                Err(cause) => return Err(GitError::library(doing(), cause)),
            }
        } else {
            return Ok(None);
        };
        Ok(Some(File {
            path: self.full(&look.path),
            stage: 0,
            mode,
            oid,
            disk: None,
        }))
    }

    #[cfg(unix)]
    fn mode(&self, meta: &Metadata) -> u32 {
        use std::os::unix::fs::MetadataExt as _;
        if self.modes && meta.mode() & 0o100 != 0 {
            EXECUTABLE
        } else {
            PLAIN
        }
    }

    #[cfg(not(unix))]
    fn mode(&self, _meta: &Metadata) -> u32 {
        PLAIN
    }

    pub(super) fn asked(&self, path: &[u8], wanted: Wanted<'_>) -> bool {
        wanted(&self.outermost(path))
    }

    fn full(&self, path: &[u8]) -> Vec<u8> {
        self.outermost(path).into_owned()
    }

    /// The path from the outermost root.
    pub(super) fn outermost<'p>(&self, path: &'p [u8]) -> Cow<'p, [u8]> {
        match self.prefix.is_empty() {
            true => Cow::Borrowed(path),
            false => Cow::Owned([self.prefix.as_slice(), path].concat()),
        }
    }

    pub(super) fn on_disk(&self, path: &[u8]) -> Result<PathBuf, GitError> {
        Ok(self.root.join(native_path(path)?))
    }
}

fn there(path: &Path) -> io::Result<Option<Metadata>> {
    match path.symlink_metadata() {
        Ok(meta) => Ok(Some(meta)),
        Err(cause)
            if matches!(
                cause.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        Err(cause) => Err(cause),
    }
}

/// A path of git's as one of this system, to be joined to the work tree's root.
///
/// # Errors
/// Where it is none: on a system whose paths are text, one that is not.
#[cfg(unix)]
pub fn native_path(path: &[u8]) -> Result<PathBuf, GitError> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(std::ffi::OsStr::from_bytes(path).into())
}

/// A path of git's as one of this system, to be joined to the work tree's root.
///
/// # Errors
/// Where it is none: on a system whose paths are text, one that is not.
#[cfg(not(unix))]
pub fn native_path(path: &[u8]) -> Result<PathBuf, GitError> {
    std::str::from_utf8(path)
        .map(PathBuf::from)
        .map_err(|_| GitError::refused("path", &String::from_utf8_lossy(path)))
}
