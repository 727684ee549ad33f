//! The gate at a push: what lands or is handed off has passed, unfinished work runs nothing, and every refusal leads on.

use std::path::Path;
use std::process::Stdio;

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::CONTRACT;
use crate::delivering::started;
use crate::following::around;
use crate::following::follow;
use crate::gated::GATES;
use crate::gated::gated;
use crate::gated::ran;
use crate::sandbox;

fn push(place: &Place<'_>, what: &str) -> Output {
    place.git(["push", "--quiet", "origin", what])
}

/// A commit on the integration branch that was not pushed.
fn landed<'s>(sandbox: &'s Sandbox, text: &str) -> Place<'s> {
    let repo = gated(sandbox, GATES);
    repo.commit("src/a.rs", text, "one").ok();
    repo
}

#[test]
fn what_is_not_finished_is_pushed_without_a_check() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    let lane = started(&repo, CONTRACT).env("RUNS", &sandbox.path().join("runs").display().to_string());
    lane.commit("src/a.rs", "wrong broken\n", "half").ok();
    repo.git(["tag", "v1"]).ok();
    repo.git(["branch", "beside"]).ok();
    // Not even read: what cannot be used does not matter here.
    repo.write(".agents/gates.toml", "no toml");
    around(&repo, &["commit", "--quiet", "-am", "broken gates"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    for what in ["T-1", "v1", "beside", ":beside", "refs/agents/state"] {
        let pushed = push(&lane, what).ok();
        assert_eq!(pushed.stderr, "", "{what}");
    }
    assert_eq!(ran(&sandbox), "");
}

#[test]
fn what_lands_is_checked_where_it_is_checked_out_and_not_twice() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "fine\n");
    let pushed = repo.git(["push", "--porcelain", "origin", "main"]).ok();
    pushed
        .says("ok       lint ")
        .says("ok       unit ")
        .says("ok       whole")
        .prints("refs/heads/main:refs/heads/main");
    assert_eq!(ran(&sandbox), "lint unit whole");
    // The same files again, under another name of the commit: receipts are enough, and nothing is said.
    around(&repo, &["push", "--quiet", "--force", "origin", "main~1:main"]).ok();
    assert_eq!(push(&repo, "main").ok().stderr, "");
    assert_eq!(ran(&sandbox), "");
}

#[test]
fn a_failed_check_stops_what_lands_and_the_hint_leads_on() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "broken\n");
    let refused = push(&repo, "main")
        .code(1)
        .says("error: gate-failed: 1 check of 3 did not pass: unit")
        .says("    src/a.rs:1:broken");
    assert_eq!(refused.stdout, "");
    follow(&repo, &refused, "git lane gate").code(5);
    assert_eq!(ran(&sandbox), "lint unit unit");
    repo.commit("src/a.rs", "mended\n", "mended").ok();
    follow(&repo, &refused, "git lane gate").ok();
    push(&repo, "main").ok();
    assert_eq!(ran(&sandbox), "lint unit whole");
}

#[test]
fn a_commit_that_is_checked_out_nowhere_needs_receipts_and_the_hint_makes_them() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "fine\n");
    repo.git(["switch", "--quiet", "-c", "beside", "main~1"]).ok();
    repo.commit("other.txt", "other files than are pushed\n", "other")
        .ok();
    let refused = push(&repo, "main")
        .code(1)
        .says("error: gate-not-run: 3 checks of main")
        .says("lint, unit, whole");
    follow(&repo, &refused, "git worktree add").ok();
    assert_eq!(ran(&sandbox), "lint unit whole");
    assert_eq!(push(&repo, "main").ok().stderr, "");
    assert_eq!(ran(&sandbox), "");
    let trees = repo.git(["worktree", "list"]).ok();
    assert_eq!(trees.stdout.lines().count(), 1, "{trees}");
}

