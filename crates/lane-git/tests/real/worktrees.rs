//! Worktrees with ordinary and odd paths.

use crate::scratch::Scratch;
use lane_git::Dirt;
use lane_git::GitError;

#[test]
fn worktrees_are_listed_whatever_their_paths() {
    let scratch = Scratch::with_commit();
    let (repo, head) = (scratch.repo(), scratch.oid("HEAD"));
    let names = ["plain", "-dash", "two words", "quo\"te", "new\nline", "ünï"];
    for (number, name) in names.iter().enumerate() {
        let path = scratch.root.join("..").join(name);
        repo.worktree_add(&path, &format!("lane/{number}"), Some(head), None)
            .unwrap();
    }
    scratch.git(["worktree", "add", "-q", "--detach", "../detached"]);
    scratch.git(["worktree", "lock", "--reason", "a\nb", "../detached"]);
    std::fs::remove_dir_all(scratch.root.join("../plain")).unwrap();
    let list = repo.worktree_list().unwrap();
    assert_eq!(list.len(), 8);
    assert_eq!(
        (&list[0].path, list[0].branch.as_deref()),
        (&scratch.root, Some("refs/heads/main"))
    );
    let parent = scratch.root.parent().unwrap();
    for (number, name) in names.iter().enumerate() {
        let found = list.iter().find(|one| one.path == parent.join(name)).unwrap();
        assert_eq!(
            (found.head, found.branch.clone()),
            (Some(head), Some(format!("refs/heads/lane/{number}")))
        );
        assert_eq!(found.prunable, *name == "plain");
    }
    let detached = list.iter().find(|one| one.detached).unwrap();
    assert!(detached.locked && detached.branch.is_none());
}

#[test]
fn a_linked_worktree_knows_both_of_its_dirs() {
    let scratch = Scratch::with_commit();
    scratch.git(["branch", "existing"]);
    let path = scratch.root.join("../linked");
    scratch
        .repo()
        .worktree_add(&path, "existing", None, None)
        .unwrap();
    let repo = lane_git::Repo::open(&path).unwrap();
    assert!(repo.is_linked_worktree() && !scratch.repo().is_linked_worktree());
    assert_eq!(repo.common_dir(), scratch.root.join(".git/"));
    assert_eq!(repo.git_dir(), scratch.root.join(".git/worktrees/linked/"));
    assert_eq!(repo.head().unwrap().branch(), Some("existing"));
    assert!(
        scratch
            .repo()
            .worktree_add(&path, "existing", None, None)
            .is_err()
    );
}

#[test]
fn branch_names_that_could_be_options_are_refused() {
    let scratch = Scratch::with_commit();
    let path = scratch.root.join("../never");
    for name in ["--force", "-x", "", "a b", "HEAD", "refs/heads/x", "a..b"] {
        let refused = scratch
            .repo()
            .worktree_add(&path, name, Some(scratch.oid("HEAD")), None);
        assert!(matches!(refused, Err(GitError::Refused { .. })), "{name:?}");
    }
    assert!(!path.exists());
}

#[test]
fn dirt_is_what_no_commit_has() {
    let scratch = Scratch::with_commit();
    let repo = scratch.repo();
    assert_eq!(repo.dirt(None).unwrap(), Dirt::default());
    scratch.write(".gitignore", "ignored\n");
    scratch.write("ignored", "x");
    scratch.write("un tracked", "x");
    scratch.write("a.txt", "changed");
    scratch.git(["mv", "dir/b.txt", "dir/c d.txt"]);
    let paths: Vec<String> = repo
        .dirt(None)
        .unwrap()
        .paths
        .iter()
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .collect();
    assert_eq!(
        paths,
        ["a.txt", "dir/b.txt", "dir/c d.txt", ".gitignore", "un tracked"]
    );
    assert!(repo.is_dirty(Some(&scratch.root.join("dir"))).unwrap());
    assert!(repo.is_dirty(Some(&scratch.root.join("none"))).is_err());
}
