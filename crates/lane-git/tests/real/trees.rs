//! Trees edited and compared, against the trees that git itself writes.

use std::collections::BTreeMap;

use crate::scratch::Scratch;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

/// The tree that git makes of these files.
fn by_git(scratch: &Scratch, files: &[(&str, &str)]) -> Oid {
    scratch.git(["read-tree", "--empty"]);
    for (path, text) in files {
        let blob = scratch.repo().write_blob(text.as_bytes()).unwrap();
        scratch.git([
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("100644,{blob},{path}"),
        ]);
    }
    scratch.git(["write-tree"]).parse().unwrap()
}

fn edit(repo: &Repo, base: Option<Oid>, edits: &[(&str, Option<&str>)]) -> Result<Oid, GitError> {
    let blob = |text: &str| repo.write_blob(text.as_bytes()).unwrap();
    let edits: BTreeMap<String, Option<Oid>> = edits
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.map(blob)))
        .collect();
    repo.edit_tree(base, &edits)
}

const FILES: [(&str, &str); 5] = [
    ("a", "1"),
    ("dir.x", "2"),
    ("dir/deep/b", "3"),
    ("dir/deep/c", "4"),
    ("keep/k", "5"),
];

fn base(scratch: &Scratch) -> Oid {
    by_git(scratch, &FILES)
}

#[test]
fn an_edited_tree_equals_the_one_that_git_writes() {
    let scratch = Scratch::new();
    let (repo, base) = (scratch.repo(), base(&scratch));
    let edits = [
        ("a", None),
        ("dir/deep/b", Some("new")),
        ("dir/e", Some("6")),
        ("keep/none", None),
    ];
    let edited = edit(&repo, Some(base), &edits).unwrap();
    let files = [
        ("dir.x", "2"),
        ("dir/deep/b", "new"),
        ("dir/deep/c", "4"),
        ("dir/e", "6"),
        ("keep/k", "5"),
    ];
    assert_eq!(edited, by_git(&scratch, &files));
    assert_eq!(
        repo.entry_at(edited, "keep").unwrap(),
        repo.entry_at(base, "keep").unwrap()
    );
    let all: Vec<_> = FILES.iter().map(|(path, text)| (*path, Some(*text))).collect();
    assert_eq!(edit(&repo, None, &all).unwrap(), base);
}

#[test]
fn edits_that_change_nothing_keep_the_tree() {
    let scratch = Scratch::new();
    let (repo, base) = (scratch.repo(), base(&scratch));
    let edits = [
        ("a", Some("1")),
        ("dir/deep/none", None),
        ("a/none", None),
        ("no/such/dir", None),
    ];
    assert_eq!(edit(&repo, Some(base), &edits).unwrap(), base);
    assert_eq!(edit(&repo, Some(base), &[]).unwrap(), base);
}

#[test]
fn empty_folders_disappear_up_to_the_root() {
    let scratch = Scratch::new();
    let (repo, base) = (scratch.repo(), base(&scratch));
    let without = edit(&repo, Some(base), &[("dir/deep/b", None), ("dir/deep/c", None)]).unwrap();
    assert_eq!(without, by_git(&scratch, &[FILES[0], FILES[1], FILES[4]]));
    let all: Vec<_> = FILES.iter().map(|(path, _)| (*path, None)).collect();
    assert_eq!(edit(&repo, Some(base), &all).unwrap(), Oid::EMPTY_TREE);
    assert_eq!(
        edit(&repo, Some(Oid::EMPTY_TREE), &[("x", Some("1"))]).unwrap(),
        by_git(&scratch, &[("x", "1")])
    );
}

