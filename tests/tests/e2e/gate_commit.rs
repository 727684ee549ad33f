//! The gate before a commit: what is staged and nothing else, only where it is asked for, and never where commits are
//! replayed.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::gated::GATES;
use crate::gated::gated;
use crate::gated::ran;
use crate::sandbox;

fn asking<'s>(sandbox: &'s Sandbox, rung: u8) -> Place<'s> {
    gated(sandbox, &format!("[hooks]\npre_commit = {rung}\n\n{GATES}"))
}

fn staged(place: &Place<'_>, path: &str, text: &str) {
    place.write(path, text);
    place.git(["add", "--", path]).ok();
}

#[test]
fn nothing_runs_before_a_commit_unless_the_gates_ask() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    repo.commit("src/a.rs", "wrong\n", "one").ok();
    assert_eq!(ran(&sandbox), "");
}

#[test]
fn a_commit_climbs_as_far_as_it_is_asked_and_the_hints_lead_on() {
    let sandbox = sandbox();
    let repo = asking(&sandbox, 1);
    staged(&repo, "src/a.rs", "wrong\n");
    let refused = repo
        .git(["commit", "--quiet", "-m", "one"])
        .code(1)
        .says("FAILED   lint")
        .says("    src/a.rs:1:wrong")
        .says("error: gate-failed: 1 check of 1 did not pass: lint; mend it, stage it, and commit again");
    assert_eq!(refused.stdout, "");
    follow(&repo, &refused, "git lane gate --staged").code(5);
    staged(&repo, "src/a.rs", "mended\n");
    follow(&repo, &refused, "git lane gate --staged").ok();
    repo.git(["commit", "--quiet", "-m", "one"]).ok();
    assert_eq!(ran(&sandbox), "lint lint lint", "the commit took the receipt");
    let json = repo.env("GIT_LANE_FORMAT", "json");
    staged(&json, "src/a.rs", "wrong\n");
    let refused = json.git(["commit", "--quiet", "-m", "two"]).code(1);
    let line: serde_json::Value =
        serde_json::from_str(&refused.stderr).unwrap_or_else(|_| panic!("{refused}"));
    assert_eq!(line["findings"][0]["id"], "gate-failed");
    assert_eq!(line["checks"][0]["check"], "lint");
}

#[test]
fn every_way_to_commit_is_checked_and_what_skips_the_hook_is_not() {
    let ways: [(&[&str], &str); 5] = [
        (&["commit", "--quiet", "-am", "x"], "lint"),
        (&["commit", "--quiet", "-m", "x", "src/a.rs"], "lint"),
        (&["commit", "--quiet", "-m", "x", "--only", "src/a.rs"], "lint"),
        (&["commit", "--quiet", "--amend", "-am", "x"], "lint"),
        (&["commit", "--quiet", "--no-verify", "-am", "x"], ""),
    ];
    for (way, runs) in ways {
        let sandbox = sandbox();
        let repo = asking(&sandbox, 1);
        repo.write("src/a.rs", "fine\n");
        around(&repo, &["add", "src/a.rs"]).ok();
        around(&repo, &["commit", "--quiet", "-m", "first"]).ok();
        repo.write("src/a.rs", "other\n");
        repo.git(way).ok();
        assert_eq!(ran(&sandbox), runs, "{way:?}");
        let left = repo.git(["status", "--porcelain"]).ok();
        assert_eq!(left.stdout, "", "{way:?}");
    }
}

#[test]
fn replayed_commits_run_nothing() {
    let sandbox = sandbox();
    let repo = asking(&sandbox, 1);
    repo.git(["switch", "--quiet", "-c", "beside"]).ok();
    repo.commit("src/b.rs", "fine\n", "beside").ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.commit("src/c.rs", "fine\n", "main").ok();
    ran(&sandbox);
    repo.git(["cherry-pick", "beside"]).ok();
    repo.git(["revert", "--no-edit", "HEAD"]).ok();
    repo.git(["rebase", "--quiet", "main", "beside"]).ok();
    // One that stopped and is continued by hand fires pre-commit.
    repo.git(["switch", "--quiet", "-c", "again", "main"]).ok();
    repo.git(["cherry-pick", "--no-commit", "beside~1"]).ok();
    assert_eq!(ran(&sandbox), "");
}

#[test]
fn the_staged_text_is_judged_and_not_the_one_on_disk() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    let gates = "[hooks]\npre_commit = 1\n\n[check.format]\nrung = 1\nbuiltin = \"rustfmt\"\n";
    repo.write(".agents/gates.toml", gates);
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "gates"]).ok();
    let path = "crates/apart/src/new.rs";
    staged(&repo, path, "pub fn  ill( ) {}\n");
    // Mended on disk and known to pass there, but not staged.
    repo.write(path, "pub fn ill() {}\n");
    repo.lane(["gate", "--rung", "1"]).ok();
    let refused = repo
        .git(["commit", "--quiet", "-m", "one"])
        .code(1)
        .says("gate-failed")
        .says(path);
    follow(&repo, &refused, "cargo fmt --all").ok();
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "one"]).ok();
    // The other way round: what is on disk does not matter.
    staged(&repo, path, "pub fn well() {}\n");
    repo.write(path, "pub fn  ill( ) {}\n");
    repo.git(["commit", "--quiet", "-m", "two"]).ok();
}

#[test]
fn gates_that_cannot_be_used_stop_no_commit_that_mends_them() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, "[hooks]\npre_commit = 9\n");
    repo.commit("src/a.rs", "fine\n", "one")
        .ok()
        .says("warning: no check was run")
        .says("pre_commit");
}

#[test]
fn what_is_in_conflict_is_not_judged_as_staged() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    repo.git(["switch", "--quiet", "-c", "one"]).ok();
    repo.commit("src/a.rs", "one\n", "one").ok();
    repo.git(["switch", "--quiet", "-c", "other", "HEAD~1"]).ok();
    repo.commit("src/a.rs", "other\n", "other").ok();
    repo.git(["merge", "--quiet", "one"]).fails();
    let refused = repo.lane(["gate", "--staged"]).code(3);
    refused
        .says("error: unmerged: src/a.rs: in conflict")
        .says("hint: git status");
    repo.write("src/a.rs", "both\n");
    repo.git(["add", "src/a.rs"]).ok();
    repo.lane(["gate", "--staged"]).ok();
}
