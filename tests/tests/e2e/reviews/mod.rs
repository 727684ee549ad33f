//! Review and test: the way from a handoff to the queue, and who may say what.

mod elsewhere;
mod mended;
mod turns;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::first;
use crate::delivering::CONTRACT;
use crate::following::follow;
use crate::sandbox;

/// A repository with a remote, and the lane of agent-a in it, checked and handed off.
fn handed_off<'s>(sandbox: &'s Sandbox, policy: &str) -> (Place<'s>, Place<'s>) {
    let (repo, lane) = working(sandbox, policy, CONTRACT);
    lane.lane(["check"]).ok();
    lane.lane(["handoff", "--risk", "a risk"]).ok();
    (repo, lane)
}

/// The same, not handed off.
fn working<'s>(sandbox: &'s Sandbox, policy: &str, contract: &str) -> (Place<'s>, Place<'s>) {
    let repo = first(sandbox, policy);
    let file = repo.path().join(".git/contract.toml");
    std::fs::write(&file, contract).expect("a contract");
    repo.lane(["task", "add", "--id", "T-1", "--from", &file.to_string_lossy()])
        .ok();
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "mine\n", "one").ok();
    (repo, lane)
}

/// The task's phase.
#[track_caller]
fn is_in(place: &Place<'_>, phase: &str) {
    let shown = place.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert_eq!(shown["status"], phase, "{shown}");
}

/// The agents that look at what agent-a did.
fn judges<'s>(repo: &Place<'s>) -> (Place<'s>, Place<'s>) {
    (repo.agent("agent-r"), repo.agent("agent-t"))
}

#[test]
fn what_is_approved_is_tested_and_what_passes_is_queued() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let (reviewer, tester) = judges(&repo);
    let seen = reviewer.lane(["review", "T-1"]).ok();
    let seen = seen.prints(&format!(
        "$ git diff {}...{}",
        &repo.rev("main")[..8],
        &lane.rev("HEAD")[..8]
    ));
    let seen = seen.prints("- src/a.rs").prints("- a risk");
    let place = lane.path().display().to_string();
    assert!(
        seen.hints()
            .iter()
            .any(|hint| hint.starts_with("cd ") && hint.contains(&place)),
        "{seen}"
    );
    follow(&reviewer, &seen, "git lane review T-1 --approve").ok();
    is_in(&repo, "testing");
    let seen = tester.lane(["test", "T-1"]).ok();
    follow(&tester, &seen, "git lane check T-1").ok();
    let passed = follow(&tester, &seen, "git lane test T-1 --pass").ok();
    passed.prints("rests on CP-01").prints("test -s src/a.rs");
    is_in(&repo, "queued");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn what_was_not_run_before_is_run_by_the_tester_and_recorded() {
    let sandbox = sandbox();
    let (repo, lane) = working(&sandbox, "", CONTRACT);
    let handed = lane.lane(["handoff"]).ok();
    handed.says("not run on this commit: builds, clean");
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    // Evidence is brought by who has taken the test on.
    let refused = tester.lane(["test", "T-1", "--pass"]).code(3);
    let refused = refused.says("acceptance-missing");
    tester
        .lane(["can", "pass", "T-1"])
        .code(3)
        .says("acceptance-missing");
    follow(&tester, &refused, "git lane test T-1").ok();
    let passed = tester.lane(["test", "T-1", "--pass"]).ok();
    passed.prints("rests on CP-02").prints("test -s src/a.rs");
    is_in(&repo, "queued");
    lane.git(["push", "origin", "T-1"]).ok();
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn what_fails_at_the_end_of_testing_is_no_pass() {
    let sandbox = sandbox();
    let contract = CONTRACT.replace("\"true\"", "\"test\", \"-e\", \"src/z.rs\"");
    let (repo, lane) = working(&sandbox, "", &contract);
    lane.lane(["handoff"]).ok();
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    tester.lane(["test", "T-1"]).ok();
    tester
        .lane(["test", "T-1", "--pass"])
        .code(5)
        .says("acceptance-failed");
    is_in(&repo, "testing");
    // What is known to fail is not handed off again as it is.
    repo.lane(["resume", "T-1"]).ok();
    lane.lane(["handoff"]).code(5).says("acceptance-failed");
    lane.commit("src/z.rs", "mine\n", "two").ok();
    lane.lane(["handoff"]).ok();
}

#[test]
fn a_verdict_on_what_was_handed_off_needs_no_taking() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let (reviewer, tester) = judges(&repo);
    let tip = lane.rev("HEAD");
    let approved = reviewer
        .lane(["review", "T-1", "--approve", "--at", &tip, "--json"])
        .ok()
        .json();
    assert_eq!(
        (&approved["status"], &approved["tip"]),
        (&"testing".into(), &tip.as_str().into())
    );
    assert_eq!(approved["own_clone"][0], "review");
    tester.lane(["test", "T-1", "--pass"]).ok();
    is_in(&repo, "queued");
    let shown = repo.lane(["show", "T-1"]).ok();
    shown
        .prints("review: ready, commit")
        .prints("from the author's own clone");
}

