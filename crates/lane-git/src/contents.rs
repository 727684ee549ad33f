//! What a worktree holds that no commit has: all that goes with its folder.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;
use crate::native_path;

/// How many entries of folders are looked at.
const ENTRIES_MAX: usize = 5_000_000;

/// What a worktree holds beside its commits. Paths are from its root, in no order; a folder ends with a slash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contents {
    /// Tracked files that are changed, staged or not, those among them that git was told to pass over.
    pub changed: Vec<Vec<u8>>,
    /// Paths in conflict.
    pub unmerged: Vec<Vec<u8>>,
    /// Untracked files, each of them.
    pub untracked: Vec<Vec<u8>>,
    /// Ignored files, each of them, those of submodules too; a folder that is ignored as a whole and that the caller passes is one.
    pub ignored: Vec<Vec<u8>>,
    /// Repositories within that are no submodules.
    pub nested: Vec<Vec<u8>>,
    /// Submodules that hold something of their own, and what.
    pub submodules: Vec<(Vec<u8>, SubmoduleHolds)>,
    /// Whether a submodule was checked out here: git removes such a worktree by force only.
    pub has_submodules: bool,
}

/// What a submodule holds that would be lost with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubmoduleHolds {
    /// Files that are changed or untracked, or an operation under way.
    Changes,
    /// Commits that no remote of it has, a stash among them.
    Commits,
    /// It cannot be looked into.
    Unreadable,
}

impl Repo {
    /// What this worktree holds beside its commits, looked at through a copy of its index. Folders that are ignored as a whole and
    /// that `passes` takes (the path ends with a slash) are not looked into.
    ///
    /// # Errors
    /// When there is no worktree, or it cannot be looked at as a whole.
    pub fn contents(&self, passes: &dyn Fn(&[u8]) -> bool) -> Result<Contents, GitError> {
        let aside = self.index_aside()?;
        let git = aside.git("looking at all that a worktree holds");
        let status = git
            .args(["status", "--porcelain=v2", "-z", "--no-renames"])
            .args(["--untracked-files=all", "--ignored=matching"])
            .arg("--ignore-submodules=none")
            .run()?;
        let mut contents = parse(&status);
        let root = self.work_dir().unwrap_or(self.git_dir());
        let links = aside.gitlinks()?;
        let walked = walk(root, &contents.ignored, passes)?;
        contents.ignored = walked.ignored;
        for within in walked.repositories {
            match links.contains(&within) {
                true => contents.take_submodule(root, within, passes),
                false => contents.nested.push(within),
            }
        }
        for dir in git_dirs_below(&self.git_dir().join("modules"))? {
            contents.has_submodules = true;
            if has_own_commits(&dir)? {
                let name = dir.strip_prefix(self.git_dir().join("modules")).unwrap_or(&dir);
                let name = name.as_os_str().as_encoded_bytes().to_vec();
                if !contents.submodules.iter().any(|(known, _)| *known == name) {
                    contents.submodules.push((name, SubmoduleHolds::Commits));
                }
            }
        }
        // Said of it already as what it is.
        let is_repository = |path: &[u8]| contents.nested.iter().any(|one| is_below(path, one));
        contents.untracked.retain(|path| !is_repository(path));
        Ok(contents)
    }

    /// What stands in refs that are this worktree's alone (`refs/worktree/`, `refs/bisect/`, `refs/rewritten/`).
    ///
    /// # Errors
    /// When they cannot be listed.
    pub fn own_refs(&self) -> Result<Vec<(String, Oid)>, GitError> {
        let mut found = Vec::new();
        for prefix in ["refs/worktree", "refs/bisect", "refs/rewritten"] {
            found.extend(self.refs_under(prefix)?);
        }
        Ok(found)
    }

    /// The lock files of git in this worktree's git dir: some git is at work, or was killed at it.
    pub fn own_locks(&self) -> Vec<PathBuf> {
        let locks = ["index.lock", "HEAD.lock", "config.worktree.lock"];
        let locks = locks.into_iter().map(|name| self.git_dir().join(name));
        locks.filter(|lock| lock.symlink_metadata().is_ok()).collect()
    }
}

impl Contents {
    fn take_submodule(&mut self, root: &Path, path: Vec<u8>, passes: &dyn Fn(&[u8]) -> bool) {
        self.has_submodules = true;
        let below = |inner: &[u8]| [&path, b"/".as_slice(), inner].concat();
        let looked = native_path(&path).ok().and_then(|inner| {
            let sub = Repo::open(root.join(&inner)).ok()?;
            // One whose own repository is gone would open the one around it.
            let own = sub.work_dir()?.canonicalize().ok()? == root.join(&inner).canonicalize().ok()?;
            own.then_some(())?;
            let within = sub.contents(&|inner| passes(&below(inner))).ok()?;
            let commits = has_own_commits(sub.git_dir()).ok()?;
            Some((within, commits, sub.operation().is_some()))
        });
        let Some((within, commits, at_work)) = looked else {
            return self.submodules.push((path, SubmoduleHolds::Unreadable));
        };
        self.ignored.extend(within.ignored.iter().map(|one| below(one)));
        self.nested.extend(within.nested.iter().map(|one| below(one)));
        let inner = within.submodules.iter();
        self.submodules
            .extend(inner.map(|(one, holds)| (below(one), *holds)));
        let files = within.changed.len() + within.unmerged.len() + within.untracked.len();
        if files > 0 || at_work {
            self.submodules.push((path, SubmoduleHolds::Changes));
        } else if commits {
            self.submodules.push((path, SubmoduleHolds::Commits));
        }
    }
}

