//! Submodules of a new worktree, checked out from what the clone has of them: no network, and no url of the tree is followed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Component;
use std::path::Path;
use std::path::PathBuf;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::child::Git;
use crate::error::Doing;
use crate::native_path;
use crate::scratch::NO_HOOKS;

/// How deep submodules of submodules go.
const DEPTH_MAX: usize = 8;
/// What the name of a git dir ends with that is being made.
const UNFINISHED: &str = ".lane-new";

/// A key and its value.
type Setting = (Vec<u8>, Vec<u8>);

/// A submodule that could not be checked out. Paths are from the worktree's root, bytes as git has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftSubmodule {
    /// Where it would be.
    pub path: Vec<u8>,
    /// Why not, as a phrase.
    pub why: String,
}

/// A work tree whose submodules are looked at, and the git dirs that have them.
struct Level<'a> {
    /// Its root.
    folder: &'a Path,
    /// The repository whose settings say which submodules are wanted.
    known_to: &'a Path,
    /// Where that has them.
    from: PathBuf,
    /// Where this worktree's own are made.
    to: PathBuf,
    depth: usize,
}

impl Repo {
    /// Checks out in this linked worktree the submodules that the clone has initialised and whose commits it has, each with a git
    /// dir of its own, as `git submodule update` would: with the objects that the clone has, its remotes and what was seen of them.
    /// No hook runs. Those that are wanted and not to be had are given; one that is there already is left as it is.
    ///
    /// # Errors
    /// When the worktree cannot be looked at.
    pub fn fill_submodules(&self) -> Result<Vec<LeftSubmodule>, GitError> {
        let Some(folder) = self.work_dir().filter(|_| self.is_linked_worktree()) else {
            return Ok(Vec::new());
        };
        let level = Level {
            folder,
            known_to: self.common_dir(),
            from: self.common_dir().join("modules"),
            to: self.git_dir().join("modules"),
            depth: 0,
        };
        fill(&level)
    }

    /// The submodules that a commit has, with their commits.
    ///
    /// # Errors
    /// When its tree cannot be read.
    pub fn submodules_at(&self, commit: Oid) -> Result<BTreeMap<Vec<u8>, Oid>, GitError> {
        let git = self.reader("listing the submodules of a commit");
        let git = git
            .args(["ls-tree", "-r", "-z", "--full-tree"])
            .arg(commit.to_string());
        let out = git.run()?;
        let link = |entry: &[u8]| {
            let rest = entry.strip_prefix(b"160000 commit ")?;
            let tab = rest.iter().position(|byte| *byte == b'\t')?;
            Some((rest[tab + 1..].to_vec(), Oid::from_hex(&rest[..tab]).ok()?))
        };
        Ok(out.split(|byte| *byte == 0).filter_map(link).collect())
    }
}

fn fill(level: &Level<'_>) -> Result<Vec<LeftSubmodule>, GitError> {
    // Nearly every worktree.
    if level.depth > DEPTH_MAX || !level.folder.join(".gitmodules").is_file() {
        return Ok(Vec::new());
    }
    let links = gitlinks(level.folder)?;
    let wanted = settings(level.known_to, None, "url")?;
    let ways = settings(level.known_to, None, "update")?;
    let mut left = Vec::new();
    for (name, path) in settings(level.folder, Some(":.gitmodules"), "path")? {
        let is_wanted = wanted.contains_key(&name) && ways.get(&name).is_none_or(|way| way != b"none");
        let Some(commit) = links.get(&path).filter(|_| is_wanted) else {
            continue;
        };
        match one(level, &name, &path, *commit) {
            Ok(inner) => left.extend(inner.into_iter().map(|inner| LeftSubmodule {
                path: [&path, b"/".as_slice(), &inner.path].concat(),
                why: inner.why,
            })),
            Err(why) => left.push(LeftSubmodule { path, why }),
        }
    }
    Ok(left)
}

