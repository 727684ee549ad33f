//! Reading records out of a tree: bounded, faults named by file and line.

use lane_core::codec;
use lane_core::view::Unreadable;
use lane_git::ObjectError;
use lane_git::Oid;
use lane_git::Repo;
use serde::de::DeserializeOwned;

/// Records of one tree.
pub struct Records<'a> {
    repo: &'a Repo,
    tree: Oid,
}

impl<'a> Records<'a> {
    /// The records below `tree`, the root of a state.
    pub fn new(repo: &'a Repo, tree: Oid) -> Self {
        Self { repo, tree }
    }

    /// The record at a path.
    pub fn at<T: DeserializeOwned>(&self, path: &str) -> Result<Option<T>, Unreadable> {
        match self.entry(path)? {
            Some(blob) => self.blob(blob, path).map(Some),
            None => Ok(None),
        }
    }

    /// The object at a path.
    pub fn entry(&self, path: &str) -> Result<Option<Oid>, Unreadable> {
        let found = self
            .repo
            .entry_at(self.tree, path)
            .map_err(|e| unreadable(path, &e))?;
        Ok(found.map(|entry| entry.oid))
    }

    /// The record in a blob that stands at `path`.
    pub fn blob<T: DeserializeOwned>(&self, blob: Oid, path: &str) -> Result<T, Unreadable> {
        let bytes = self.repo.blob(blob, codec::MAX_BYTES).map_err(|e| match e {
            ObjectError::TooLarge { size, .. } => fault(path, codec::CodecError::TooLarge(size).to_string()),
            ObjectError::Git(e) => unreadable(path, &e),
        })?;
        codec::decode(&bytes).map_err(|e| fault(path, e.to_string()))
    }

    /// The names and objects directly in a folder.
    pub fn folder(&self, path: &str) -> Result<Vec<(String, Oid)>, Unreadable> {
        let Some(tree) = self.entry(path)? else {
            return Ok(Vec::new());
        };
        let entries = self.repo.tree(tree).map_err(|e| unreadable(path, &e))?;
        Ok(entries
            .into_iter()
            .filter_map(|e| Some((String::from_utf8(e.name).ok()?, e.oid)))
            .collect())
    }

    /// All records directly in a folder.
    pub fn all_in<T: DeserializeOwned>(&self, path: &str) -> Result<Vec<T>, Unreadable> {
        let files = self.folder(path)?;
        files
            .into_iter()
            .map(|(name, blob)| self.blob(blob, &format!("{path}/{name}")))
            .collect()
    }
}

pub(crate) fn fault(path: &str, fault: String) -> Unreadable {
    Unreadable {
        path: path.to_owned(),
        fault,
    }
}

pub(crate) fn unreadable(path: &str, error: &lane_git::GitError) -> Unreadable {
    fault(path, format!("cannot be read: {error}"))
}
