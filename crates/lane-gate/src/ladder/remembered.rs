//! cargo's answer as it is remembered: with the manifests that git does not list, which its name says nothing about.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::path::PathBuf;

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

use super::Request;
use crate::cargo::Answer;
use crate::cargo::Workspace;
use crate::run::hex;

/// An answer, and what it holds for besides its name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Remembered {
    /// The work tree that it was given in, where it is also about files outside.
    root: Option<PathBuf>,
    /// Manifests and lock files that git does not list, with a digest of each: from the root, or absolute outside.
    unlisted: BTreeMap<PathBuf, String>,
    /// What cargo said.
    pub(super) workspace: Workspace,
}

impl Remembered {
    pub(super) fn of(answer: &Answer, request: &Request<'_>) -> Self {
        let listed: BTreeSet<&[u8]> = request
            .files
            .list()
            .iter()
            .map(|file| file.path.as_slice())
            .collect();
        let real = fs::canonicalize(request.root).unwrap_or_default();
        let below = |path: &Path| {
            let below = path
                .strip_prefix(request.root)
                .or_else(|_| path.strip_prefix(&real));
            below.ok().map(Path::to_path_buf)
        };
        let (mut outside, mut unlisted) = (false, BTreeMap::new());
        for path in &answer.manifests {
            let named = match below(path) {
                Some(inner) if listed.contains(inner.as_os_str().as_encoded_bytes()) => continue,
                Some(inner) => inner,
                None => {
                    outside = true;
                    path.clone()
                }
            };
            unlisted.insert(named, digest(path));
        }
        Self {
            root: outside.then(|| request.root.to_path_buf()),
            unlisted,
            workspace: answer.workspace.clone(),
        }
    }

    /// Whether it still holds in this work tree.
    pub(super) fn holds(&self, root: &Path) -> bool {
        let mut unlisted = self.unlisted.iter();
        self.root.as_deref().is_none_or(|known| known == root)
            && unlisted.all(|(path, known)| digest(&root.join(path)) == *known)
    }
}

/// What is not there has a digest, too: none.
fn digest(path: &Path) -> String {
    fs::read(path).map_or_else(|_| String::new(), |bytes| hex(&Sha256::digest(&bytes)))
}
