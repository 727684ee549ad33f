//! A commit after the handoff: a verdict on it is void, or brings the evidence for it.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::handed_off;
use super::is_in;
use super::judges;
use crate::clones::origin;
use crate::clones::times;
use crate::clones::tip;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

/// The lane taken by agent-r, who mended something in it.
fn mended<'s>(sandbox: &'s Sandbox, policy: &str) -> (Place<'s>, Place<'s>) {
    let (repo, lane) = handed_off(sandbox, policy);
    let lane = lane.agent("agent-r");
    lane.lane(["review", "T-1"]).ok();
    lane.commit("src/a.rs", "better\n", "mended").ok();
    (repo, lane)
}

#[test]
fn a_reviewer_who_mended_approves_with_evidence_in_one_push() {
    let sandbox = sandbox();
    let (repo, lane) = mended(&sandbox, "");
    let pushes = repo.path().join("pushes");
    let script = format!("cat >>'{0}'; echo >>'{0}'", pushes.display());
    crate::clones::script(&origin(&sandbox), "hooks/pre-receive", &script);
    let approved = lane
        .lane(["review", "T-1", "--approve", "--fixed", "the end"])
        .ok();
    approved.prints("rests on CP-02");
    let heard = std::fs::read_to_string(&pushes).expect("pushes");
    let with_code: Vec<&str> = heard
        .split("\n\n")
        .filter(|push| push.contains("refs/heads/T-1"))
        .collect();
    assert!(with_code.len() == 1 && with_code[0].contains(STATE), "{heard}");
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
    assert_eq!(times(&origin(&sandbox), "approve T-1"), 1);
    is_in(&repo, "testing");
    let shown = repo.lane(["show", "T-1", "--json"]).ok().json();
    let record = &shown["checkpoints"][1];
    assert_eq!(record["tip"], lane.rev("HEAD").as_str());
    assert_eq!(
        (&record["status"], &record["made"]["by"]),
        (&"testing".into(), &"agent-r".into())
    );
    assert_eq!(shown["task"]["authors"][0], "agent-a");
    assert_eq!(shown["task"]["authors"].as_array().map(Vec::len), Some(1));
    // What was pushed is what is recorded: pre-push lets it be pushed again.
    lane.git(["push", "origin", "T-1"]).ok();
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_verdict_is_void_on_what_came_after_the_handoff() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let before = lane.rev("HEAD");
    lane.write("src/a.rs", "later\n");
    around(
        &lane,
        &[
            "commit",
            "--quiet",
            "--all",
            "-m",
            "past the hooks",
            "--trailer",
            "Lane-Task: T-1",
        ],
    )
    .ok();
    let reviewer = repo.agent("agent-r");
    let refused = reviewer.lane(["review", "T-1", "--approve"]).code(3);
    let refused = refused.says("verdict-moved");
    reviewer
        .lane(["can", "approve", "T-1"])
        .code(3)
        .says("verdict-moved");
    reviewer
        .lane(["review", "T-1", "--approve", "--at", &before])
        .code(3)
        .says("verdict-moved");
    is_in(&repo, "review");
    follow(&reviewer, &refused, "git lane review T-1").ok();
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    is_in(&repo, "testing");
}

#[test]
fn evidence_that_fails_refuses_the_verdict_and_leaves_all_as_it_was() {
    let sandbox = sandbox();
    let (repo, lane) = mended(&sandbox, "[pipeline]\nstages = [\"review\"]");
    lane.write("src/a.rs", "");
    lane.git(["commit", "--quiet", "--all", "-m", "emptied"]).ok();
    let there = tip(&origin(&sandbox), "refs/heads/T-1");
    lane.lane(["review", "T-1", "--approve"])
        .code(5)
        .says("acceptance-failed");
    is_in(&repo, "review");
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), there);
    lane.commit("src/a.rs", "whole\n", "whole").ok();
    lane.lane(["review", "T-1", "--approve"]).ok();
}

#[test]
fn a_tester_brings_the_lane_up_to_date_and_passes_what_came_of_it() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    repo.person().commit("docs/guide.md", "news\n", "news").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let seen = tester.lane(["test", "T-1"]).ok();
    let seen = seen.says("has commits that the lane does not have");
    let lane = lane.agent("agent-t");
    follow(&lane, &seen, "git fetch -- origin").ok();
    lane.lane(["test", "T-1"])
        .ok()
        .does_not_say("has commits that the lane");
    lane.lane(["test", "T-1", "--pass"]).ok().prints("rests on CP-02");
    is_in(&repo, "queued");
    let shown = repo.lane(["show", "T-1", "--json"]).ok().json();
    let record = &shown["checkpoints"][1];
    assert_eq!(record["base"], repo.rev("main").as_str());
    assert_eq!(record["files"].as_array().map(Vec::len), Some(1), "{record}");
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
}

#[test]
fn the_checks_for_what_changed_are_named_and_what_ran_is_recorded() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let gates = "[check.look]\nrung = 2\nrun = [\"test\", \"-s\", \"src/a.rs\"]\npaths = [\"src/**\"]\n[check.guide]\nrung = 2\nrun = [\"false\"]\npaths = [\"docs/**\"]\n";
    repo.person().commit(".agents/gates.toml", gates, "gates").ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    let seen = tester.lane(["test", "T-1", "--json"]).ok().json();
    assert_eq!(seen["checks"][0]["name"], "look");
    assert_eq!(seen["checks"].as_array().map(Vec::len), Some(1), "{seen}");
    assert_eq!(seen["acceptance"].as_array().map(Vec::len), Some(2));
    let lane = lane.agent("agent-t");
    let seen = lane.lane(["test", "T-1"]).ok().prints("check look, rung 2");
    follow(&lane, &seen, "git fetch -- origin").ok();
    lane.lane(["test", "T-1", "--pass"]).ok().prints("2 look: passed");
}

#[test]
fn what_is_returned_or_fails_brings_no_evidence_and_loses_no_commit() {
    let sandbox = sandbox();
    let (repo, lane) = mended(&sandbox, "");
    lane.lane([
        "review",
        "T-1",
        "--return",
        "--finding",
        "still no test",
        "--fixed",
        "a typo",
    ])
    .ok();
    is_in(&repo, "in-progress");
    // The author has the reviewer's commits, here and on the remote.
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
    let point = lane.agent("agent-a").lane(["resume", "T-1"]).ok();
    point.prints("finding: still no test").prints("fixed: a typo");
    lane.agent("agent-a").lane(["handoff"]).ok();
}

#[test]
fn a_rule_that_refuses_the_evidence_names_the_verdict_as_the_way_on() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "[tests]\nfiles = [\"src/b.rs\"]");
    let lane = lane.agent("agent-r");
    lane.lane(["review", "T-1"]).ok();
    lane.git(["rm", "--quiet", "src/b.rs"]).ok();
    lane.git(["commit", "--quiet", "-m", "no test"]).ok();
    let refused = lane.lane(["review", "T-1", "--approve"]);
    assert!(
        refused.code != 0 && refused.stderr.contains("removed-tests"),
        "{refused}"
    );
    follow(&lane, &refused, "git lane review T-1 --approve --removes").ok();
    is_in(&repo, "testing");
}

#[test]
fn what_is_approved_offline_goes_with_the_next_push_and_its_branch_with_it() {
    let sandbox = sandbox();
    let (repo, lane) = mended(&sandbox, "");
    lane.lane(["--offline", "review", "T-1", "--approve"])
        .ok()
        .says("provisional");
    assert_ne!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
    repo.lane(["sync"]).ok();
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), lane.rev("HEAD"));
    is_in(&repo, "testing");
}
