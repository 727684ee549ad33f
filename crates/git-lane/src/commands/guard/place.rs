//! Whose a file is: the worktree that it lies in, or git's own folder there.

use std::collections::HashMap;
use std::path::Path;
use std::path::PathBuf;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_git::Repo;
use lane_rules::Finding;
use lane_rules::Remedy;

use super::around;
use super::call::Call;
use super::resolve;
use crate::error::CliError;
use crate::session;

/// What of a git dir decides what git and git-lane do. What people write there (messages, lists of a rebase, excludes) is
/// not among it.
const OWN: &[&str] = &[
    "HEAD",
    "commondir",
    "config",
    "config.worktree",
    "gitdir",
    "hooks",
    "index",
    "info/attributes",
    "info/grafts",
    "lane",
    "logs",
    "objects",
    "packed-refs",
    "refs",
    "reftable",
    "shallow",
    "worktrees",
];

/// Where a file lies in a repository.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// In the work tree: the path from its root.
    WorkTree(Vec<u8>),
    /// In what is git's own: the path as it is shown.
    GitDir(Vec<u8>),
}

/// The files of a call that lie in one worktree.
pub(super) struct Group {
    pub(super) repo: Repo,
    pub(super) paths: Vec<Within>,
}

/// The files of a call by the worktree in which each lies, the deepest; those in no repository left out.
///
/// # Errors
/// When a path cannot be followed, or a repository is there that cannot be opened.
pub(super) fn groups(call: &Call) -> Result<Vec<Group>, CliError> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: HashMap<PathBuf, Option<usize>> = HashMap::new();
    for named in &call.paths {
        let failed = |e| {
            let shown = text::excerpt(&text::escape_path(named.as_bytes()), 200);
            CliError::io(format!("{shown} cannot be followed to where it leads"), e)
        };
        for path in resolve::places(&call.cwd.join(named)).map_err(failed)? {
            let Some(folder) = folder_of(&path) else { continue };
            let index = match known.get(folder) {
                Some(index) => *index,
                None => {
                    let index = group_of(folder, &mut groups)?;
                    known.insert(folder.to_owned(), index);
                    index
                }
            };
            let Some(group) = index.and_then(|index| groups.get_mut(index)) else {
                continue;
            };
            if let Some(within) = within(&group.repo, &path)
                && !group.paths.contains(&within)
            {
                group.paths.push(within);
            }
        }
    }
    Ok(groups)
}

/// The deepest folder on the way to a file that is there. A folder itself is no file that could be edited.
fn folder_of(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).find(|folder| folder.is_dir())
}

fn group_of(folder: &Path, groups: &mut Vec<Group>) -> Result<Option<usize>, CliError> {
    let Some(repo) = around(folder)? else {
        return Ok(None);
    };
    if let Some((what, mend)) = session::moved(&repo) {
        return Err(CliError::setup(what, mend));
    }
    let same = |group: &Group| group.repo.git_dir() == repo.git_dir();
    if let Some(index) = groups.iter().position(same) {
        return Ok(Some(index));
    }
    groups.push(Group {
        repo,
        paths: Vec::new(),
    });
    Ok(Some(groups.len() - 1))
}

fn within(repo: &Repo, path: &Path) -> Option<Within> {
    for dir in [repo.git_dir(), repo.common_dir()] {
        if let Some(below) = below(dir, path) {
            let own = OWN.iter().any(|name| {
                let rest = below.strip_prefix(name.as_bytes());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
            });
            return own.then(|| Within::GitDir([b".git/", below.as_slice()].concat()));
        }
    }
    let below = below(repo.work_dir()?, path)?;
    let first = below.split(|byte| *byte == b'/').next().unwrap_or_default();
    // A linked worktree's `.git` is a file that says whose it is.
    if first.eq_ignore_ascii_case(b".git") {
        return Some(Within::GitDir(below));
    }
    Some(Within::WorkTree(below))
}

/// The path from a folder, in git's bytes; none for the folder itself.
fn below(folder: &Path, path: &Path) -> Option<Vec<u8>> {
    let rest = match path.strip_prefix(folder) {
        Ok(rest) => rest,
        Err(_) => path.strip_prefix(folder.canonicalize().ok()?).ok()?,
    };
    let parts: Vec<&[u8]> = rest.iter().map(std::ffi::OsStr::as_encoded_bytes).collect();
    (!parts.is_empty()).then(|| parts.join(&b'/'))
}

/// The finding against an edit of what is git's own.
pub(super) fn own_file(path: &[u8]) -> Finding {
    let what = format!(
        "{} decides what git and git-lane do here, and is not edited by hand",
        text::escape_path(path)
    );
    let ways = vec![Remedy::Run("git lane doctor".to_owned())];
    Finding::path(path, Refusal::new(&ground::GIT_DIR, what), ways)
}
