//! Object names without a repository: what a verifier computes and never writes.

use std::fs;
use std::path::Path;

use git2::ObjectType;

use crate::Oid;
use crate::Repo;
use crate::TreeEntry;

/// The name that a blob of this content has.
pub fn hash_blob(content: &[u8]) -> Oid {
    hash(ObjectType::Blob, content)
}

/// The blob that what lies at a path makes: the bytes of a file, unconverted, or the name that a link points to. None where
/// neither is there, or it cannot be read.
pub fn hash_on_disk(path: &Path) -> Option<Oid> {
    let meta = path.symlink_metadata().ok()?;
    if meta.is_symlink() {
        let target = fs::read_link(path).ok()?;
        return Some(hash_blob(target.as_os_str().as_encoded_bytes()));
    }
    // A pipe would be waited for.
    let file = meta
        .is_file()
        .then(|| git2::Oid::hash_file(ObjectType::Blob, path))?;
    file.ok().map(Oid::from)
}

/// The name that a tree of these entries has, in whatever order they are given.
pub fn hash_tree(entries: &[TreeEntry]) -> Oid {
    hash(ObjectType::Tree, &tree_bytes(entries))
}

/// A tree of these entries as it is stored.
pub(crate) fn tree_bytes(entries: &[TreeEntry]) -> Vec<u8> {
    let mut sorted: Vec<&TreeEntry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.git_order(b));
    let mut bytes = Vec::new();
    for entry in sorted {
        bytes.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
        bytes.extend_from_slice(&entry.name);
        bytes.push(0);
        bytes.extend_from_slice(entry.oid.as_bytes());
    }
    bytes
}

/// Content cannot make hashing fail. If libgit2 did, zero would equal no object's name.
pub(crate) fn hash(kind: ObjectType, content: &[u8]) -> Oid {
    git2::Oid::hash_object(kind, content).map_or(Oid::ZERO, Oid::from)
}

impl Repo {
    /// [`hash_blob`].
    pub fn hash_blob(&self, content: &[u8]) -> Oid {
        hash_blob(content)
    }

    /// [`hash_tree`].
    pub fn hash_tree(&self, entries: &[TreeEntry]) -> Oid {
        hash_tree(entries)
    }
}