#[test]
fn what_lies_uncommitted_beside_the_commit_is_not_taken_for_it() {
    for (hint, lands) in [("git add --all", "the dirt"), ("git worktree add", "fine")] {
        let sandbox = sandbox();
        let repo = landed(&sandbox, "fine\n");
        repo.write("src/a.rs", "the dirt\n");
        repo.write("src/new.rs", "new\n");
        let refused = push(&repo, "main")
            .code(1)
            .says("error: gate-not-run: 3 checks of main")
            .says("src/a.rs, src/new.rs");
        assert_eq!(ran(&sandbox), "");
        follow(&repo, &refused, hint).ok();
        push(&repo, "main").ok();
        assert_eq!(ran(&sandbox), "lint unit whole", "{hint}");
        let there = repo.git(["show", "origin/main:src/a.rs"]).ok();
        assert_eq!(there.stdout.trim(), lands);
    }
}

#[test]
fn the_commit_is_found_in_another_worktree() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "broken\n");
    repo.git([
        "worktree",
        "add",
        "--quiet",
        "-b",
        "beside",
        "../a folder",
        "main~1",
    ])
    .ok();
    let beside = sandbox
        .at("a folder")
        .env("RUNS", &sandbox.path().join("runs").display().to_string());
    let refused = push(&beside, "main").code(1).says("gate-failed");
    repo.write("src/a.rs", "mended\n");
    follow(&beside, &refused, "git -C").ok();
    assert_eq!(ran(&sandbox), "lint unit lint unit whole");
}

#[test]
fn rungs_are_climbed_as_far_as_the_gates_say() {
    let hooks = |text: &str| format!("[hooks]\n{text}\n\n{GATES}");
    for (text, runs) in [
        ("integration = 0", ""),
        ("integration = 1", "lint"),
        ("integration = 2\nhandoff = 0", "lint unit"),
    ] {
        let sandbox = sandbox();
        let repo = gated(&sandbox, &hooks(text));
        repo.commit("src/a.rs", "fine\n", "one").ok();
        repo.git(["switch", "--quiet", "--detach", "main~1"]).ok();
        let first = push(&repo, "main");
        if !runs.is_empty() {
            follow(&repo, &first.code(1), "git worktree add").ok();
            push(&repo, "main").ok();
        }
        assert_eq!(ran(&sandbox), runs, "{text}");
    }
}

#[test]
fn what_is_refused_reads_as_one_line_of_json() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "broken\n").env("GIT_LANE_FORMAT", "json");
    let said = |refused: Output| -> serde_json::Value {
        let line = refused.stderr.lines().next().unwrap_or_default().to_owned();
        assert!(
            refused
                .stderr
                .lines()
                .filter(|line| line.starts_with('{'))
                .count()
                == 1,
            "{refused}"
        );
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("{refused}"))
    };
    let failed = said(push(&repo, "main").code(1));
    assert_eq!(failed["findings"][0]["id"], "gate-failed");
    assert_eq!(failed["checks"][0]["check"], "unit");
    assert_eq!(failed["checks"][0]["output"], "src/a.rs:1:broken");
    repo.write("src/b.rs", "dirt\n");
    let not_run = said(push(&repo, "main").code(1));
    assert_eq!(not_run["findings"][0]["id"], "gate-not-run");
    assert_eq!(not_run["ok"], false);
}

#[test]
fn gates_that_cannot_be_used_are_mended_by_a_push_and_stop_every_other() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "[check.lint]\nrung = 9\n");
    repo.commit("src/a.rs", "fine\n", "one").ok();
    push(&repo, "main").code(1).says("rung");
    assert_eq!(ran(&sandbox), "");
    repo.commit(".agents/gates.toml", GATES, "mended").ok();
    push(&repo, "main").ok().says("judged by what is pushed");
    assert_eq!(ran(&sandbox), "lint unit whole");
}

#[test]
fn the_first_push_to_an_empty_remote_is_checked_whole() {
    let sandbox = sandbox();
    let repo = landed(&sandbox, "fine\n");
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "other.git"])
        .ok();
    let url = sandbox.path().join("other.git").display().to_string();
    repo.git(["remote", "add", "other", &url]).ok();
    repo.git(["switch", "--quiet", "--detach", "main~1"]).ok();
    let refused = repo
        .git(["push", "--quiet", "other", "main"])
        .code(1)
        .says("gate-not-run");
    follow(&repo, &refused, "git worktree add").ok();
    repo.git(["push", "--quiet", "other", "main"]).ok();
    assert_eq!(ran(&sandbox), "lint unit whole");
}