/// Checks one out; the error is why not.
fn one(level: &Level<'_>, name: &[u8], path: &[u8], commit: Oid) -> Result<Vec<LeftSubmodule>, String> {
    let name = plain(name).ok_or("its name is none that git takes")?;
    let (from, to) = (level.from.join(&name), level.to.join(&name));
    let folder = level
        .folder
        .join(plain(path).ok_or("its path is none that git takes")?);
    if folder.join(".git").symlink_metadata().is_ok() {
        return Ok(Vec::new());
    }
    if !from.join("HEAD").is_file() || !from.join("objects").is_dir() {
        return Err("this clone has no git dir of it".to_owned());
    }
    if to.symlink_metadata().is_ok() {
        return Err(format!("{} is there already", to.display()));
    }
    fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let root = level.folder.canonicalize().map_err(|e| e.to_string())?;
    let real = folder.canonicalize().map_err(|e| e.to_string())?;
    let is_empty = fs::read_dir(&real).map_err(|e| e.to_string())?.next().is_none();
    if !real.starts_with(&root) || !is_empty {
        return Err("something else is in its place".to_owned());
    }
    made(&from, &to, &real, commit).map_err(|fault| fault.to_string())?;
    let inner = Level {
        folder: &real,
        known_to: &from,
        from: from.join("modules"),
        to: to.join("modules"),
        depth: level.depth + 1,
    };
    fill(&inner).map_err(|fault| fault.to_string())
}

/// Makes the git dir `to` with what `from` has, and the files of `commit` in `folder`.
fn made(from: &Path, to: &Path, folder: &Path, commit: Oid) -> Result<(), GitError> {
    let doing = || format!("making {}", to.display());
    let mut unfinished = to.as_os_str().to_owned();
    unfinished.push(UNFINISHED);
    let new = PathBuf::from(unfinished);
    if new.symlink_metadata().is_ok() {
        fs::remove_dir_all(&new).doing(doing())?;
    }
    fs::create_dir_all(to.parent().unwrap_or(to)).doing(doing())?;
    // A path, not an url: git links the objects, and asks nobody.
    Git::new("copying a submodule of this clone")
        .args(NO_HOOKS)
        .args([
            "clone",
            "--quiet",
            "--bare",
            "--local",
            "--no-tags",
            "--template=",
            "--",
        ])
        .arg(from)
        .arg(&new)
        .in_dir(to.parent().unwrap_or(to))
        .run()?;
    let inside = |doing: &str| Git::new(doing).args(NO_HOOKS).in_dir(&new).arg("--git-dir=.");
    inside("setting a submodule's commit")
        .args(["update-ref", "--no-deref", "HEAD"])
        .arg(format!("{commit}^{{commit}}"))
        .run()?;
    // What it has is what its remotes were seen to have: a branch of its own would look like unpushed work.
    let heads = inside("listing a submodule's branches")
        .args(["for-each-ref", "--format=delete %(refname)", "refs/heads"])
        .run()?;
    inside("leaving a submodule's branches to the clone")
        .args(["update-ref", "--no-deref", "--stdin"])
        .input(heads)
        .run()?;
    inside("taking over what was seen of a submodule's remotes")
        .args([
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--",
        ])
        .arg(from)
        .arg("+refs/remotes/*:refs/remotes/*")
        .run()?;
    // Those of the original, not the copy's way to it.
    inside("leaving a submodule's copy without remotes")
        .args(["config", "--file", "config", "--remove-section", "remote.origin"])
        .run()?;
    for (key, value) in remotes(from)? {
        set(&new, &[b"--add", &key, &value])?;
    }
    set(&new, &[b"core.bare", b"false"])?;
    set(&new, &[b"core.worktree", folder.as_os_str().as_encoded_bytes()])?;
    fs::rename(&new, to).doing(doing())?;
    let link = [b"gitdir: ".as_slice(), to.as_os_str().as_encoded_bytes(), b"\n"].concat();
    fs::write(folder.join(".git"), link).doing(doing())?;
    Git::new("checking out a submodule")
        .args(NO_HOOKS)
        .args(["checkout", "--quiet", "--force", "--detach"])
        .arg(commit.to_string())
        .in_dir(folder)
        .run()
        .map(drop)
}

