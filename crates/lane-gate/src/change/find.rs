//! What changed, found: the files as they are, what is staged, or a commit, against a base.

use std::collections::BTreeMap;

use lane_git::Against;
use lane_git::File;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use super::Change;
use super::Changed;
use super::Extent;
use crate::Files;

/// What a change is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// This commit.
    Commit(Oid),
    /// Nothing: everything that is there is new, and known.
    Nothing,
    /// Nobody knows, or everything is asked for, as a part of a sentence: `the base is missing`.
    Everything(String),
}

impl Change {
    /// The files of a work tree or a tree against the base. Both sides of a rename are in it, as two paths.
    ///
    /// # Errors
    /// When the base's tree cannot be read: never an empty change instead.
    pub fn since(repo: &Repo, base: &Base, files: &Files) -> Result<Self, GitError> {
        let commit = match base {
            Base::Commit(commit) => *commit,
            Base::Nothing => return Ok(Self::of(Oid::EMPTY_TREE, all(files))),
            Base::Everything(why) => return Ok(Self::everything(why, all(files))),
        };
        let tree = repo.commit(commit)?.tree;
        let before = repo.files_in_tree(tree, &|_| true)?;
        Ok(Self::of(commit, differences(&before, files.list())))
    }

    /// What is staged against HEAD. The index is the one that git's environment names.
    ///
    /// # Errors
    /// When the index cannot be read: never an empty change instead.
    pub fn staged(repo: &Repo) -> Result<Self, GitError> {
        let head = repo.head()?.oid();
        let staged = repo.staged_changes(Against::Head)?;
        Ok(Self::of(
            head.unwrap_or(Oid::EMPTY_TREE),
            staged.iter().map(Changed::from).collect(),
        ))
    }

    fn of(base: Oid, files: Vec<Changed>) -> Self {
        Self {
            base: Some(base.to_string()),
            extent: Extent::Files(files),
        }
    }

    fn everything(why: &str, files: Vec<Changed>) -> Self {
        Self {
            base: None,
            extent: Extent::Everything {
                why: why.to_owned(),
                files: Some(files),
            },
        }
    }
}

fn all(files: &Files) -> Vec<Changed> {
    differences(&[], files.list())
}

/// The paths that are not the same in both lists. Of a path that is unmerged, the file on disk counts; where there is
/// none, it is gone.
fn differences(before: &[File], after: &[File]) -> Vec<Changed> {
    let mut paths: BTreeMap<&[u8], (Option<&File>, Option<&File>)> = BTreeMap::new();
    for file in before {
        paths.entry(&file.path).or_default().0 = Some(file);
    }
    for file in after {
        paths.entry(&file.path).or_default().1 = Some(file);
    }
    let differ = |sides: &(Option<&File>, Option<&File>)| match sides {
        (Some(one), Some(other)) => (one.mode, one.oid) != (other.mode, other.oid),
        _ => true,
    };
    let mode = |file: Option<&File>| file.map_or(0, |file| file.mode);
    paths
        .into_iter()
        .filter(|(_, sides)| differ(sides))
        .map(|(path, (old, new))| Changed {
            path: path.to_vec(),
            old_mode: mode(old),
            new_mode: mode(new),
        })
        .collect()
}
