//! Files are taken out of a worktree only as they were kept, and what is there is never written over.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use lane_git::Oid;
use lane_git::Repo;
use lane_git::TreeChange;

use crate::scratch::Scratch;

/// What is changed in the main worktree, kept as a tree.
fn changes(repo: &Repo, head: Oid) -> Vec<TreeChange> {
    let aside = repo.index_aside().unwrap();
    let before = repo.commit(head).unwrap().tree;
    let all = aside.tree_of_files().unwrap();
    let bytes = aside.tree_of_bytes(before, all).unwrap();
    repo.compare_trees(Some(before), Some(bytes)).unwrap()
}

/// All files below it, with what is in them; of a link, where it leads.
fn listing(root: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().display().to_string();
            match path.symlink_metadata().unwrap() {
                _ if name == ".git" => {}
                meta if meta.is_dir() => open.push(path),
                meta if meta.is_symlink() => {
                    found.push(format!("{name} > {}", fs::read_link(path).unwrap().display()));
                }
                _ => found.push(format!("{name} {}", fs::read_to_string(path).unwrap().trim_end())),
            }
        }
    }
    found.sort();
    found
}

#[test]
fn what_is_as_it_was_kept_goes_and_what_head_has_comes_back() {
    let scratch = Scratch::with_commit();
    scratch.write(".gitattributes", "* text=auto eol=lf\n");
    scratch.write("gone.txt", "gone\n");
    scratch.write("folder", "a file\n");
    let head = scratch.commit("more");
    let clean = listing(&scratch.root);
    scratch.write("a.txt", "changed\r\n");
    scratch.write("new/deep/x", "new\n");
    scratch.git(["rm", "-q", "gone.txt", "folder"]);
    scratch.write("folder/y", "y\n");
    symlink("nowhere", scratch.root.join("link")).unwrap();
    scratch.git(["add", "a.txt"]);
    let repo = scratch.repo();
    let changes = changes(&repo, head);
    assert_eq!(repo.take_out(&changes).unwrap(), None);
    // A second time, as after a kill, nothing is there to be taken.
    assert_eq!(repo.take_out(&changes).unwrap(), None);
    repo.unstage_all().unwrap();
    let missing = changes.iter().filter(|one| one.old.is_some());
    let missing: Vec<&[u8]> = missing.map(|one| one.path.as_slice()).collect();
    repo.put_missing(&missing).unwrap();
    assert_eq!(listing(&scratch.root), clean);
    assert_eq!(scratch.git(["status", "--porcelain"]), "");
}

#[test]
fn what_is_another_by_then_stays_with_its_bytes() {
    type Late = fn(&Path);
    let cases: [(&str, Late); 4] = [
        ("b later", |root| fs::write(root.join("b"), "later").unwrap()),
        ("b > later", |root| {
            fs::remove_file(root.join("b")).unwrap();
            symlink("later", root.join("b")).unwrap();
        }),
        ("b/c later", |root| {
            fs::remove_file(root.join("b")).unwrap();
            fs::create_dir(root.join("b")).unwrap();
            fs::write(root.join("b/c"), "later").unwrap();
        }),
        ("b", |root| fs::write(root.join("b"), "").unwrap()),
    ];
    for (stays, late) in cases {
        let scratch = Scratch::with_commit();
        let head = scratch.oid("HEAD");
        scratch.write("b", "kept");
        let repo = scratch.repo();
        let changes = changes(&repo, head);
        late(&scratch.root);
        assert_eq!(repo.take_out(&changes).unwrap(), Some(b"b".to_vec()), "{stays}");
        let there = listing(&scratch.root);
        assert!(
            there.iter().any(|line| line.trim_end() == stays),
            "{stays}: {there:?}"
        );
        assert!(!there.iter().any(|line| line.contains("lane-going")), "{there:?}");
    }
}

#[test]
fn a_file_that_is_there_is_not_put_back() {
    let scratch = Scratch::with_commit();
    scratch.write("a.txt", "mine");
    fs::remove_file(scratch.root.join("dir/b.txt")).unwrap();
    scratch.git(["update-index", "--skip-worktree", "dir/b.txt"]);
    let repo = scratch.repo();
    repo.put_missing(&[b"a.txt", b"dir/b.txt", b"no such"]).unwrap();
    let there = listing(&scratch.root);
    assert!(there.contains(&"a.txt mine".to_owned()), "{there:?}");
    assert!(scratch.root.join("dir/b.txt").exists(), "{there:?}");
}