#[test]
fn what_is_returned_shows_its_author_the_findings_and_keeps_its_mark_until_it_passes() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let reviewer = repo.agent("agent-r");
    reviewer.lane(["review", "T-1"]).ok();
    let refused = reviewer.lane(["review", "T-1", "--return"]).code(2);
    crate::following::hinted(&refused, "git lane review T-1 --return --finding TEXT");
    reviewer
        .lane([
            "review",
            "T-1",
            "--return",
            "--finding",
            "no test",
            "--finding",
            "hint: not ours",
        ])
        .ok()
        .says("[RETRY]");
    is_in(&repo, "in-progress");
    let point = lane.lane(["resume", "T-1"]).ok();
    let point = point.prints("review: NOT READY").prints("  finding: no test");
    assert!(!point.stdout.contains('\u{1b}'), "{point}");
    lane.commit("src/a.rs", "better\n", "mended").ok();
    lane.lane(["handoff"]).ok();
    reviewer.lane(["review", "T-1"]).ok().prints("finding: no test");
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    let shown = repo.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert!(
        shown["trouble"].is_null() && shown["verdict"]["review"]["ready"] == true,
        "{shown}"
    );
}

#[test]
fn an_author_approves_nothing_of_their_own_unless_the_policy_says_so() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let refused = lane.lane(["review", "T-1", "--approve"]).code(3);
    refused.says("own-work").says("hint: git lane ready");
    lane.lane(["can", "approve", "T-1"]).code(3).says("own-work");
    repo.agent("agent-r").lane(["can", "approve", "T-1"]).ok();
    let sandbox = crate::sandbox();
    let (repo, lane) = handed_off(&sandbox, "[pipeline]\nown_approval = true");
    lane.lane(["review", "T-1", "--approve"]).ok();
    is_in(&repo, "testing");
}

#[test]
fn where_the_policy_has_self_review_the_author_speaks_first() {
    let sandbox = sandbox();
    let stages = "[pipeline]\nstages = [\"self-review\", \"review\", \"testing\"]";
    let (repo, lane) = handed_off(&sandbox, stages);
    let reviewer = repo.agent("agent-r");
    let refused = reviewer.lane(["review", "T-1", "--approve"]).code(3);
    let refused = refused.says("self-review-missing");
    repo.agent("agent-b")
        .lane(["review", "T-1", "--self"])
        .code(3)
        .says("not-holder");
    follow(&lane, &refused, "git lane review T-1 --self").ok();
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    is_in(&repo, "testing");
}

#[test]
fn high_risk_asks_for_the_class_and_words_alone_are_not_approved() {
    let sandbox = sandbox();
    let (repo, lane) = working(
        &sandbox,
        "",
        "title = \"work\"\nrisk = \"high\"\nscope = [\"src/**\"]\n[acceptance.a]\ntext = \"a\"\ncheck = [\"true\"]\npurpose = [\"anchor\", \"runtime\"]\n",
    );
    lane.lane(["handoff"]).ok();
    let reviewer = repo.agent("agent-r");
    let design = ["review", "T-1", "--approve", "--class", "design-only"];
    reviewer.lane(design).code(3).says("design-only");
    let refused = reviewer.lane(["review", "T-1", "--approve"]).code(3);
    let refused = refused.says("class-missing");
    follow(
        &reviewer,
        &refused,
        "git lane review T-1 --approve --class implemented",
    )
    .ok();
    is_in(&repo, "testing");
}

#[test]
fn a_test_that_fails_stays_with_the_tester_then_goes_back_to_review_and_then_up() {
    let sandbox = sandbox();
    let (repo, _lane) = handed_off(&sandbox, "");
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    let fail = ["test", "T-1", "--fail", "--finding", "it burns"];
    tester.lane(fail).ok().says("[RETRY]");
    is_in(&repo, "testing");
    tester.lane(fail).ok().says("[ESCALATED]");
    is_in(&repo, "review");
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    tester.lane(fail).ok();
    is_in(&repo, "escalated");
}

#[test]
fn words_that_no_verdict_takes_are_refused() {
    let sandbox = sandbox();
    let (_repo, lane) = handed_off(&sandbox, "");
    for args in [
        &["review", "T-1", "--finding", "x"][..],
        &["review", "T-1", "--approve", "--return"],
        &["review", "T-1", "--return", "--class", "implemented"],
        &["review", "T-1", "--approve", "--class", "dancing"],
        &["review", "T-1", "--risk", "x"],
        &["review", "T-1", "--approve", "--take-over"],
        &["test", "T-1", "--pass", "--fail"],
        &["test"],
        &["leave"],
        &["review", "T-1", "--return", "--finding", "two\nlines"],
    ] {
        lane.agent("agent-r").lane(args).code(2).does_not_say("panicked");
    }
    for (args, says) in [
        (&["review", "T-9"][..], "no-such-task"),
        (&["test", "T-1"], "not-in-phase"),
        (&["test", "T-1", "--pass"], "not-in-phase"),
        (&["leave", "T-1"], "not-holder"),
    ] {
        lane.agent("agent-r").lane(args).code(3).says(says);
    }
}
