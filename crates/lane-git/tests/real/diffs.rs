//! What is staged and what commits change, through every kind of index and commit.

use std::path::Path;

use crate::scratch::Scratch;
use lane_git::Against;
use lane_git::Oid;
use lane_git::PathChange;

/// `status path`, one a line.
fn shown(changes: &[PathChange]) -> Vec<String> {
    changes
        .iter()
        .map(|one| format!("{} {}", char::from(one.status), one.path.escape_ascii()))
        .collect()
}

fn of_commit(scratch: &Scratch, oid: Oid) -> Vec<String> {
    shown(&scratch.repo().commit_changes(&[oid]).unwrap()[0].1)
}

fn staged(scratch: &Scratch) -> Vec<String> {
    shown(&scratch.repo().staged_changes(Against::Head).unwrap())
}

#[test]
fn a_root_commit_adds_and_a_normal_one_changes() {
    let scratch = Scratch::with_commit();
    let root = scratch.oid("HEAD");
    scratch.write("a.txt", "changed\n");
    let normal = scratch.commit("second");
    let empty = scratch.commit("empty");
    let all = scratch.repo().commit_changes(&[empty, root, normal]).unwrap();
    let all: Vec<_> = all.iter().map(|(oid, changes)| (*oid, shown(changes))).collect();
    let expected = [
        (empty, vec![]),
        (root, vec!["A a.txt", "A dir/b.txt"]),
        (normal, vec!["M a.txt"]),
    ];
    assert_eq!(
        all,
        expected.map(|(oid, list)| (oid, list.into_iter().map(str::to_owned).collect::<Vec<_>>()))
    );
    assert_eq!(
        shown(&scratch.repo().tree_changes(root, normal).unwrap()),
        ["M a.txt"]
    );
}

#[test]
fn a_clean_merge_changes_nothing_and_an_evil_one_its_path() {
    let scratch = Scratch::with_commit();
    scratch.git(["checkout", "-q", "-b", "side"]);
    scratch.write("side.txt", "s\n");
    scratch.commit("side");
    scratch.git(["checkout", "-q", "main"]);
    scratch.write("main.txt", "m\n");
    scratch.commit("main");
    scratch.git(["merge", "-q", "--no-ff", "-m", "merge", "side"]);
    assert!(of_commit(&scratch, scratch.oid("HEAD")).is_empty());
    scratch.write("a.txt", "evil\n");
    scratch.write("evil.txt", "evil\n");
    scratch.git(["rm", "-q", "-f", "dir/b.txt"]);
    scratch.git(["add", "-A"]);
    scratch.git(["commit", "-q", "--amend", "-m", "evil"]);
    assert_eq!(
        of_commit(&scratch, scratch.oid("HEAD")),
        ["M a.txt", "D dir/b.txt", "A evil.txt"]
    );
}

#[test]
fn a_missing_commit_is_missing_and_not_empty() {
    let scratch = Scratch::with_commit();
    let there = scratch.oid("HEAD");
    let missing = Oid::from_bytes([9; 20]);
    assert!(scratch.repo().commit_changes(&[there, missing]).is_err());
    assert!(scratch.repo().staged_changes(Against::Commit(missing)).is_err());
    assert!(scratch.repo().rev_list(&[missing], &[], 9).is_err());
}

#[test]
fn a_rename_is_a_deletion_and_an_addition() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "diff.renames", "copies"]);
    scratch.git(["mv", "a.txt", "z.txt"]);
    assert_eq!(staged(&scratch), ["D a.txt", "A z.txt"]);
    let oid = scratch.commit("rename");
    assert_eq!(of_commit(&scratch, oid), ["D a.txt", "A z.txt"]);
}

#[cfg(unix)]
#[test]
fn modes_links_and_submodules_are_told() {
    let scratch = Scratch::with_commit();
    scratch.git(["update-index", "--chmod=+x", "a.txt"]);
    std::fs::remove_file(scratch.root.join("dir/b.txt")).unwrap();
    std::os::unix::fs::symlink("../a.txt", scratch.root.join("dir/b.txt")).unwrap();
    scratch.git(["add", "dir/b.txt"]);
    let head = scratch.oid("HEAD").to_string();
    scratch.git([
        "update-index",
        "--add",
        "--cacheinfo",
        &format!("160000,{head},sub"),
    ]);
    scratch.git(["config", "-f", ".gitmodules", "submodule.sub.path", "sub"]);
    scratch.git(["config", "-f", ".gitmodules", "submodule.sub.ignore", "all"]);
    let changes = scratch.repo().staged_changes(Against::Head).unwrap();
    let modes: Vec<_> = changes
        .iter()
        .map(|one| (one.status, one.old_mode, one.new_mode))
        .collect();
    let expected = [
        (b'M', 0o100_644, 0o100_755),
        (b'T', 0o100_644, 0o120_000),
        (b'A', 0, 0o160_000),
    ];
    assert_eq!(modes, expected);
    assert_eq!(changes[2].new.to_string(), head);
    assert!(changes[2].old.is_zero());
}

