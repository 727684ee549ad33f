//! What a merge commit changes beside what git makes of its parents, on merges that git itself makes.

use std::fs;

use crate::scratch::Scratch;

/// A repository on `main`, with a branch `lane` and one `other` that each change a file of their own.
fn forked() -> Scratch {
    let scratch = Scratch::new();
    put(&scratch, "both", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    for (branch, path) in [("lane", "mine"), ("other", "theirs")] {
        scratch.git(["switch", "--quiet", "-c", branch, "main"]);
        put(&scratch, path, "work\n");
    }
    scratch.git(["switch", "--quiet", "main"]);
    put(&scratch, "more", "main goes on\n");
    scratch
}

fn put(scratch: &Scratch, path: &str, text: &str) {
    scratch.write(path, text);
    scratch.commit(path);
}

/// The paths that the commit `HEAD` changes beside what its parents come to. Nothing is written for that.
fn beside(scratch: &Scratch) -> Vec<String> {
    let repo = scratch.repo();
    let before = objects(scratch);
    let head = repo.resolve("HEAD").unwrap();
    let changes = repo.beside_merge(&repo.commit(head).unwrap()).unwrap();
    assert_eq!(objects(scratch), before, "objects were written");
    let paths = changes
        .iter()
        .map(|change| String::from_utf8_lossy(&change.path).into_owned());
    paths.collect()
}

fn objects(scratch: &Scratch) -> usize {
    let folders = fs::read_dir(scratch.root.join(".git/objects")).unwrap();
    let counts = folders.map(|folder| fs::read_dir(folder.unwrap().path()).unwrap().count());
    counts.sum()
}

/// Puts a file into the commit that is there.
fn slip_in(scratch: &Scratch, path: &str, text: &str) {
    scratch.write(path, text);
    scratch.git(["add", "--", path]);
    scratch.git(["commit", "--quiet", "--amend", "--no-edit"]);
}

#[test]
fn what_git_makes_by_itself_is_nothing_and_what_was_slipped_in_is_named() {
    for branches in [&["lane"][..], &["lane", "other"]] {
        let scratch = forked();
        let mut merge = vec!["merge", "--quiet", "--no-ff", "--no-edit"];
        merge.extend(branches);
        scratch.git(&merge);
        assert!(beside(&scratch).is_empty(), "{branches:?}");
        slip_in(&scratch, "mine", "something else\n");
        slip_in(&scratch, "new", "x\n");
        assert_eq!(beside(&scratch), ["mine", "new"], "{branches:?}");
    }
}

#[test]
fn a_side_that_was_dropped_is_named_and_a_conflict_is_not() {
    let scratch = forked();
    scratch.git(["merge", "--quiet", "--no-ff", "--no-edit", "-s", "ours", "lane"]);
    assert_eq!(beside(&scratch), ["mine"]);

    let scratch = forked();
    put(&scratch, "both", "1\n2\n3\n4\nmain\n6\n7\n8\n9\n");
    scratch.git(["switch", "--quiet", "lane"]);
    put(&scratch, "both", "1\n2\n3\n4\nlane\n6\n7\n8\n9\n");
    scratch.git(["switch", "--quiet", "main"]);
    scratch.git(["merge", "--quiet", "--no-ff", "--no-edit", "-X", "ours", "lane"]);
    assert!(beside(&scratch).is_empty());
    slip_in(&scratch, "mine", "something else\n");
    assert_eq!(beside(&scratch), ["mine"]);
}

#[test]
fn what_both_changed_apart_from_one_another_is_no_difference() {
    let scratch = forked();
    put(&scratch, "both", "main\n2\n3\n4\n5\n6\n7\n8\n9\n");
    scratch.git(["switch", "--quiet", "lane"]);
    put(&scratch, "both", "1\n2\n3\n4\n5\n6\n7\n8\nlane\n");
    scratch.git(["switch", "--quiet", "main"]);
    scratch.git(["merge", "--quiet", "--no-ff", "--no-edit", "lane"]);
    assert!(beside(&scratch).is_empty());
    slip_in(&scratch, "both", "main\n2\n3\n4\n5\n6\n7\n8\nother\n");
    assert_eq!(beside(&scratch), ["both"]);
}
