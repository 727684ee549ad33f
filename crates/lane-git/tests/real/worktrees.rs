//! Worktrees with ordinary and odd paths.

use crate::scratch::Scratch;
use lane_git::Dirt;
use lane_git::GitError;
use lane_git::PlacedFile;

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

#[test]
fn a_worktree_for_a_while_is_whole_runs_no_hook_and_goes_with_all_that_is_in_it() {
    let scratch = Scratch::with_commit();
    let base = scratch.oid("HEAD");
    std::fs::remove_file(scratch.root.join("a.txt")).unwrap();
    scratch.write("a.txt/deep", "in place of a file\n");
    scratch.write("new\n\"name", "new\n");
    scratch.commit("second");
    let blob = |path: &str| scratch.oid(&format!("HEAD:{path}"));
    let file = |path: &str| PlacedFile {
        path: path.into(),
        mode: 0o100_755,
        oid: blob(path),
    };
    let put = [file("a.txt/deep"), file("new\n\"name")];
    // A sparse clone with a hook that would tell.
    scratch.git(["sparse-checkout", "set", "--no-cone", "/nothing"]);
    let hooks = scratch.root.join(".git/hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    let hook = format!("#!/bin/sh\ntouch '{}/ran'\n", scratch.root.display());
    for name in ["post-checkout", "post-index-change", "reference-transaction"] {
        std::fs::write(hooks.join(name), &hook).unwrap();
        #[cfg(unix)]
        std::fs::set_permissions(
            hooks.join(name),
            std::os::unix::fs::PermissionsExt::from_mode(0o755),
        )
        .unwrap();
    }
    let look = || scratch.git(["for-each-ref"]) + &scratch.git(["ls-files", "-s", "-v"]);
    let before = look();
    std::fs::remove_file(scratch.root.join("ran")).ok();
    let path = scratch.root.join("../a while");
    let repo = scratch.repo();
    repo.scratch_add(&path, base, &put).unwrap();
    assert_eq!(scratch.git_in(&path, ["rev-parse", "HEAD"]), base.to_string());
    let read = |name: &str| std::fs::read_to_string(path.join(name)).unwrap();
    assert_eq!(
        (read("a.txt/deep"), read("dir/b.txt")),
        ("in place of a file\n".into(), "b\n".into())
    );
    assert_eq!(read("new\n\"name"), "new\n");
    std::fs::create_dir_all(path.join("inner/.git")).unwrap();
    std::fs::write(path.join("ignored"), "x").unwrap();
    repo.scratch_remove(&path.canonicalize().unwrap()).unwrap();
    assert!(!path.exists() && !scratch.root.join("ran").exists());
    assert_eq!((repo.worktree_list().unwrap().len(), look()), (1, before));
    // One that is gone, or was wrecked, is removed.
    repo.scratch_remove(&scratch.root.join("../never")).unwrap();
    repo.scratch_add(&path, base, &[]).unwrap();
    let path = path.canonicalize().unwrap();
    std::fs::remove_file(path.join(".git")).unwrap();
    repo.scratch_remove(&path).unwrap();
    assert!(!path.exists());
    assert_eq!(repo.worktree_list().unwrap().len(), 1);
}
