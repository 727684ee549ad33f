//! The files as they are: in the work tree with the untracked ones, in the index, or in a commit's tree.
//!
//! Nothing is written: no object, no index, no ref. What git's own stat cache calls unmodified costs no reading. Decided:
//! - A clean work tree, its index and its commit give the same list, so that what was shown for one holds for all.
//! - git's notion of "modified" decides, filters for line ends included: a touched file whose content git would store
//!   unchanged counts as unchanged. What *is* modified, or untracked, counts with the bytes on disk, unfiltered.
//! - Deleted files are missing. So is what vanishes while it is looked at, and what is no file (a pipe, a socket).
//! - `assume-unchanged` and `skip-worktree` are not believed: such files are read, and are missing if they are not there.
//! - `intent-to-add` counts as the file on disk; in the index, as the empty file that it is there.
//! - A symlink counts with its target's name, whatever is there.
//! - A submodule counts with its HEAD. One that is not checked out is missing. A dirty one counts with all its files as they
//!   are besides, as does an untracked repository within this one; other worktrees of this repository do not count.

use std::collections::HashMap;
use std::fs;
use std::fs::Metadata;
use std::io;
use std::num::NonZero;
use std::path::Path;
use std::path::PathBuf;
use std::thread;

use git2::ObjectType;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;
use crate::hash::hash_blob;

const GITLINK: u32 = 0o160_000;
const LINK: u32 = 0o120_000;
const EXECUTABLE: u32 = 0o100_755;
const PLAIN: u32 = 0o100_644;

/// How deep dirty repositories within repositories are followed.
const DEPTH_LIMIT: usize = 8;

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
        let root = self
            .work_dir()
            .ok_or_else(|| GitError::refused("work tree", "(none: the repository is bare)"))?;
        let tree = WorkTree {
            root: root.to_owned(),
            prefix: Vec::new(),
            depth: 0,
            modes: self.config_get_bool("core.fileMode")?.unwrap_or(cfg!(unix)),
            common: self.common_dir(),
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
            .map(|entry| entry.file(b""))
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
            })
        });
        Ok(files.collect())
    }
}

/// Tags, modes, names and stages, by NUL.
const LIST: [&str; 3] = ["--stage", "-v", "-z"];

const STATUS: [&str; 7] = [
    "--no-optional-locks",
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=all",
    "--no-renames",
    "--ignore-submodules=none",
];

/// A checked out repository, and where it lies in the outermost one.
struct WorkTree<'c> {
    root: PathBuf,
    /// Empty, or ends with a slash.
    prefix: Vec<u8>,
    depth: usize,
    /// Whether the file system's executable bits mean something.
    modes: bool,
    /// The git dir that the worktrees of the outermost repository share.
    common: &'c Path,
}

/// A path to be looked at on disk, and what git saw there.
struct Look {
    path: Vec<u8>,
    mode: Option<u32>,
}

impl WorkTree<'_> {
    fn files(&self, git: &dyn Fn(&str) -> Git, wanted: Wanted<'_>) -> Result<Vec<File>, GitError> {
        let (listing, looking) = ("listing the tracked files", "looking for changed files");
        let list = git(listing).arg("ls-files").args(LIST).begin()?;
        let status = git(looking).args(STATUS).run()?;
        let list = list.output()?;
        let status = Status::parse(&status).ok_or_else(|| GitError::unreadable(looking))?;
        let (mut files, mut looks) = (Vec::new(), Vec::new());
        for entry in entries(&list, listing)? {
            let change = status.changed.get(entry.path);
            if entry.mode == GITLINK && entry.stage == 0 {
                files.extend(self.submodule(&entry, change, wanted)?);
            } else if entry.stage > 0 || !self.asked(entry.path, wanted) {
                // An unmerged path is looked at once, by its line of the status.
            } else if change.is_none() && !entry.unwatched {
                files.push(entry.file(&self.prefix));
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
        for path in status.unmerged.iter().chain(&status.untracked) {
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
            None => Ok(vec![entry.file(&self.prefix)]),
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
        let target = target.and_then(|target| path_of(target).ok());
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
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let share = looks.len().div_ceil(threads).max(16);
        let read = |looks: &[Look]| -> Result<Vec<File>, GitError> {
            let found = looks.iter().map(|look| self.look(look));
            found.filter_map(Result::transpose).collect()
        };
        thread::scope(|scope| {
            let readers: Vec<_> = looks
                .chunks(share)
                .map(|share| scope.spawn(move || read(share)))
                .collect();
            let mut files = Vec::new();
            for reader in readers {
                let panicked = || GitError::io("reading files", io::Error::other("a reader panicked"));
                files.extend(reader.join().unwrap_or_else(|_| Err(panicked()))?);
            }
            Ok(files)
        })
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

    fn asked(&self, path: &[u8], wanted: Wanted<'_>) -> bool {
        if self.prefix.is_empty() {
            wanted(path)
        } else {
            wanted(&self.full(path))
        }
    }

    fn full(&self, path: &[u8]) -> Vec<u8> {
        [self.prefix.as_slice(), path].concat()
    }

    fn on_disk(&self, path: &[u8]) -> Result<PathBuf, GitError> {
        Ok(self.root.join(path_of(path)?))
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

#[cfg(unix)]
fn path_of(path: &[u8]) -> Result<PathBuf, GitError> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(std::ffi::OsStr::from_bytes(path).into())
}

#[cfg(not(unix))]
fn path_of(path: &[u8]) -> Result<PathBuf, GitError> {
    std::str::from_utf8(path)
        .map(PathBuf::from)
        .map_err(|_| GitError::refused("path", &String::from_utf8_lossy(path)))
}

/// One line of `ls-files --stage -v`.
struct Entry<'o> {
    path: &'o [u8],
    stage: u8,
    mode: u32,
    oid: Oid,
    /// Whether a bit of the index keeps git from looking at the file.
    unwatched: bool,
}

impl Entry<'_> {
    fn file(&self, prefix: &[u8]) -> File {
        File {
            path: [prefix, self.path].concat(),
            stage: self.stage,
            mode: self.mode,
            oid: self.oid,
        }
    }
}

fn entries<'o>(output: &'o [u8], doing: &str) -> Result<Vec<Entry<'o>>, GitError> {
    let lines = output.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    lines
        .map(|line| entry(line).ok_or_else(|| GitError::unreadable(doing)))
        .collect()
}