/// Sets, or adds, a setting of a git dir.
fn set(git_dir: &Path, words: &[&[u8]]) -> Result<(), GitError> {
    let words: Vec<PathBuf> = words
        .iter()
        .map(|word| native_path(word))
        .collect::<Result<_, _>>()?;
    let git = Git::new("setting up a submodule").in_dir(git_dir);
    let git = git.args(["config", "--file", "config"]);
    git.args(words).run().map(drop)
}

/// The remotes of a git dir, as settings.
fn remotes(git_dir: &Path) -> Result<Vec<Setting>, GitError> {
    let git = Git::new("reading a submodule's remotes").in_dir(git_dir);
    let asked = [
        "config",
        "--file",
        "config",
        "-z",
        "--get-regexp",
        r"^remote\..*\.(url|pushurl|fetch)$",
    ];
    let (_, out) = git.args(asked).run_expecting(&[1])?;
    Ok(pairs(&out))
}

/// The submodules' settings with this last part, by name: of a git dir, or of a blob in the worktree that is there.
fn settings(dir: &Path, blob: Option<&str>, last: &str) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, GitError> {
    let git = Git::new("reading which submodules there are")
        .in_dir(dir)
        .arg("config");
    let git = match blob {
        Some(blob) => git.args(["--blob", blob]),
        None => git.args(["--file", "config"]),
    };
    let pattern = format!(r"^submodule\..*\.{last}$");
    let (_, out) = git.args(["-z", "--get-regexp", &pattern]).run_expecting(&[1])?;
    let end = format!(".{last}").into_bytes();
    let named = pairs(&out).into_iter().filter_map(|(key, value)| {
        let name = key.strip_prefix(b"submodule.")?.strip_suffix(end.as_slice())?;
        Some((name.to_vec(), value))
    });
    Ok(named.collect())
}

/// `key LF value NUL`, as git prints settings.
fn pairs(out: &[u8]) -> Vec<Setting> {
    let entries = out.split(|byte| *byte == 0).filter(|entry| !entry.is_empty());
    let pair = |entry: &[u8]| {
        let end = entry.iter().position(|byte| *byte == b'\n')?;
        Some((entry[..end].to_vec(), entry[end + 1..].to_vec()))
    };
    entries.filter_map(pair).collect()
}

/// The submodules of a work tree's index, with the commit of each.
fn gitlinks(folder: &Path) -> Result<BTreeMap<Vec<u8>, Oid>, GitError> {
    let git = Git::new("listing the submodules").in_dir(folder);
    let out = git.args(["ls-files", "-z", "--stage"]).run()?;
    let entries = out.split(|byte| *byte == 0);
    let link = |entry: &[u8]| {
        let rest = entry.strip_prefix(b"160000 ")?;
        let tab = rest.iter().position(|byte| *byte == b'\t')?;
        let hex = rest[..tab].split(|byte| *byte == b' ').next()?;
        Some((rest[tab + 1..].to_vec(), Oid::from_hex(hex).ok()?))
    };
    Ok(entries.filter_map(link).collect())
}

/// A name or path that leads down and nowhere else.
fn plain(bytes: &[u8]) -> Option<PathBuf> {
    let path = native_path(bytes).ok()?;
    let down = path.components().all(|part| matches!(part, Component::Normal(_)));
    (down && !bytes.is_empty() && !bytes.ends_with(UNFINISHED.as_bytes())).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn a_name_that_leads_elsewhere_is_none() {
        assert!(plain(b"vendor/sub").is_some());
        for name in [
            b"".as_slice(),
            b"..",
            b"a/../../b",
            b"/etc",
            b"./a",
            b"a.lane-new",
        ] {
            assert_eq!(plain(name), None, "{name:?}");
        }
    }
}
