//! What checks read: the files as they are, looked at once for all checks, and a digest of those in each one's scope.

use std::collections::BTreeSet;

use lane_core::glob::Scope;
use lane_git::File;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;
use sha2::Digest as _;
use sha2::Sha256;

use crate::run::hex;

/// What the bytes of this worktree's files are remembered in, in its git dir.
const MEMORY: [&str; 2] = ["lane", "gate-files"];
/// Settings that make other bytes on disk of the same blobs.
const CHECKOUT: [&str; 3] = ["core.autocrlf", "core.eol", "core.symlinks"];

/// The files of a work tree, an index or a tree. A clean work tree, its index and its commit have the same digests; what
/// counts as changed, and what about submodules and links, is told at [`Repo::files_as_they_are`]; where bytes on disk are
/// not those of the blob that git takes them for, they are what counts here.
#[derive(Clone, Debug)]
pub struct Files {
    list: Vec<File>,
    everything: Scope,
    checkout: String,
    stored: bool,
    converted: bool,
}

impl Files {
    /// The files in the work tree that some scope covers, the untracked ones too. Only these are read.
    ///
    /// # Errors
    /// When git cannot look, or a file cannot be read: never fewer files instead.
    pub fn in_worktree(repo: &Repo, scopes: &[&Scope]) -> Result<Self, GitError> {
        let everything = Scope::everything();
        let all = scopes.contains(&&everything);
        let wanted = |path: &[u8]| all || scopes.iter().any(|scope| scope.covers(path));
        let memory = repo.git_dir().join(MEMORY[0]).join(MEMORY[1]);
        let list = repo.files_with_their_bytes(&wanted, &memory)?;
        let converted = list.iter().any(|file| file.disk.is_some());
        Self::new(repo, list, false, converted)
    }

    /// What is staged.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn staged(repo: &Repo) -> Result<Self, GitError> {
        Self::new(repo, repo.files_in_index(&|_| true)?, true, false)
    }

    /// What a tree holds. Where a checkout may give other bytes, nobody has seen those, and no work tree has this key.
    ///
    /// # Errors
    /// When a part of it cannot be read.
    pub fn of_tree(repo: &Repo, tree: Oid) -> Result<Self, GitError> {
        let list = repo.files_in_tree(tree, &|_| true)?;
        let converted = repo.checkout_may_convert(&list)?;
        let mut files = Self::new(repo, list, true, converted)?;
        if converted {
            files.checkout.push_str("not checked out;");
        }
        Ok(files)
    }

    fn new(repo: &Repo, list: Vec<File>, stored: bool, converted: bool) -> Result<Self, GitError> {
        let mut checkout = String::new();
        for name in CHECKOUT {
            let value = repo.config_get(name)?.unwrap_or_default();
            checkout.push_str(&format!("{name}={value:?};"));
        }
        Ok(Self {
            list,
            everything: Scope::everything(),
            checkout,
            stored,
            converted,
        })
    }

    /// The files, by path and stage.
    pub fn list(&self) -> &[File] {
        &self.list
    }

    /// Whether a file has other bytes on disk than those that git stored of it; in a tree, whether one may get them.
    pub fn are_converted(&self) -> bool {
        self.converted
    }

    /// Whether they are an index's or a tree's, and not a work tree's.
    pub fn are_stored(&self) -> bool {
        self.stored
    }

    /// `sha256:<hex>` of path, mode and content of the files that the scope covers. Submodules count in every scope,
    /// for a glob need not cover the path of what it covers everything below of.
    pub fn digest(&self, scope: &Scope) -> String {
        let mut digest = Sha256::new();
        digest.update("files 2\n");
        for file in self.read_by(scope) {
            digest.update(file.mode.to_be_bytes());
            digest.update([file.stage]);
            digest.update(file.content().as_bytes());
            digest.update((file.path.len() as u64).to_be_bytes());
            digest.update(&file.path);
        }
        format!("sha256:{}", hex(&digest.finalize()))
    }

    /// The files that the digest of the scope is of.
    pub(crate) fn read_by<'f>(&'f self, scope: &Scope) -> impl Iterator<Item = &'f File> {
        let all = *scope == self.everything;
        let read = move |file: &&File| all || file.mode == 0o160_000 || scope.covers(&file.path);
        self.list.iter().filter(read)
    }

    /// The paths in the scope that are not the same in the other list, sorted.
    pub(crate) fn differing<'f>(&'f self, other: &'f Self, scope: &Scope) -> Vec<&'f [u8]> {
        let ours: BTreeSet<&File> = self.read_by(scope).collect();
        let theirs: BTreeSet<&File> = other.read_by(scope).collect();
        let mut paths: Vec<&[u8]> = ours
            .symmetric_difference(&theirs)
            .map(|file| file.path.as_slice())
            .collect();
        paths.dedup();
        paths
    }

    /// How blobs become files here, by git's configuration: a part of a receipt's key, and of no digest.
    pub fn checkout(&self) -> &str {
        &self.checkout
    }
}