/// `tag mode name stage<TAB>path`.
fn entry(line: &[u8]) -> Option<Entry<'_>> {
    let tab = line.iter().position(|byte| *byte == b'\t')?;
    let mut words = line[..tab].split(|byte| *byte == b' ');
    let (tag, mode, oid, stage) = (words.next()?, words.next()?, words.next()?, words.next()?);
    let &[tag] = tag else { return None };
    Some(Entry {
        path: &line[tab + 1..],
        stage: std::str::from_utf8(stage).ok()?.parse().ok()?,
        mode: octal(mode)?,
        oid: Oid::from_hex(oid).ok()?,
        unwatched: tag.is_ascii_lowercase() || tag == b'S',
    })
}

fn octal(digits: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()
}

/// What `status` says of the work tree; what is staged is not looked at.
#[derive(Default)]
struct Status<'o> {
    changed: HashMap<&'o [u8], Change>,
    unmerged: Vec<&'o [u8]>,
    untracked: Vec<&'o [u8]>,
}

/// How a tracked path differs from the index.
struct Change {
    /// A file or a link, as far as git saw.
    is_file: bool,
    mode: u32,
    /// A submodule with changes or untracked files of its own.
    dirty: bool,
}

impl<'o> Status<'o> {
    fn parse(output: &'o [u8]) -> Option<Self> {
        let mut status = Self::default();
        for line in output.split(|byte| *byte == 0).filter(|line| !line.is_empty()) {
            match line[0] {
                b'1' => status.ordinary(line)?,
                b'u' => status
                    .unmerged
                    .push(line.splitn(11, |byte| *byte == b' ').nth(10)?),
                b'?' => status.untracked.push(line.get(2..)?),
                _ => return None,
            }
        }
        Some(status)
    }

    /// `1 XY sub mH mI mW hH hI path`.
    fn ordinary(&mut self, line: &'o [u8]) -> Option<()> {
        let words: Vec<&[u8]> = line.splitn(9, |byte| *byte == b' ').collect();
        let &[_, &[_, here], sub, _, _, mode, _, _, path] = words.as_slice() else {
            return None;
        };
        let mode = octal(mode)?;
        if here != b'.' {
            let change = Change {
                is_file: here != b'D' && mode != 0 && mode != GITLINK,
                mode,
                dirty: sub.get(2..4).is_some_and(|flags| flags != b".."),
            };
            self.changed.insert(path, change);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    #[test]
    fn lines_of_the_index_are_read_whatever_the_path() {
        let line = format!("h 100755 {NAME} 2\ta b\t\n\u{1b}");
        let entry = entry(line.as_bytes()).unwrap();
        assert_eq!((entry.path, entry.stage), (b"a b\t\n\x1b".as_slice(), 2));
        assert!(entry.unwatched && entry.mode == EXECUTABLE && entry.oid == Oid::EMPTY_TREE);
        for bad in [
            "",
            "H",
            "H 100644\tx",
            &format!("HH 100644 {NAME} 0\tx"),
            &format!("H 9 {NAME} 0\tx"),
        ] {
            assert!(super::entry(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }

    #[test]
    fn the_status_of_the_work_tree_is_read_and_nothing_is_guessed() {
        let text = format!(
            "1 M. N... 100644 100644 100644 {NAME} {NAME} staged\0\
             1 .D N... 100644 100644 000000 {NAME} {NAME} gone\0\
             1 .M S.M. 160000 160000 160000 {NAME} {NAME} sub\0\
             u UU N... 100644 100644 100644 100644 {NAME} {NAME} {NAME} both sides\0? new file\0? repo/\0"
        );
        let status = Status::parse(text.as_bytes()).unwrap();
        assert_eq!(status.changed.len(), 2);
        assert!(!status.changed[b"gone".as_slice()].is_file);
        assert!(status.changed[b"sub".as_slice()].dirty);
        assert_eq!(status.unmerged, [b"both sides"]);
        assert_eq!(status.untracked, [b"new file".as_slice(), b"repo/"]);
        for bad in ["# branch", "1 .M", "x", "2 R. N... x"] {
            assert!(Status::parse(bad.as_bytes()).is_none(), "{bad:?}");
        }
    }
}