#[test]
fn a_file_and_a_folder_change_places_only_when_one_is_removed() {
    let scratch = Scratch::new();
    let (repo, base) = (scratch.repo(), base(&scratch));
    for edits in [
        vec![("a/b", Some("x"))],
        vec![("keep", Some("x"))],
        vec![("keep", None)],
        vec![("n", Some("x")), ("n/m", Some("x"))],
        vec![("dir", Some("x")), ("dir/deep/b", None)],
    ] {
        let refused = edit(&repo, Some(base), &edits);
        assert!(
            matches!(refused, Err(GitError::DirectoryConflict { .. })),
            "{edits:?} {refused:?}"
        );
    }
    let swapped = [
        ("a", None),
        ("a/b", Some("x")),
        ("keep", Some("y")),
        ("keep/k", None),
    ];
    let files = [FILES[1], FILES[2], FILES[3], ("a/b", "x"), ("keep", "y")];
    assert_eq!(
        edit(&repo, Some(base), &swapped).unwrap(),
        by_git(&scratch, &files)
    );
}

#[test]
fn paths_that_leave_the_tree_are_refused() {
    let scratch = Scratch::new();
    let deep = "x/".repeat(64) + "x";
    for path in [
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/./b",
        ".git/config",
        "a/.GIT/x",
        "a\0b",
        "a\\b",
        &deep,
    ] {
        let refused = edit(&scratch.repo(), None, &[(path, Some("x"))]);
        assert!(
            matches!(refused, Err(GitError::Refused { .. })),
            "{path:?} {refused:?}"
        );
    }
    let missing = BTreeMap::from([("x".to_owned(), Some(Oid::from_bytes([1; 20])))]);
    assert!(scratch.repo().edit_tree(None, &missing).is_err());
}

#[test]
fn compared_trees_name_what_git_names() {
    let scratch = Scratch::new();
    let (repo, old) = (scratch.repo(), base(&scratch));
    let files = [
        ("a/now/a/folder", "1"),
        ("dir", "was a folder"),
        ("dir.x", "2"),
        ("keep/k", "6"),
        ("z", "7"),
    ];
    let new = by_git(&scratch, &files);
    let ours: Vec<_> = repo.compare_trees(Some(old), Some(new)).unwrap();
    let mut git = repo.tree_changes(old, new).unwrap();
    git.sort_by(|a, b| a.path.cmp(&b.path));
    assert_eq!(ours.len(), 7);
    for (ours, git) in ours.iter().zip(&git) {
        let side = |mode, oid| if mode == 0 { None } else { Some((mode, oid)) };
        assert_eq!(
            (&ours.path, ours.old, ours.new),
            (
                &git.path,
                side(git.old_mode, git.old),
                side(git.new_mode, git.new)
            )
        );
    }
    assert!(repo.compare_trees(Some(new), Some(new)).unwrap().is_empty());
    assert_eq!(repo.compare_trees(Some(old), None).unwrap().len(), FILES.len());
}

#[test]
fn a_tree_that_unfolds_without_end_hits_a_bound() {
    let scratch = Scratch::new();
    let repo = scratch.repo();
    let mut tree = edit(&repo, None, &[("x", Some("1"))]).unwrap();
    for _ in 0..10 {
        let lines: String = (0..10)
            .map(|name| format!("040000 tree {tree}\t{name}\n"))
            .collect();
        std::fs::write(scratch.root.join("../in"), lines).unwrap();
        let input = std::fs::File::open(scratch.root.join("../in")).unwrap();
        let made = scratch
            .command(&scratch.root)
            .arg("mktree")
            .stdin(input)
            .output()
            .unwrap();
        tree = String::from_utf8(made.stdout).unwrap().trim().parse().unwrap();
    }
    assert!(matches!(
        repo.compare_trees(None, Some(tree)),
        Err(GitError::TooMuch { .. })
    ));
}

#[test]
fn hashes_without_a_repository_equal_gits() {
    let scratch = Scratch::new();
    let (repo, tree) = (scratch.repo(), base(&scratch));
    let mut entries = repo.tree(tree).unwrap();
    entries.reverse();
    assert_eq!(
        (lane_git::hash_tree(&entries), lane_git::hash_tree(&[])),
        (tree, Oid::EMPTY_TREE)
    );
    scratch.write("blob", "some\n");
    let by_git = scratch.git(["hash-object", "blob"]);
    assert_eq!(lane_git::hash_blob(b"some\n").to_string(), by_git);
    assert_eq!(repo.write_blob(b"some\n").unwrap().to_string(), by_git);
}
