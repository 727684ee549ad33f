//! Whether two commits do the same, wherever they stand.

use std::fs;

use lane_git::PatchId;

use crate::scratch::Scratch;

const LINES: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n";

/// A repository with a file of sixteen lines on `main`.
fn begun() -> Scratch {
    let scratch = Scratch::new();
    put(&scratch, "file", LINES.as_bytes());
    scratch
}

fn put(scratch: &Scratch, path: &str, bytes: &[u8]) {
    fs::write(scratch.root.join(path), bytes).unwrap();
    scratch.commit(path);
}

fn on(scratch: &Scratch, branch: &str) {
    scratch.git(["switch", "--quiet", "-c", branch, "main"]);
}

fn id(scratch: &Scratch, from: &str, to: &str) -> Option<PatchId> {
    let repo = scratch.repo();
    let at = |name| repo.resolve(name).unwrap();
    repo.patch_id(at(from), at(to)).unwrap()
}

#[test]
fn two_commits_are_one_change_with_the_commit_that_squashes_them_elsewhere() {
    let scratch = begun();
    on(&scratch, "lane");
    put(&scratch, "file", LINES.replace("12\n", "twelve\n").as_bytes());
    put(&scratch, "more", b"one\n");
    put(&scratch, "more", b"two\n");
    on(&scratch, "there");
    // The lines before it move the place and not the change.
    put(&scratch, "file", format!("0\n{LINES}").as_bytes());
    put(&scratch, "other", b"else\n");
    fs::write(
        scratch.root.join("file"),
        format!("0\n{LINES}").replace("12\n", "twelve\n"),
    )
    .unwrap();
    put(&scratch, "more", b"two\n");
    let net = id(&scratch, "main", "lane");
    assert!(net.is_some());
    assert_eq!(net, id(&scratch, "there~", "there"));
    assert_ne!(net, id(&scratch, "main", "there"));
    assert_ne!(net, id(&scratch, "main", "lane~"));
}

#[test]
fn nothing_is_no_change() {
    let scratch = begun();
    assert_eq!(id(&scratch, "main", "main"), None);
}

#[test]
fn white_space_modes_and_binary_files_are_told_apart() {
    let versions: [(&str, &[u8], &[u8]); 4] = [
        ("indent", b"if x:\n    y\n", b"if x:\n  y\n"),
        ("end", b"last\n", b"last"),
        ("binary", b"\0one", b"\0two"),
        ("split", b"a\n+b\n", b"a\nb\n"),
    ];
    for (what, one, other) in versions {
        let scratch = begun();
        on(&scratch, "one");
        put(&scratch, "new", one);
        on(&scratch, "other");
        put(&scratch, "new", other);
        assert_ne!(
            id(&scratch, "main", "one"),
            id(&scratch, "main", "other"),
            "{what}"
        );
    }
    let scratch = begun();
    on(&scratch, "one");
    put(&scratch, "new", b"x\n");
    on(&scratch, "other");
    put(&scratch, "new", b"x\n");
    scratch.git(["update-index", "--chmod=+x", "new"]);
    scratch.git(["commit", "--quiet", "--amend", "--no-edit"]);
    assert_ne!(id(&scratch, "main", "one"), id(&scratch, "main", "other"));
}