/// Keys hold what cargo and its tools see: the packages of another tree than is checked out, and the files above it.
#[test]
fn receipts_of_a_rust_workspace_count_for_a_commit_that_is_checked_out_nowhere() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    let gates =
        "[check.format]\nrung = 1\nbuiltin = \"rustfmt\"\n\n[check.test]\nrung = 2\nbuiltin = \"test\"\n";
    repo.write(".agents/gates.toml", gates);
    repo.write("rustfmt.toml", "max_width = 110\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "gates"]).ok();
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "origin.git"])
        .ok();
    let url = sandbox.path().join("origin.git").display().to_string();
    repo.git(["remote", "add", "origin", &url]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    // Another tree here: a package less.
    repo.git(["switch", "--quiet", "-c", "beside"]).ok();
    repo.git(["rm", "--quiet", "-r", "crates/tool"]).ok();
    repo.run("cargo", ["metadata", "--offline", "--format-version", "1"])
        .ok();
    repo.git(["commit", "--quiet", "-am", "a package less"]).ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    let text = repo.read("crates/switch/src/lib.rs");
    repo.commit("crates/switch/src/lib.rs", &format!("{text}// more\n"), "more")
        .ok();
    repo.git(["switch", "--quiet", "beside"]).ok();
    let refused = push(&repo, "main")
        .code(1)
        .says("gate-not-run")
        .says("format, test");
    let ran = follow(&repo, &refused, "git worktree add").ok();
    assert!(ran.stdout.contains("ok       test"), "{ran}");
    assert_eq!(push(&repo, "main").ok().stderr, "");
}

#[test]
fn what_a_check_of_the_history_showed_holds_for_that_commit_alone() {
    let sandbox = sandbox();
    let history = "[check.log]\nrung = 1\nshell = true\n\
        run = ['echo log >>\"$RUNS\"; ! git log --format=%s \"$1\"..HEAD | grep -q WIP', \"{base}\"]\n\
        [hooks]\nintegration = 1\n";
    let repo = gated(&sandbox, history);
    repo.commit("src/a.rs", "fine\n", "one").ok();
    repo.lane(["gate"]).ok().prints("ok       log");
    repo.lane(["gate"]).ok().prints("not run again");
    // The same files with another message.
    around(&repo, &["commit", "--quiet", "--amend", "-m", "WIP"]).ok();
    repo.lane(["gate"]).code(5).prints("FAILED   log");
    push(&repo, "main").code(1).says("gate-failed");
    around(&repo, &["commit", "--quiet", "--amend", "-m", "whole"]).ok();
    repo.lane(["gate"]).ok().prints("ok       log");
    ran(&sandbox);
    assert_eq!(push(&repo, "main").ok().stderr, "");
    assert_eq!(ran(&sandbox), "", "seen at that very commit");
}

/// Waits until something else has happened.
fn until(path: &Path) {
    let begun = std::time::Instant::now();
    while !path.exists() {
        assert!(begun.elapsed().as_secs() < 60, "{} never came", path.display());
        std::thread::park_timeout(std::time::Duration::from_millis(5));
    }
}

#[test]
fn others_claim_while_the_checks_of_a_push_run() {
    let sandbox = sandbox();
    let slow = "[check.slow]\nrung = 1\nrun = [\"sh\", \"-c\", \"echo >\\\"$HERE/begun\\\"; until [ -e \\\"$HERE/go\\\" ]; do sleep 0.02; done\"]\n";
    let repo = gated(&sandbox, slow).env("HERE", &sandbox.path().display().to_string());
    repo.task("T-2", "docs/**");
    repo.commit("src/a.rs", "fine\n", "one").ok();
    let mut pushing = repo
        .command("git")
        .args(["push", "--quiet", "origin", "main"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until(&sandbox.path().join("begun"));
    repo.agent("agent-b").lane(["claim", "T-2"]).ok();
    repo.task("T-3", "tests/**");
    std::fs::write(sandbox.path().join("go"), "").unwrap();
    assert!(pushing.wait().unwrap().success());
}
