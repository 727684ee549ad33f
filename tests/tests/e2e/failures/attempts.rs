//! Attempts that fail: another one follows in the same worktree and branch, and the marks are everywhere.

use lane_testkit::Place;

use super::policy;
use super::state;
use super::task;
use super::worked;
use crate::following::follow;
use crate::sandbox;

#[test]
fn somebody_else_goes_on_in_the_same_worktree_and_sees_what_went_wrong() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    lane.write("src/b.rs", "uncommitted\n");
    let tip = lane.rev("HEAD");
    let failed = lane
        .lane(["retry", "T-1", "--why", "the parser is too slow"])
        .ok();
    failed
        .says("attempt 1 at T-1 failed")
        .says("any worker moves next")
        .says("1 path uncommitted");
    assert_eq!(state(&repo, "T-1"), ["todo", "retry", "-"]);
    let next = repo.agent("agent-b");
    let refused = next.lane(["start", "T-1"]).code(2).says("agent-a left: src/b.rs");
    follow(&next, &refused, "git lane start T-1 --take-over").ok();
    assert_eq!(state(&repo, "T-1"), ["in-progress", "retry", "agent-b"]);
    let shown = next.lane(["resume", "T-1"]).ok();
    shown
        .prints("attempt 2")
        .prints("[RETRY] in implementation, failed once, says agent-a")
        .prints("    the parser is too slow\n");
    assert_eq!(lane.rev("HEAD"), tip);
    assert_eq!(lane.read("src/b.rs"), "uncommitted\n");
    let point = next.lane(["resume", "T-1", "--json"]).ok().json();
    assert_eq!(point["mark"], "retry");
    assert_eq!(point["trouble"]["why"], "the parser is too slow");
    assert_eq!(point["failed"]["implementation"], 1);
}

#[test]
fn the_hint_of_a_retry_leads_into_the_worktree_with_what_is_uncommitted() {
    for (dirty, begins) in [
        (true, "git lane resume T-1 --take-over"),
        (false, "git lane resume T-1"),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = worked(&sandbox);
        if dirty {
            lane.write("src/b.rs", "uncommitted\n");
        }
        let failed = lane.lane(["retry", "T-1", "--why", "x"]).ok();
        let resumed = follow(&repo.agent("agent-b"), &failed, begins).ok();
        resumed.prints("worktree ").prints("[RETRY] in implementation");
    }
}

#[test]
fn when_no_retry_is_left_the_orchestrator_decides() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    lane.lane(["retry", "T-1", "--why", "one"]).ok();
    repo.agent("agent-b").start("T-1");
    let last = repo.agent("agent-b").lane(["retry", "T-1", "--why", "two"]).ok();
    last.says("no retry is left")
        .says("any orchestrator moves next")
        .says("retry, return, rescope, deprioritise, take-over or abandon");
    assert_eq!(state(&repo, "T-1"), ["escalated", "escalated", "agent-b"]);
    let listed = repo.lane(["task", "list", "--status", "escalated"]).ok();
    listed.prints("[ESCALATED] work on src/**");
    assert!(
        repo.lane(["task", "list", "--status", "queued"])
            .ok()
            .stdout
            .is_empty()
    );
    // It keeps its locks, whatever time passes.
    sandbox.advance(30 * 86_400);
    let locks = repo.lane(["locks", "--json"]).ok().json();
    assert_eq!(locks[0]["lease_over"], false);
    assert_eq!(locks[0]["mark"], "escalated");
}

#[test]
fn the_mark_stands_before_the_title_in_every_listing() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    lane.lane(["retry", "T-1", "--why", "x"]).ok();
    let marked = "[RETRY] work on src/**";
    let prints = |place: &Place<'_>, lists: &[&[&str]]| {
        for list in lists {
            place.lane(*list).ok().prints(marked);
        }
    };
    prints(
        &repo,
        &[
            &["task", "list"],
            &["ready"],
            &["board"],
            &["task", "show", "T-1"],
        ],
    );
    let ready = repo.lane(["ready", "--json"]).ok().json();
    assert_eq!(ready["ready"][0]["mark"], "retry");
    repo.agent("agent-b").lane(["claim", "T-1"]).ok();
    prints(&repo, &[&["task", "list"], &["status"], &["board"], &["locks"]]);
    repo.lane(["locks", "--table"]).ok().prints("\\[RETRY\\] work on");
    for (list, at) in [
        (&["task", "list", "--json"][..], "/0/mark"),
        (&["status", "--json"], "/lanes/0/mark"),
        (&["locks", "--json"], "/0/mark"),
        (&["board", "--json"], "/phases/1/tasks/0/mark"),
        (&["task", "show", "T-1", "--json"], "/mark"),
    ] {
        let found = repo.lane(list).ok().json();
        let mark = found.pointer(at).and_then(|mark| mark.as_str());
        assert_eq!(mark, Some("retry"), "{list:?} {found}");
    }
}

#[test]
fn anybody_may_retry_once_the_time_of_a_worker_is_over_and_is_told_when_that_is() {
    let sandbox = sandbox();
    let (repo, _) = worked(&sandbox);
    policy(&repo, "[limits]\nworker = \"30m\"\n");
    let other = repo.agent("agent-b");
    let early = other.lane(["retry", "T-1", "--why", "it takes long"]).code(3);
    early
        .says("not-holder: T-1 is held by agent-a; others may retry it from ")
        .says("on, and one minute more");
    sandbox.advance(32 * 60);
    other.lane(["retry", "T-1", "--why", "it takes long"]).ok();
    assert_eq!(state(&repo, "T-1"), ["todo", "retry", "-"]);
    assert_eq!(task(&repo, "T-1")["trouble"]["by"], "agent-b");
}

#[test]
fn another_clone_goes_on_from_what_was_pushed() {
    let sandbox = sandbox();
    let repo = crate::delivering::published(&sandbox);
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "half\n", "half").ok();
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    lane.lane(["retry", "T-1", "--why", "x"]).ok();
    sandbox
        .at("")
        .git(["clone", "--quiet", "origin.git", "other"])
        .ok();
    let other = sandbox.at("other").agent("agent-b");
    other.lane(["init"]).ok();
    let there = other.start("T-1");
    assert_eq!(there.rev("HEAD"), lane.rev("HEAD"));
    there.lane(["resume"]).ok().prints("[RETRY] in implementation");
}
