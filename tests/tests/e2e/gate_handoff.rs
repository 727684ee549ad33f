//! The gate at a handoff: nothing is handed off that fails, nothing runs twice, and what passed is published.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::CONTRACT;
use crate::delivering::delivered;
use crate::delivering::started;
use crate::following::around;
use crate::following::follow;
use crate::gated::GATES;
use crate::gated::gated;
use crate::gated::ran;
use crate::plumbing::STATE;
use crate::sandbox;

/// The repository and its lane with one commit, both with a trace.
fn lane<'s>(sandbox: &'s Sandbox, gates: &str, text: &str) -> (Place<'s>, Place<'s>) {
    let repo = gated(sandbox, gates);
    let runs = sandbox.path().join("runs").display().to_string();
    let lane = started(&repo, CONTRACT).env("RUNS", &runs);
    lane.commit("src/a.rs", text, "one").ok();
    (repo, lane)
}

fn push(place: &Place<'_>, what: &str) -> Output {
    place.git(["push", "--quiet", "origin", what])
}

fn handed_off(repo: &Place<'_>) -> bool {
    let files = repo.git(["ls-tree", "-r", "--name-only", STATE]).ok();
    files.stdout.contains("/handoffs/")
}

#[test]
fn what_passed_is_published_with_the_handoff_and_shown() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, GATES, "fine\n");
    lane.lane(["handoff"])
        .ok()
        .says("ok       lint ")
        .says("ok       unit ")
        .prints("Gate:")
        .prints("- [x] 1 lint: passed, ")
        .prints(", key ");
    assert_eq!(
        ran(&sandbox),
        "lint unit",
        "the hooks of its push look at receipts"
    );
    lane.lane(["show", "T-1"]).ok().prints("gate: 2 unit: passed, ");
}

#[test]
fn the_record_says_what_ran_what_was_skipped_and_what_is_flaky() {
    let sandbox = sandbox();
    let gates = format!(
        "{GATES}\n[check.pages]\nrung = 1\npaths = [\"docs/**\"]\nrun = [\"false\"]\n\n[check.moody]\nrung = 2\nrun = [\"sh\", \"-c\", \"[ -e \\\"$RUNS.second\\\" ] || {{ touch \\\"$RUNS.second\\\"; exit 1; }}\"]\n"
    );
    let (repo, lane) = lane(&sandbox, &gates, "fine\n");
    let refused = lane.lane(["handoff"]).code(5).says("gate-failed").says("moody");
    assert!(!handed_off(&repo));
    follow(&lane, &refused, "git lane gate --base").ok();
    let record = lane
        .lane(["handoff", "--json"])
        .ok()
        .says("moody is flaky")
        .json();
    let gate = &record["gate"];
    for (name, rung, verdict) in [
        ("lint", 1, "passed"),
        ("moody", 2, "flaky"),
        ("pages", 1, "skipped"),
        ("unit", 2, "passed"),
        ("whole", 3, "skipped"),
    ] {
        assert_eq!(
            (&gate[name]["rung"], &gate[name]["verdict"]),
            (&rung.into(), &verdict.into()),
            "{gate}"
        );
        let ran = verdict != "skipped";
        let key = gate[name]["key"].as_str().map(str::len);
        assert_eq!(key, ran.then_some(64), "{gate}");
        assert_eq!(gate[name]["tree"] == record["tree"], ran, "{gate}");
    }
    let shown = lane.lane(["show", "T-1"]).ok();
    assert!(
        shown
            .stdout
            .contains("gate: 2 moody: flaky, failed before on these very files"),
        "{shown}"
    );
}

#[test]
fn what_fails_is_not_handed_off_and_the_hint_leads_on() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, GATES, "broken\n");
    let refused = repo
        .env("RUNS", "/dev/null")
        .agent("agent-a")
        .lane(["handoff", "T-1"])
        .code(5)
        .says("error: gate-failed")
        .says("    src/a.rs:1:broken");
    assert!(!handed_off(&repo));
    assert_eq!(
        lane.git(["ls-remote", "--heads", "origin", "T-1"]).ok().stdout,
        ""
    );
    lane.commit("src/a.rs", "mended\n", "mended").ok();
    follow(&repo, &refused, "cd ").ok();
    lane.lane(["handoff"]).ok();
    assert!(handed_off(&repo));
}

#[test]
fn a_check_that_leaves_files_behind_hands_nothing_off() {
    let sandbox = sandbox();
    let gates = "[check.messy]\nrung = 1\nrun = [\"sh\", \"-c\", \"echo x >left-behind\"]\n";
    let (repo, lane) = lane(&sandbox, gates, "fine\n");
    lane.lane(["handoff"])
        .code(3)
        .says("dirty-worktree")
        .says("left-behind");
    assert!(!handed_off(&repo));
}

#[test]
fn without_gates_a_handoff_is_as_it_was() {
    let sandbox = sandbox();
    let (repo, lane) = delivered(&sandbox);
    let shown = lane.lane(["show", "T-1"]).ok();
    assert!(!shown.stdout.contains("Gate"), "{shown}");
    assert!(handed_off(&repo));
}

#[test]
fn a_handed_off_lane_is_pushed_by_the_receipts_of_its_handoff() {
    let sandbox = sandbox();
    let repo = gated(&sandbox, GATES);
    let runs = sandbox.path().join("runs").display().to_string();
    let lane = started(&repo, CONTRACT).env("RUNS", &runs);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["--offline", "handoff"]).ok();
    assert_eq!(ran(&sandbox), "lint unit");
    assert_eq!(push(&lane, "T-1").ok().stderr, "");
    assert_eq!(ran(&sandbox), "");
    // Without them the lane's worktree is there to run in.
    around(&lane, &["push", "--quiet", "origin", ":T-1"]).ok();
    std::fs::remove_dir_all(repo.path().join(".git/lane/gate")).unwrap();
    push(&repo.env("RUNS", &runs), "T-1").ok().says("ok       unit");
    assert_eq!(ran(&sandbox), "lint unit");
}
