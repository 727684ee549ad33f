//! Trees: their entries, and the entry at a path.

use std::cmp::Ordering;

use git2::ObjectType;

use crate::GitError;
use crate::Oid;
use crate::Repo;

/// The mode of a folder.
pub(crate) const FOLDER: u32 = 0o040_000;
/// The mode of an ordinary file.
pub(crate) const FILE: u32 = 0o100_644;

/// One line of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// The name: one component, no slash.
    pub name: Vec<u8>,
    /// The mode as stored: 0o040000 folder, 0o100644 file, 0o100755 program, 0o120000 symbolic link, 0o160000 submodule.
    pub mode: u32,
    /// The object.
    pub oid: Oid,
}

impl TreeEntry {
    /// Whether it is a folder.
    pub fn is_tree(&self) -> bool {
        self.mode == FOLDER
    }

    /// git's order: a folder sorts as if its name ended with a slash.
    pub(crate) fn git_order(&self, other: &TreeEntry) -> Ordering {
        let key = |entry: &'_ TreeEntry| entry.is_tree().then_some(b'/');
        let (a, b) = (
            self.name.iter().copied().chain(key(self)),
            other.name.iter().copied().chain(key(other)),
        );
        a.cmp(b)
    }
}

impl Repo {
    /// The entries of a tree, in git's order.
    ///
    /// # Errors
    /// [`GitError::Missing`]; [`GitError::WrongKind`] also for one that cannot be parsed.
    pub fn tree(&self, oid: Oid) -> Result<Vec<TreeEntry>, GitError> {
        if oid == Oid::EMPTY_TREE {
            return Ok(Vec::new());
        }
        let raw = self.structure(oid, ObjectType::Tree, "tree")?;
        parse(&raw).ok_or(GitError::WrongKind { oid, wanted: "tree" })
    }

    /// The entry at `path` (`a/b/c`) below `tree`; none if there is none or something above it is no folder.
    ///
    /// # Errors
    /// When a tree on the way cannot be read.
    pub fn entry_at(&self, tree: Oid, path: &str) -> Result<Option<TreeEntry>, GitError> {
        let mut tree = tree;
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            let found = self
                .tree(tree)?
                .into_iter()
                .find(|entry| entry.name == part.as_bytes());
            match found {
                Some(entry) if parts.peek().is_some() && entry.is_tree() => tree = entry.oid,
                Some(entry) if parts.peek().is_none() => return Ok(Some(entry)),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }
}

fn parse(mut raw: &[u8]) -> Option<Vec<TreeEntry>> {
    let mut entries = Vec::new();
    while !raw.is_empty() {
        let space = raw.iter().position(|byte| *byte == b' ')?;
        let end = space + raw[space..].iter().position(|byte| *byte == 0)?;
        let mode = u32::from_str_radix(std::str::from_utf8(&raw[..space]).ok()?, 8).ok()?;
        let oid = Oid::from_bytes(raw.get(end + 1..end + 21)?.try_into().ok()?);
        entries.push(TreeEntry {
            name: raw[space + 1..end].to_vec(),
            mode,
            oid,
        });
        raw = &raw[end + 21..];
    }
    Some(entries)
}
