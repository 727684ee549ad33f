//! A tree with some files added, replaced or removed; what is not touched keeps its name and is not even read.

use std::collections::BTreeMap;

use git2::ObjectType;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::TreeEntry;
use crate::hash::tree_bytes;
use crate::trees::FILE;
use crate::trees::FOLDER;

/// How deep paths go; folders are edited by recursion.
const DEPTH_LIMIT: usize = 64;

/// What is to happen to one name of a folder.
#[derive(Default)]
struct Edit<'a> {
    /// The file itself: some = this blob, some none = gone.
    file: Option<Option<Oid>>,
    /// Files below it, by the rest of their path.
    below: Vec<(&'a str, Option<Oid>)>,
}

/// What a name is to become.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Keep,
    Gone,
    Entry(u32, Oid),
}

impl Repo {
    /// Writes the tree that `base` (none = empty) becomes by `edits`: path → blob, or none to remove the file.
    /// Files get mode 0o100644. Folders that become empty disappear, up to the root, which is then the empty tree.
    /// Removing what is not there changes nothing. One write per touched folder, and none if nothing changes.
    ///
    /// # Errors
    /// [`GitError::Refused`] for a path that is no plain relative path of at most 64 levels (`a//b`, `../a`,
    /// `.git/x`); [`GitError::DirectoryConflict`] when an edit would put a file where a folder stays or the other
    /// way round; when a blob or tree is missing.
    pub fn edit_tree(
        &self,
        base: Option<Oid>,
        edits: &BTreeMap<String, Option<Oid>>,
    ) -> Result<Oid, GitError> {
        for path in edits.keys() {
            check_path(path)?;
        }
        let base = base.filter(|base| *base != Oid::EMPTY_TREE);
        let list = edits.iter().map(|(path, blob)| (path.as_str(), *blob)).collect();
        match self.edit_folder(base, list)? {
            Some(tree) => Ok(tree),
            None => self.put(ObjectType::Tree, Vec::new(), "a tree"),
        }
    }

    /// None = the folder is empty now.
    fn edit_folder(
        &self,
        base: Option<Oid>,
        edits: Vec<(&str, Option<Oid>)>,
    ) -> Result<Option<Oid>, GitError> {
        let mut entries = base.map_or_else(|| Ok(Vec::new()), |base| self.tree(base))?;
        let mut changes = Vec::new();
        for (name, edit) in by_name(edits) {
            let now = entries.iter().find(|entry| entry.name == name.as_bytes());
            let now = now.map(|entry| (entry.mode, entry.oid));
            let outcome = self.outcome(name, now, edit)?;
            if outcome != Outcome::Keep {
                changes.push((name, outcome));
            }
        }
        if changes.is_empty() {
            return Ok(base);
        }
        for (name, outcome) in changes {
            entries.retain(|entry| entry.name != name.as_bytes());
            if let Outcome::Entry(mode, oid) = outcome {
                self.check_is(mode, oid)?;
                let name = name.as_bytes().to_vec();
                entries.push(TreeEntry { name, mode, oid });
            }
        }
        if entries.is_empty() {
            return Ok(None);
        }
        self.put(ObjectType::Tree, tree_bytes(&entries), "a tree")
            .map(Some)
    }

    /// A tree must not name what is not there.
    fn check_is(&self, mode: u32, oid: Oid) -> Result<(), GitError> {
        if mode == FOLDER || self.is_staged(oid) || self.has_object(oid)? {
            return Ok(());
        }
        Err(GitError::Missing { oid })
    }

    fn outcome(&self, name: &str, now: Option<(u32, Oid)>, edit: Edit<'_>) -> Result<Outcome, GitError> {
        let conflict = || GitError::DirectoryConflict {
            path: name.to_owned(),
        };
        let folder = now.filter(|(mode, _)| *mode == FOLDER).map(|(_, oid)| oid);
        let has_file = now.is_some() && folder.is_none();
        let adds_below = edit.below.iter().any(|(_, blob)| blob.is_some());
        if has_file && adds_below && edit.file != Some(None) {
            return Err(conflict());
        }
        let below = if edit.below.is_empty() {
            folder
        } else {
            self.edit_folder(folder, edit.below)?
        };
        let next = match (below, edit.file) {
            (Some(_), Some(Some(_))) => return Err(conflict()),
            (Some(_), Some(None)) if !adds_below && folder.is_some() => return Err(conflict()),
            (Some(tree), _) => Some((FOLDER, tree)),
            (None, Some(Some(blob))) => Some((FILE, blob)),
            (None, None) if has_file => now,
            (None, _) => None,
        };
        Ok(match next {
            _ if next == now => Outcome::Keep,
            None => Outcome::Gone,
            Some((mode, oid)) => Outcome::Entry(mode, oid),
        })
    }
}

fn by_name<'a>(edits: Vec<(&'a str, Option<Oid>)>) -> BTreeMap<&'a str, Edit<'a>> {
    let mut names: BTreeMap<&str, Edit<'_>> = BTreeMap::new();
    for (path, blob) in edits {
        match path.split_once('/') {
            Some((name, rest)) => names.entry(name).or_default().below.push((rest, blob)),
            None => names.entry(path).or_default().file = Some(blob),
        }
    }
    names
}

fn check_path(path: &str) -> Result<(), GitError> {
    let good = |part: &str| {
        !part.is_empty()
            && part.len() <= 255
            && !matches!(part, "." | "..")
            && !part.eq_ignore_ascii_case(".git")
            && !part.contains(['\0', '\n', '\\'])
    };
    if path.split('/').all(good) && path.split('/').count() <= DEPTH_LIMIT {
        Ok(())
    } else {
        Err(GitError::refused("path", path))
    }
}
