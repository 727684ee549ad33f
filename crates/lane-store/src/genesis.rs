//! The first commit of a state: a pure function of the repository's id, so that two who `init` agree.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::event::chain_of;
use lane_core::record::Meta;
use lane_git::Ident;
use lane_git::NewCommit;
use lane_git::Oid;
use lane_git::Repo;
use lane_git::hash_commit;

use crate::error::StoreError;
use crate::layout;

/// The chain value that the first event follows.
pub(crate) fn genesis_chain(repository: &str) -> String {
    chain_of("", &format!("{repository}\n"))
}

/// The tree's only file.
pub(crate) fn genesis_record(repository: &str) -> Result<String, StoreError> {
    Ok(codec::encode(&Meta::genesis(repository))?)
}

/// The first commit, on that tree.
fn first<'m>(tree: Oid, message: &'m str) -> NewCommit<'m> {
    let author = Ident {
        name: "git-lane".to_owned(),
        email: "git-lane@localhost".to_owned(),
    };
    NewCommit {
        tree,
        parents: Vec::new(),
        author,
        time: 0,
        message,
    }
}

fn message(repository: &str) -> String {
    format!("git-lane state of {repository}\n")
}

/// Writes the first commit (no ref is moved) and gives its name.
pub fn genesis(repo: &Repo, repository: &str) -> Result<Oid, StoreError> {
    let blob = repo.write_blob(genesis_record(repository)?.as_bytes())?;
    let tree = repo.edit_tree(None, &BTreeMap::from([(layout::META.to_owned(), Some(blob))]))?;
    Ok(repo.write_commit(&first(tree, &message(repository)))?)
}

/// The first commit's name; nothing is written.
pub(crate) fn genesis_name(repository: &str, tree: Oid) -> Oid {
    hash_commit(&first(tree, &message(repository)))
}
