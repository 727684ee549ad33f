//! Whose turn it is in a lane's worktree: the phase says who commits there, and the refusal says what gives the right.

use lane_testkit::Place;

use super::handed_off;
use super::is_in;
use super::judges;
use crate::following::follow;
use crate::sandbox;

const HOUR: i64 = 3600;

/// The commit is refused, and what the hint names lets it through.
#[track_caller]
fn led_on(here: &Place<'_>, begins: &str) {
    here.write("src/a.rs", format!("{begins}\n"));
    let refused = here.git(["commit", "--quiet", "--all", "-m", "again"]);
    assert!(
        refused.code == 1 && refused.stderr.contains("error: foreign-lane: "),
        "{refused}"
    );
    here.git(["stash", "--quiet"]).ok();
    follow(here, &refused, begins).ok();
    here.git(["stash", "pop", "--quiet"]).ok();
    here.git(["commit", "--quiet", "--all", "-m", "again"]).ok();
}

#[test]
fn in_review_the_reviewer_commits_and_nobody_else() {
    let sandbox = sandbox();
    let (_repo, lane) = handed_off(&sandbox, "");
    let reviewer = lane.agent("agent-r");
    led_on(&reviewer, "git lane review T-1");
    for other in ["agent-a", "agent-b"] {
        let refused = lane.agent(other).commit("src/c.rs", "x\n", "mine too");
        assert!(
            refused.code == 1 && refused.stderr.contains("agent-r is at it"),
            "{refused}"
        );
        lane.git(["reset", "--quiet", "--hard"]).ok();
    }
    // As any commit of the lane.
    reviewer
        .commit("README.md", "x\n", "outside")
        .code(1)
        .says("outside-scope");
}

#[test]
fn an_author_who_handed_off_takes_it_back_first() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    led_on(&lane.agent("agent-a"), "git lane resume T-1");
    is_in(&repo, "in-progress");
}

#[test]
fn in_testing_the_tester_commits_and_when_queued_only_who_takes_it_back() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let (reviewer, tester) = judges(&repo);
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    led_on(&lane.agent("agent-t"), "git lane test T-1");
    tester.lane(["test", "T-1", "--pass"]).ok();
    is_in(&repo, "queued");
    let refused = lane.agent("agent-t").commit("src/c.rs", "x\n", "late");
    assert!(
        refused.code == 1 && refused.stderr.contains("foreign-lane"),
        "{refused}"
    );
    lane.git(["reset", "--quiet", "--hard"]).ok();
    led_on(&lane.agent("agent-a"), "git lane resume T-1");
}

#[test]
fn the_guard_and_the_records_ask_the_same() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let call = format!(
        r#"echo '{{"cwd":"{}","paths":["src/a.rs"]}}' | git lane guard"#,
        lane.path().display()
    );
    let edits = |agent: &str| lane.agent(agent).sh(&call);
    for agent in ["agent-a", "agent-r"] {
        edits(agent).code(1).says("foreign-lane");
    }
    for args in [
        &["check", "T-1"][..],
        &["consult", "T-1", "--source", "x", "--query", "y"],
    ] {
        let refused = repo.agent("agent-r").lane(args).code(3);
        let refused = refused.says("not-holder");
        follow(&repo.agent("agent-r"), &refused, "git lane review T-1").ok();
        repo.agent("agent-r").lane(args).ok();
        repo.agent("agent-r").lane(["leave", "T-1"]).ok();
    }
    repo.agent("agent-r").lane(["review", "T-1"]).ok();
    edits("agent-r").ok();
    edits("agent-a").code(1).says("agent-r is at it");
}

#[test]
fn post_checkout_says_whose_turn_it_is() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    repo.agent("agent-r").lane(["review", "T-1"]).ok();
    let turn = |agent: &str| lane.agent(agent).git(["checkout", "T-1"]);
    turn("agent-r").ok().does_not_say("you are agent-r");
    turn("agent-a")
        .ok()
        .says("in review by agent-r, and you are agent-a");
}

#[test]
fn who_names_nobody_acts_as_whoever_has_the_worktree_now() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let here = lane.person();
    let is = |name: &str| here.lane(["status"]).ok().prints(&format!("you are {name}"));
    is("agent-a");
    repo.agent("agent-r").lane(["review", "T-1"]).ok();
    is("agent-r");
    repo.agent("agent-r").lane(["leave", "T-1"]).ok();
    is("agent-a");
}

#[test]
fn a_stage_that_somebody_took_is_theirs_until_their_time_is_over() {
    let sandbox = sandbox();
    let (repo, _lane) = handed_off(&sandbox, "[limits]\nreviewer = \"1h\"");
    let (first, second) = (repo.agent("agent-r"), repo.agent("agent-s"));
    first.lane(["review", "T-1"]).ok();
    for args in [&["review", "T-1"][..], &["review", "T-1", "--approve"]] {
        let refused = second.lane(args).code(3);
        refused.says("stage-taken").says("agent-r");
    }
    second.lane(["can", "review", "T-1"]).code(3).says("stage-taken");
    second.lane(["leave", "T-1"]).code(3).says("not-holder");
    sandbox.advance(HOUR + 120);
    second.lane(["review", "T-1"]).ok();
    first
        .lane(["review", "T-1", "--approve"])
        .code(3)
        .says("stage-taken");
    second.lane(["review", "T-1", "--approve"]).ok();
    is_in(&repo, "testing");
}

#[test]
fn what_a_reviewer_left_uncommitted_is_handed_over_when_asked_for() {
    let sandbox = sandbox();
    let (repo, lane) = handed_off(&sandbox, "");
    let reviewer = repo.agent("agent-r");
    reviewer.lane(["review", "T-1"]).ok();
    lane.write("src/a.rs", "half\n");
    reviewer
        .lane(["review", "T-1", "--approve"])
        .code(3)
        .says("dirty-worktree");
    reviewer
        .lane(["review", "T-1", "--return", "--finding", "x"])
        .ok();
    let refused = repo.agent("agent-a").lane(["resume", "T-1"]);
    assert!(
        refused.code != 0 && refused.stderr.contains("agent-r left"),
        "{refused}"
    );
    follow(
        &repo.agent("agent-a"),
        &refused,
        "git lane resume T-1 --take-over",
    )
    .ok();
}
