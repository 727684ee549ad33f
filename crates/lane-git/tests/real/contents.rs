//! What a worktree holds beside its commits: seen whole, kept as trees, and removed only as asked.

use std::path::Path;
use std::path::PathBuf;

use lane_git::Contents;
use lane_git::Repo;
use lane_git::SubmoduleHolds;

use crate::scratch::Scratch;

/// A worktree `../w` on branch `lane`.
fn linked(scratch: &Scratch) -> PathBuf {
    scratch.git(["worktree", "add", "-q", "-b", "lane", "../w"]);
    scratch.root.join("../w").canonicalize().unwrap()
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn names(paths: &[Vec<u8>]) -> Vec<String> {
    let mut names: Vec<String> = paths
        .iter()
        .map(|path| String::from_utf8_lossy(path).into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn a_clean_worktree_holds_nothing() {
    let scratch = Scratch::with_commit();
    let path = linked(&scratch);
    assert_eq!(
        Repo::open(&path).unwrap().contents(&|_| false).unwrap(),
        Contents::default()
    );
}

#[test]
fn every_file_is_seen_those_too_that_git_was_told_to_pass_over() {
    let scratch = Scratch::with_commit();
    scratch.write(".gitignore", "*.env\nout/\n");
    scratch.commit("ignoring");
    let path = linked(&scratch);
    let git = |args: &[&str]| scratch.git_in(&path, args);
    git(&["update-index", "--assume-unchanged", "a.txt"]);
    git(&["update-index", "--skip-worktree", "dir/b.txt"]);
    write(&path, "a.txt", "other\n");
    write(&path, "dir/b.txt", "other\n");
    write(&path, "new/deep file", "x");
    write(&path, "new/.env", "x");
    write(&path, "out/x/y", "x");
    let before = std::fs::read(scratch.root.join(".git/worktrees/w/index")).unwrap();
    let seen = Repo::open(&path).unwrap().contents(&|_| false).unwrap();
    assert_eq!(names(&seen.changed), ["a.txt", "dir/b.txt"]);
    assert_eq!(names(&seen.untracked), ["new/deep file"]);
    assert_eq!(names(&seen.ignored), ["new/.env", "out/x/y"]);
    let after = std::fs::read(scratch.root.join(".git/worktrees/w/index")).unwrap();
    assert!(before == after, "the worktree's own index was written");
    let left = std::fs::read_dir(scratch.root.join(".git/worktrees/w")).unwrap();
    assert!(
        !left
            .flatten()
            .any(|e| e.file_name().to_string_lossy().starts_with("lane-index"))
    );
}

#[test]
fn what_is_staged_and_what_is_there_are_trees_and_a_sparse_worktree_loses_nothing() {
    let scratch = Scratch::with_commit();
    let path = linked(&scratch);
    let git = |args: &[&str]| scratch.git_in(&path, args);
    git(&["sparse-checkout", "set", "--no-cone", "/a.txt"]);
    assert!(!path.join("dir/b.txt").exists());
    write(&path, "a.txt", "staged\n");
    git(&["add", "a.txt"]);
    write(&path, "a.txt", "after\n");
    write(&path, "outside/new", "new\n");
    let repo = Repo::open(&path).unwrap();
    let aside = repo.index_aside().unwrap();
    let (staged, files) = (aside.staged_tree().unwrap(), aside.tree_of_files().unwrap());
    let show = |what: String| scratch.git(["show", &what]);
    assert_eq!(show(format!("{staged}:a.txt")), "staged");
    assert_eq!(show(format!("{files}:a.txt")), "after");
    assert_eq!(show(format!("{files}:dir/b.txt")), "b");
    assert_eq!(show(format!("{files}:outside/new")), "new");
    assert_eq!(
        git(&["status", "--porcelain", "-uno"]),
        "MM a.txt",
        "the worktree's own index is as it was"
    );
}

#[test]
fn repositories_within_are_named_also_beside_tracked_files() {
    let scratch = Scratch::with_commit();
    let path = linked(&scratch);
    for folder in ["inner", "dir", "new/deep"] {
        std::fs::create_dir_all(path.join(folder)).unwrap();
        scratch.git_in(&path.join(folder), ["init", "-q"]);
    }
    write(&path, "inner/file", "x");
    std::os::unix::fs::symlink(scratch.root.parent().unwrap(), path.join("link")).unwrap();
    let seen = Repo::open(&path).unwrap().contents(&|_| false).unwrap();
    assert_eq!(names(&seen.nested), ["dir", "inner", "new/deep"]);
    assert_eq!(
        names(&seen.untracked),
        ["link"],
        "a link is a file, and not followed"
    );
}

/// A repository with the submodule `sub`, checked out in `../w`.
fn with_submodule() -> (Scratch, PathBuf) {
    let scratch = Scratch::with_commit();
    let around = scratch.root.parent().unwrap().to_owned();
    scratch.git_in(&around, ["clone", "-q", "--bare", "repo", "hub.git"]);
    let allow = ["-c", "protocol.file.allow=always"];
    let args = ["submodule", "--quiet", "add", "../hub.git", "sub"];
    scratch.git([["config", "remote.origin.url"].as_slice(), &["../hub.git"]].concat());
    let hub = around.join("hub.git").display().to_string();
    scratch.git([&allow[..], &args[..3], &[&hub, "sub"]].concat());
    scratch.commit("submodule");
    let path = linked(&scratch);
    scratch.git_in(
        &path,
        [&allow[..], &["submodule", "--quiet", "update", "--init"]].concat(),
    );
    (scratch, path)
}

#[test]
fn a_submodule_is_clean_only_when_its_remote_has_all_of_it() {
    use SubmoduleHolds::Changes;
    use SubmoduleHolds::Commits;
    let cases: [(&str, &str, Option<SubmoduleHolds>); 6] = [
        ("as it was", "true", None),
        ("changed", "echo x >>sub/a.txt", Some(Changes)),
        ("untracked", "echo x >sub/new", Some(Changes)),
        (
            "a commit",
            "cd sub && git commit -q --allow-empty -m x",
            Some(Commits),
        ),
        (
            "a commit that is pushed",
            "cd sub && git commit -q --allow-empty -m x && git push -q origin HEAD:refs/heads/x && git fetch -q",
            None,
        ),
        (
            "a stash",
            "cd sub && echo x >>a.txt && git stash -q",
            Some(Commits),
        ),
    ];
    for (name, line, holds) in cases {
        let (scratch, path) = with_submodule();
        let done = scratch
            .command(&path)
            .args([
                "-c",
                &format!("alias.do=!unset GIT_DIR GIT_WORK_TREE; {line}"),
                "do",
            ])
            .status();
        assert!(done.unwrap().success(), "{name}");
        let seen = Repo::open(&path).unwrap().contents(&|_| false).unwrap();
        let found = seen.submodules.iter().find(|(path, _)| path == b"sub");
        assert_eq!(found.map(|(_, holds)| *holds), holds, "{name}: {seen:?}");
        assert!(seen.has_submodules && seen.nested.is_empty(), "{name}: {seen:?}");
    }
}

#[test]
fn a_submodule_that_is_no_longer_checked_out_keeps_its_commits_in_sight() {
    let (scratch, path) = with_submodule();
    scratch.git_in(&path.join("sub"), ["commit", "-q", "--allow-empty", "-m", "x"]);
    scratch.git_in(&path, ["submodule", "--quiet", "deinit", "-f", "sub"]);
    let seen = Repo::open(&path).unwrap().contents(&|_| false).unwrap();
    assert_eq!(seen.submodules, [(b"sub".to_vec(), SubmoduleHolds::Commits)]);
}

#[test]
fn a_worktree_with_changes_is_removed_by_force_only_and_a_branch_only_where_it_was_seen() {
    let scratch = Scratch::with_commit();
    let path = linked(&scratch);
    let (repo, tip) = (scratch.repo(), scratch.oid("lane"));
    write(&path, "new", "x");
    assert!(repo.worktree_remove(&path, false).is_err() && path.exists());
    repo.worktree_remove(&path, true).unwrap();
    assert!(!path.exists());
    let other = scratch.commit("second");
    assert!(!repo.delete_branch("lane", other).unwrap());
    assert_eq!(scratch.oid("lane"), tip);
    assert!(repo.delete_branch("lane", tip).unwrap());
    assert_eq!(repo.find_ref("refs/heads/lane").unwrap(), None);
}
