//! Objects that wait for each other on their way to disk.

use std::collections::BTreeMap;
use std::fs;

use crate::scratch::Scratch;
use lane_git::Ident;
use lane_git::NewCommit;
use lane_git::Oid;
use lane_git::Repo;

/// A commit of two files in folders, none of it in the repository before.
fn write(repo: &Repo) -> Oid {
    let blob = |text: &str| Some(repo.write_blob(text.as_bytes()).unwrap());
    let edits = [("a/one", blob("1\n")), ("a/b/two", blob("2\n"))];
    let edits: BTreeMap<String, Option<Oid>> = edits.map(|(path, blob)| (path.to_owned(), blob)).into();
    let author = Ident {
        name: "Ann".to_owned(),
        email: "ann@example.org".to_owned(),
    };
    let new = NewCommit {
        tree: repo.edit_tree(None, &edits).unwrap(),
        parents: Vec::new(),
        author,
        time: 1_700_000_000,
        message: "new\n",
    };
    repo.write_commit(&new).unwrap()
}

#[test]
fn synced_objects_are_the_same_as_others_and_git_finds_nothing_wrong_with_them() {
    let (plain, synced) = (Scratch::new(), Scratch::new());
    let commit = write(&plain.repo());
    let repo = synced.repo();
    repo.set_fsync(true);
    assert_eq!(write(&repo), commit);
    assert!(!repo.has_object(commit).unwrap(), "it was synced alone");
    repo.flush_objects().unwrap();
    repo.set_fsync(false);
    for scratch in [&plain, &synced] {
        scratch.git(["update-ref", "refs/heads/main", &commit.to_string()]);
        assert_eq!(scratch.git(["fsck", "--strict"]), "");
        assert_eq!(scratch.git(["show", "main:a/b/two"]), "2");
    }
    let garbage = synced.git(["count-objects", "-v"]);
    assert!(
        garbage.contains("count: 6\n") && garbage.contains("garbage: 0"),
        "{garbage}"
    );
}

#[test]
fn a_swap_flushes_what_its_commit_needs() {
    let scratch = Scratch::new();
    let repo = scratch.repo();
    repo.set_fsync(true);
    let commit = write(&repo);
    repo.swap_ref("refs/agents/state", None, commit, &scratch.lock())
        .unwrap();
    repo.set_fsync(false);
    scratch.git(["fsck", "--strict"]);
    assert_eq!(scratch.git(["show", "refs/agents/state:a/one"]), "1");
}

#[test]
fn an_object_that_was_there_is_taken_as_it_is_and_missing_ones_are_still_missed() {
    let scratch = Scratch::with_commit();
    let repo = scratch.repo();
    repo.set_fsync(true);
    let there = repo.write_blob(b"a\n").unwrap();
    assert_eq!(there, scratch.oid("HEAD:a.txt"));
    let missing = BTreeMap::from([("x".to_owned(), Some(lane_git::hash_blob(b"nowhere")))]);
    assert!(repo.edit_tree(None, &missing).is_err());
    repo.flush_objects().unwrap();
    repo.set_fsync(false);
    assert!(scratch.git(["count-objects"]).starts_with("5 objects"));
}

#[cfg(unix)]
#[test]
fn a_flush_that_fails_says_so_and_can_be_made_good() {
    let scratch = Scratch::new();
    let repo = scratch.repo();
    repo.set_fsync(true);
    let blob = repo.write_blob(b"text\n").unwrap();
    let folder = scratch.root.join(".git/objects").join(&blob.to_string()[..2]);
    fs::write(&folder, "in the way").unwrap();
    assert!(repo.flush_objects().is_err());
    fs::remove_file(&folder).unwrap();
    repo.flush_objects().unwrap();
    repo.set_fsync(false);
    assert_eq!(scratch.git(["cat-file", "blob", &blob.to_string()]), "text");
}
