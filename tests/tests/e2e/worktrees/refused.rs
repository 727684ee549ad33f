//! What no commit can hold refuses, is named, and stays; the hint leads on where there is one.

use lane_testkit::Place;

use super::land;
use super::lane;
use crate::sandbox;

/// A lane that landed, and a line that leaves something in its worktree: prune refuses with `ground`, names it, and touches nothing.
/// Where the hint moves what is in the way, prune goes through after it.
#[track_caller]
fn check(line: &str, ground: &str, named: &str, leads_on: bool) {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    // A closed lane takes no commit: past the hooks.
    let past = "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null";
    lane.person().sh(&format!("{past}; {line}")).ok();
    let before = all_files(&lane);
    let refused = repo
        .lane(["worktree", "prune"])
        .code(3)
        .says(&format!("error: {ground}: "));
    let refused = refused.says(named);
    assert_eq!(all_files(&lane), before, "{line}: {refused}");
    let listed = repo.lane(["worktree", "list"]).ok();
    assert!(listed.stdout.contains(&format!("refuses: {ground}")), "{listed}");
    if leads_on {
        repo.sh(&refused.hints()[0]).ok();
        repo.lane(["worktree", "prune"]).ok().prints("removed ");
    }
}

/// All files of a worktree with a digest of each, those of git's own that say what is checked out among them.
fn all_files(lane: &Place<'_>) -> String {
    lane.sh("find . -type f -exec cksum {} + | sort && git ls-files --stage && git rev-parse HEAD")
        .ok()
        .stdout
}

#[test]
fn an_ignored_file_refuses_and_the_hint_moves_it_beside_the_worktree() {
    check("echo key >.env", "ignored-files", ": .env", true);
    check(
        "mkdir -p \"a/it's\" && echo key >\"a/it's/.env\"",
        "ignored-files",
        "a/it's/.env",
        true,
    );
    check(
        "mkdir secret && echo a >secret/a && echo b >secret/b",
        "ignored-files",
        "secret/a, secret/b",
        true,
    );
}

#[test]
fn a_repository_within_refuses_and_is_named() {
    check(
        "git init -q inner && cd inner && git commit -q --allow-empty -m x",
        "nested-repository",
        ": inner",
        true,
    );
    // Beside tracked files git's own listing passes over it.
    check("git init -q src", "nested-repository", ": src", false);
    check(
        "git init -q secret/deep",
        "nested-repository",
        ": secret/deep",
        true,
    );
}

#[test]
fn a_submodule_that_holds_something_refuses_and_is_named() {
    let added = "git -c protocol.file.allow=always submodule --quiet add \"$HOME/../origin.git\" sub && git commit -qnm sub";
    for (line, says) in [
        ("echo x >sub/new", "submodule sub has changes"),
        (
            "cd sub && git commit -q --allow-empty -m x",
            "submodule sub has commits that no remote of it has",
        ),
    ] {
        check(&format!("{added} && {line}"), "dirty-submodule", says, false);
    }
}

#[test]
fn an_operation_under_way_and_a_lock_refuse() {
    let stopped = "git switch -qc aside HEAD~1 && echo other >src/a.rs && git commit -qnam x; git switch -q T-1; git merge -q aside; true";
    check(stopped, "worktree-busy", "a merge is under way", false);
    check(
        "git bisect start -q HEAD HEAD~1 2>/dev/null || git bisect start HEAD HEAD~1 >/dev/null",
        "worktree-busy",
        "a bisect is under way",
        false,
    );
    check(
        "touch \"$(git rev-parse --git-dir)/index.lock\"",
        "worktree-busy",
        "index.lock",
        false,
    );
    check("git worktree lock .", "worktree-busy", "git worktree lock", true);
}

#[test]
fn whoever_stands_in_it_is_told_from_where_it_can_be_removed() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    let path = lane.path().display().to_string();
    let refused = lane.at("src").lane(["worktree", "prune"]).code(3);
    let refused = refused.says("worktree-in-use").says("you stand in");
    assert!(lane.has("src/a.rs"));
    lane.sh(&refused.hints()[0])
        .ok()
        .prints(&format!("removed {path}"));
    // The main worktree, a person's own, and what is none are named ones that stay.
    repo.git(["worktree", "add", "--quiet", "--detach", "../own"])
        .ok();
    for (path, code, says) in [
        (".", 3, "is the main worktree"),
        ("../own", 3, "is no lane's worktree"),
        ("src", 2, "is no worktree of this repository"),
    ] {
        repo.lane(["worktree", "prune", path]).code(code).says(says);
    }
    repo.lane(["worktree", "prune"]).ok();
    assert!(repo.has("../own/README.md"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_process_that_stands_in_it_refuses() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    let mut cat = lane.at("src").command("cat");
    let mut child = cat.stdin(std::process::Stdio::piped()).spawn().expect("cat");
    repo.lane(["worktree", "prune"])
        .code(3)
        .says("worktree-busy")
        .says(&format!("process {} stands in it", child.id()));
    drop(child.stdin.take());
    child.wait().expect("its end");
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
}
