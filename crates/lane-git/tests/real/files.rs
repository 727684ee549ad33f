//! The files as they are: in the work tree, in the index, in a tree.

use std::fs;
use std::fs::File as DiskFile;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;
use std::time::SystemTime;

use lane_git::File;
use lane_git::Oid;
use lane_git::hash_blob;

use crate::scratch::Scratch;

fn all(scratch: &Scratch) -> Vec<File> {
    scratch.repo().files_as_they_are(&|_| true).unwrap()
}

fn paths(files: &[File]) -> Vec<String> {
    let path = |file: &File| String::from_utf8_lossy(&file.path).into_owned();
    files.iter().map(path).collect()
}

fn find<'f>(files: &'f [File], path: &str) -> Option<&'f File> {
    files.iter().find(|file| file.path == path.as_bytes())
}

/// What the file has on disk, as an entry.
fn plain(path: &str, content: &str) -> File {
    File {
        path: path.into(),
        stage: 0,
        mode: 0o100_644,
        oid: hash_blob(content.as_bytes()),
        disk: None,
    }
}

/// Gives a file another time, so that git must look into it.
fn touch(path: &Path) {
    let file = DiskFile::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
        .unwrap();
}

#[test]
fn a_clean_work_tree_its_index_and_its_commit_are_one() {
    let scratch = Scratch::with_commit();
    scratch.write("with space\n\u{1b}é", "odd\n");
    scratch.write("run", "x\n");
    fs::set_permissions(scratch.root.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("nowhere", scratch.root.join("link")).unwrap();
    scratch.write(".gitignore", "ignored\n");
    let before = all(&scratch);
    let commit = scratch.commit("second");
    scratch.write("ignored", "x");
    let repo = scratch.repo();
    let tree = repo.commit(commit).unwrap().tree;
    assert_eq!(all(&scratch), before, "untracked and committed are one");
    assert_eq!(repo.files_in_index(&|_| true).unwrap(), before);
    assert_eq!(repo.files_in_tree(tree, &|_| true).unwrap(), before);
    assert_eq!(before.len(), 6);
    assert_eq!(find(&before, "run").unwrap().mode, 0o100_755);
    assert_eq!(find(&before, "link").unwrap().oid, hash_blob(b"nowhere"));
    touch(&scratch.root.join("a.txt"));
    assert_eq!(all(&scratch), before, "touched is not changed");
    let covered = repo.files_as_they_are(&|path| path.starts_with(b"dir/")).unwrap();
    assert_eq!(covered, [plain("dir/b.txt", "b\n")]);
}

#[test]
fn every_kind_of_change_is_seen_and_nothing_is_written() {
    let scratch = Scratch::with_commit();
    for name in ["gone", "mode", "kind", "staged", "assumed", "skipped", "absent"] {
        scratch.write(name, "old\n");
    }
    scratch.commit("files");
    scratch.git(["update-index", "--assume-unchanged", "assumed"]);
    scratch.git(["update-index", "--skip-worktree", "skipped", "absent"]);
    for name in ["gone", "kind", "absent"] {
        fs::remove_file(scratch.root.join(name)).unwrap();
    }
    fs::set_permissions(scratch.root.join("mode"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("a.txt", scratch.root.join("kind")).unwrap();
    scratch.write("staged", "new\n");
    scratch.git(["add", "staged"]);
    for name in ["staged", "assumed", "skipped", "a.txt", "intent", "untracked/x"] {
        scratch.write(name, "newer\n");
    }
    scratch.git(["add", "--intent-to-add", "intent"]);

    let before = snapshot(&scratch);
    let files = all(&scratch);
    assert_eq!(snapshot(&scratch), before);

    for name in ["staged", "assumed", "skipped", "a.txt", "intent", "untracked/x"] {
        assert_eq!(find(&files, name), Some(&plain(name, "newer\n")));
    }
    assert!(find(&files, "gone").is_none() && find(&files, "absent").is_none());
    assert_eq!(find(&files, "mode").unwrap().mode, 0o100_755);
    assert_eq!(find(&files, "kind").unwrap().mode, 0o120_000);
    let index = scratch.repo().files_in_index(&|_| true).unwrap();
    assert_eq!(find(&index, "staged"), Some(&plain("staged", "new\n")));
    assert_eq!(find(&index, "intent"), Some(&plain("intent", "")));
}

/// All of the git dir that must not change.
fn snapshot(scratch: &Scratch) -> (Vec<u8>, String, String) {
    let index = fs::read(scratch.root.join(".git/index")).unwrap();
    let refs = scratch.git(["for-each-ref"]);
    (index, refs, scratch.git(["count-objects", "-v"]))
}

#[test]
fn what_is_no_file_or_in_the_midst_of_a_merge_is_told_as_it_is() {
    let scratch = Scratch::with_commit();
    scratch.git(["switch", "-qc", "other"]);
    scratch.write("a.txt", "theirs\n");
    scratch.commit("theirs");
    scratch.git(["switch", "-q", "main"]);
    scratch.write("a.txt", "ours\n");
    scratch.commit("ours");
    let merge = scratch
        .command(&scratch.root)
        .args(["merge", "-q", "other"])
        .output();
    assert!(!merge.unwrap().status.success());
    scratch.write("a.txt", "settled?\n");
    fs::remove_file(scratch.root.join("dir/b.txt")).unwrap();
    scratch.git(["init", "-q", "dir/b.txt"]);
    let files = all(&scratch);
    assert_eq!(find(&files, "a.txt"), Some(&plain("a.txt", "settled?\n")));
    assert_eq!(paths(&files), ["a.txt", "dir/b.txt"], "each path once");
    let inner = find(&files, "dir/b.txt").unwrap();
    assert_eq!(
        (inner.mode, inner.oid),
        (0o160_000, Oid::ZERO),
        "a repository without a commit"
    );
    let index = scratch.repo().files_in_index(&|_| true).unwrap();
    let stages: Vec<u8> = index.iter().map(|file| file.stage).collect();
    assert_eq!(stages, [1, 2, 3, 0]);
}

#[test]
fn line_ends_that_git_would_convert_are_no_change_and_others_are() {
    let scratch = Scratch::with_commit();
    scratch.git(["config", "core.autocrlf", "true"]);
    fs::remove_file(scratch.root.join("a.txt")).unwrap();
    scratch.git(["checkout", "--", "a.txt"]);
    assert_eq!(fs::read(scratch.root.join("a.txt")).unwrap(), b"a\r\n");
    touch(&scratch.root.join("a.txt"));
    assert_eq!(find(&all(&scratch), "a.txt"), Some(&plain("a.txt", "a\n")));
    scratch.write("a.txt", "b\r\n");
    assert_eq!(find(&all(&scratch), "a.txt"), Some(&plain("a.txt", "b\r\n")));
}

#[test]
fn a_submodule_is_its_commit_and_a_dirty_one_all_its_files() {
    let inner = Scratch::with_commit();
    let scratch = Scratch::with_commit();
    let url = inner.root.to_str().unwrap();
    scratch.git([
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        url,
        "sub",
    ]);
    scratch.commit("submodule");
    let clean = all(&scratch);
    assert_eq!(paths(&clean), [".gitmodules", "a.txt", "dir/b.txt", "sub"]);
    assert_eq!(find(&clean, "sub").unwrap().oid, inner.oid("HEAD"));
    let nothing = scratch.repo().files_as_they_are(&|_| false).unwrap();
    assert_eq!(paths(&nothing), ["sub"], "asked for or not");

    scratch.write("sub/new", "n\n");
    let dirty = all(&scratch);
    assert_eq!(
        paths(&dirty)[3..],
        ["sub", "sub/a.txt", "sub/dir/b.txt", "sub/new"]
    );
    scratch.write("sub/new", "m\n");
    assert_ne!(all(&scratch), dirty);

    let sub = scratch.root.join("sub");
    scratch.git_in(&sub, ["add", "-A"]);
    scratch.git_in(&sub, ["commit", "-qm", "inner"]);
    let moved = all(&scratch);
    let head: Oid = scratch.git_in(&sub, ["rev-parse", "HEAD"]).parse().unwrap();
    assert_eq!(paths(&moved), paths(&clean));
    assert_eq!(find(&moved, "sub").unwrap().oid, head);

    scratch.git(["submodule", "--quiet", "deinit", "--force", "sub"]);
    assert!(find(&all(&scratch), "sub").is_none(), "not checked out");
}

#[test]
fn repositories_below_count_and_worktrees_of_this_one_do_not() {
    let scratch = Scratch::with_commit();
    scratch.git(["worktree", "add", "-q", "lanes/one", "-b", "one"]);
    assert_eq!(paths(&all(&scratch)), ["a.txt", "dir/b.txt"]);
    scratch.git(["init", "-q", "vendor"]);
    scratch.write("vendor/x", "x\n");
    let files = all(&scratch);
    assert_eq!(paths(&files), ["a.txt", "dir/b.txt", "vendor", "vendor/x"]);
    let lane = scratch.root.join("lanes/one");
    fs::write(lane.join("a.txt"), "lane\n").unwrap();
    let repo = lane_git::Repo::open(&lane).unwrap();
    let there = repo.files_as_they_are(&|_| true).unwrap();
    assert_eq!(there, [plain("a.txt", "lane\n"), plain("dir/b.txt", "b\n")]);
}

#[test]
fn a_bare_repository_has_no_files_and_says_so() {
    let scratch = Scratch::empty();
    scratch.git(["init", "-q", "--bare"]);
    assert!(scratch.repo().files_as_they_are(&|_| true).is_err());
    let unborn = Scratch::new();
    assert!(all(&unborn).is_empty());
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_missing() {
    let scratch = Scratch::with_commit();
    scratch.write("secret", "x");
    let path = scratch.root.join("secret");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    // root reads everything.
    if DiskFile::open(&path).is_err() {
        assert!(scratch.repo().files_as_they_are(&|_| true).is_err());
    }
}

#[test]
fn a_folder_that_is_tagged_as_a_cache_does_not_count_unless_it_is_tracked() {
    const TAG: &str = "Signature: 8a477f597d28d172789f06886806bc55\n# by cargo\n";
    let scratch = Scratch::with_commit();
    let before = all(&scratch);
    scratch.write("target/CACHEDIR.TAG", TAG);
    scratch.write("target/debug/x", "x\n");
    assert_eq!(all(&scratch), before);
    scratch.write("dir/CACHEDIR.TAG", TAG);
    scratch.write("dir/new", "x\n");
    assert_eq!(all(&scratch), before, "what is tracked beside it still counts");
    scratch.write(
        "dir/CACHEDIR.TAG",
        "another text of at least forty-three characters\n",
    );
    assert_eq!(all(&scratch).len(), before.len() + 2);
    scratch.write("targets/y", "y\n");
    assert_eq!(all(&scratch).len(), before.len() + 3);
}