/// Whether `path` is `folder` or lies in it.
fn is_below(path: &[u8], folder: &[u8]) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

fn parse(status: &[u8]) -> Contents {
    let mut contents = Contents::default();
    for line in status.split(|byte| *byte == 0).filter(|line| line.len() > 2) {
        let fields = match line[0] {
            b'1' => 8,
            b'u' => 10,
            _ => 1,
        };
        let Some(path) = line.splitn(fields + 1, |byte| *byte == b' ').nth(fields) else {
            continue;
        };
        match line[0] {
            b'1' => contents.changed.push(path.to_vec()),
            b'u' => contents.unmerged.push(path.to_vec()),
            b'?' => contents.untracked.push(path.to_vec()),
            b'!' => contents.ignored.push(path.to_vec()),
            _ => {}
        }
    }
    contents
}

/// What a walk through a worktree found. Paths are from its root, sorted.
struct Walked {
    /// Folders that have a `.git`.
    repositories: Vec<Vec<u8>>,
    /// Ignored files, and the folders that were passed.
    ignored: Vec<Vec<u8>>,
}

/// A folder on the way through a worktree, from its root.
struct Below {
    folder: PathBuf,
    /// Whether all that is in it is ignored.
    ignored: bool,
}

/// The folders below `root` that have a `.git` of any kind, and not those within them: git's own listing passes over one that
/// lies in a folder with tracked files. And the ignored files, with what is in each folder of `ignored` that is not passed.
fn walk(root: &Path, ignored: &[Vec<u8>], passes: &dyn Fn(&[u8]) -> bool) -> Result<Walked, GitError> {
    let doing = || format!("looking through {}", root.display());
    let (whole, mut files): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) =
        ignored.iter().partition(|path| path.ends_with(b"/"));
    let (passed, looked_into): (Vec<&Vec<u8>>, Vec<&Vec<u8>>) =
        whole.into_iter().partition(|path| passes(path));
    files.extend(&passed);
    let mut files: Vec<Vec<u8>> = files.into_iter().cloned().collect();
    let unslashed = |path: &Vec<u8>| path[..path.len() - 1].to_vec();
    let passed: HashSet<Vec<u8>> = passed.into_iter().map(unslashed).collect();
    let looked_into: HashSet<Vec<u8>> = looked_into.into_iter().map(unslashed).collect();
    let mut found = Vec::new();
    let mut open = vec![Below {
        folder: PathBuf::new(),
        ignored: false,
    }];
    let mut seen = 0;
    while let Some(Below { folder, ignored }) = open.pop() {
        let (mut below, mut within) = (Vec::new(), Vec::new());
        let mut is_repository = false;
        for entry in fs::read_dir(root.join(&folder)).doing(doing())? {
            let entry = entry.doing(doing())?;
            seen += 1;
            if seen > ENTRIES_MAX {
                return Err(GitError::TooMuch {
                    doing: doing(),
                    limit: ENTRIES_MAX,
                    unit: "entries of folders",
                });
            }
            let path = folder.join(entry.file_name());
            if entry.file_name() == ".git" {
                is_repository = true;
            } else if !entry.file_type().doing(doing())?.is_dir() {
                within.extend(ignored.then(|| slashed(&path)));
            } else if !passed.contains(&slashed(&path)) {
                let ignored = ignored || looked_into.contains(&slashed(&path));
                below.push(Below {
                    folder: path,
                    ignored,
                });
            }
        }
        match is_repository && !folder.as_os_str().is_empty() {
            true => found.push(slashed(&folder)),
            false => {
                open.extend(below);
                files.extend(within);
            }
        }
    }
    files.sort();
    found.sort();
    Ok(Walked {
        repositories: found,
        ignored: files,
    })
}

/// A path from the root as git has it.
fn slashed(path: &Path) -> Vec<u8> {
    let parts: Vec<&[u8]> = path.iter().map(std::ffi::OsStr::as_encoded_bytes).collect();
    parts.join(&b'/')
}

/// The git dirs of submodules, also of those that are not checked out now: below `modules`, and within one another.
fn git_dirs_below(modules: &Path) -> Result<Vec<PathBuf>, GitError> {
    let doing = || format!("looking through {}", modules.display());
    let mut found = Vec::new();
    let mut open = vec![modules.to_owned()];
    while let Some(folder) = open.pop() {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries.doing(doing())?,
        };
        if folder.join("HEAD").is_file() && folder.join("objects").is_dir() {
            open.push(folder.join("modules"));
            found.push(folder);
            continue;
        }
        for entry in entries {
            let entry = entry.doing(doing())?;
            if entry.file_type().doing(doing())?.is_dir() {
                open.push(entry.path());
            }
        }
    }
    Ok(found)
}

/// Whether a repository has commits, on any ref or HEAD or in a stash, that none of its remotes was seen to have.
fn has_own_commits(git_dir: &Path) -> Result<bool, GitError> {
    let git = Git::new("looking for commits that no remote has").in_dir(git_dir);
    let out = git
        .arg("--git-dir=.")
        .args(["rev-list", "--max-count=1", "--all", "--not", "--remotes"])
        .run()?;
    Ok(!out.is_empty())
}