#[cfg(unix)]
#[test]
fn any_bytes_can_be_a_name() {
    use std::os::unix::ffi::OsStrExt;
    let names: [&[u8]; 6] = [
        b"-x",
        b":(top)y",
        b"a\"quote",
        b"b space",
        b"new\nline",
        b"\xff\xfe not utf-8",
    ];
    let scratch = Scratch::new();
    for name in names {
        std::fs::write(
            scratch.root.join(Path::new(std::ffi::OsStr::from_bytes(name))),
            "x",
        )
        .unwrap();
    }
    let oid = scratch.commit("odd names");
    let changes = scratch.repo().commit_changes(&[oid]).unwrap().remove(0).1;
    assert_eq!(
        changes.iter().map(|one| one.path.as_slice()).collect::<Vec<_>>(),
        names
    );
    let tree = scratch.repo().commit(oid).unwrap().tree;
    let compared = scratch.repo().compare_trees(None, Some(tree)).unwrap();
    assert_eq!(
        compared.iter().map(|one| one.path.as_slice()).collect::<Vec<_>>(),
        names
    );
}

#[test]
fn staged_changes_are_found_against_head_a_commit_and_nothing() {
    let scratch = Scratch::new();
    scratch.write("a.txt", "a");
    scratch.git(["add", "-A"]);
    assert_eq!(staged(&scratch), ["A a.txt"]);
    let first = scratch.commit("first");
    assert!(staged(&scratch).is_empty());
    scratch.write("b.txt", "b");
    scratch.commit("second");
    let repo = scratch.repo();
    assert_eq!(
        shown(&repo.staged_changes(Against::Commit(first)).unwrap()),
        ["A b.txt"]
    );
    assert_eq!(
        shown(&repo.staged_changes(Against::EmptyTree).unwrap()),
        ["A a.txt", "A b.txt"]
    );
}

#[test]
fn what_was_only_announced_is_not_staged() {
    let scratch = Scratch::with_commit();
    scratch.write("later.txt", "l");
    scratch.git(["add", "--intent-to-add", "later.txt"]);
    assert!(staged(&scratch).is_empty());
}

#[test]
fn a_conflict_is_unmerged() {
    let scratch = Scratch::with_commit();
    for (branch, text) in [("x", "x"), ("y", "y")] {
        scratch.git(["checkout", "-q", "-b", branch, "main"]);
        scratch.write("a.txt", text);
        scratch.commit(branch);
    }
    assert!(
        !scratch
            .command(&scratch.root)
            .args(["merge", "x"])
            .output()
            .unwrap()
            .status
            .success()
    );
    assert!(staged(&scratch).contains(&"U a.txt".to_owned()));
}

#[test]
fn split_and_sparse_indexes_are_read() {
    let scratch = Scratch::with_commit();
    scratch.git(["update-index", "--split-index"]);
    scratch.write("a.txt", "changed");
    scratch.git(["add", "a.txt"]);
    assert_eq!(staged(&scratch), ["M a.txt"]);
    let scratch = Scratch::with_commit();
    scratch.write("other/c.txt", "c");
    scratch.commit("more");
    scratch.git(["sparse-checkout", "set", "--cone", "--sparse-index", "dir"]);
    assert!(!scratch.root.join("other").exists());
    scratch.write("dir/b.txt", "changed");
    scratch.git(["add", "dir/b.txt"]);
    assert_eq!(staged(&scratch), ["M dir/b.txt"]);
    assert!(scratch.repo().is_dirty(None).unwrap());
}

#[test]
fn replaced_commits_are_seen_as_they_are_pushed() {
    let scratch = Scratch::with_commit();
    scratch.write("a.txt", "bad");
    let bad = scratch.commit("bad");
    scratch.git(["checkout", "-q", "--detach", "HEAD~"]);
    let good = scratch.commit("good");
    scratch.git(["replace", &bad.to_string(), &good.to_string()]);
    assert_eq!(of_commit(&scratch, bad), ["M a.txt"]);
    assert_eq!(scratch.repo().commit(bad).unwrap().message, b"bad\n");
}
