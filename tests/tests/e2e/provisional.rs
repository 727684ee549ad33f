//! Work without the remote: marked as provisional, and decided again when it is published.

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;

use crate::clones::converge;
use crate::clones::origin;
use crate::clones::times;
use crate::clones::two;
use crate::following::follow;
use crate::sandbox;

/// A second clone that has started T-1 without the remote, while others put events before it.
fn apart<'s>(a: &Place<'s>, b: &Place<'s>) -> Place<'s> {
    a.task("T-1", "src/**");
    b.lane(["sync"]).ok();
    let started = b.lane(["--offline", "start", "T-1"]).ok().says("provisional");
    let lane = b.at(started.text());
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    a.task("T-2", "docs/**");
    a.task("T-3", "web/**");
    lane
}

#[test]
fn a_provisional_claim_that_holds_gets_a_new_fence_and_its_worktree_goes_on() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = apart(&a, &b);
    assert_eq!(times(&origin(&sandbox), "claim"), 0);
    lane.lane(["sync"]).ok().does_not_say("not taken");
    assert_eq!(times(&origin(&sandbox), "claim T-1 by agent-b"), 1);
    lane.commit("src/b.rs", "mine\n", "mine too").ok();
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    a.lane(["claim", "T-1"]).code(3).says("agent-b");
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_kill_between_the_new_state_and_the_binding_does_not_lock_the_worktree_out() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = apart(&a, &b);
    lane.env(FAILPOINT_VAR, "taken").lane(["sync"]).fails();
    // What was decided again meanwhile has one more number.
    a.task("T-4", "api/**");
    lane.lane(["sync"]).ok();
    lane.commit("src/b.rs", "mine\n", "mine too").ok();
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_provisional_claim_that_does_not_hold_is_explained_and_kept_until_it_is_put_away() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = apart(&a, &b);
    a.lane(["claim", "T-1"]).ok();
    b.lane(["--offline", "note", "T-1", "a word"]).ok();
    let synced = lane.lane(["sync"]).ok();
    synced
        .says("not taken (already-claimed): claim T-1 by agent-b")
        .says("agent-a");
    b.lane(["sync"]).ok().does_not_say("not taken");
    let kept = b.lane(["sync", "--given-up"]).ok();
    let kept = kept.prints("claim T-1 by agent-b").prints("already-claimed");
    // The record that it wrote can still be read.
    let show = kept.stdout.lines().find(|line| line.contains("git show"));
    b.sh(show.expect("a command")).ok().prints("task.claimed");
    let json = b.lane(["sync", "--given-up", "--json"]).ok().json();
    assert_eq!(json["id"], "already-claimed", "{json}");
    b.lane(["sync", "--given-up", "--forget"]).ok();
    assert_eq!(b.lane(["sync", "--given-up"]).ok().stdout, "");
    // What did not depend on it went on, and the worktree is nobody's free way in.
    assert_eq!(times(&origin(&sandbox), "note on T-1 by agent-b"), 1);
    lane.commit("src/b.rs", "mine\n", "mine too")
        .code(1)
        .says("agent-a");
    converge(&[&a, &b], &sandbox);
}

#[test]
fn an_edit_without_the_remote_takes_no_edit_of_others_back() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    a.task("T-2", "docs/**");
    b.lane(["sync"]).ok();
    for id in ["T-1", "T-2"] {
        b.lane(["--offline", "task", "edit", id, "--title", "by b"]).ok();
    }
    a.lane(["task", "edit", "T-1", "--title", "by a"]).ok();
    // A claim is no edit: the contract is as it was.
    a.lane(["claim", "T-2"]).ok();
    b.lane(["sync"]).ok().says("not taken (edited-meanwhile)");
    let title = |id: &str| a.lane(["task", "show", id]).ok().stdout;
    converge(&[&a, &b], &sandbox);
    assert!(title("T-1").contains("by a"), "{}", title("T-1"));
    assert!(title("T-2").contains("by b"), "{}", title("T-2"));
    assert!(title("T-2").contains("agent-a"), "{}", title("T-2"));
}

#[test]
fn a_checkpoint_and_a_handoff_without_the_remote_get_the_numbers_that_are_free_there() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = apart(&a, &b);
    lane.lane(["--offline", "checkpoint", "--done", "half"])
        .ok()
        .prints("CP-01");
    lane.lane(["--offline", "handoff"]).ok().says("provisional");
    let other = a.start("T-1");
    other.lane(["checkpoint", "--done", "first"]).ok().prints("CP-01");
    a.lane(["release", "T-1", "--why", "x"]).ok();
    lane.lane(["sync"]).ok().does_not_say("not taken");
    let remote = origin(&sandbox);
    assert_eq!(times(&remote, "checkpoint CP-01 of T-1 by agent-a"), 1);
    assert_eq!(times(&remote, "checkpoint CP-02 of T-1 by agent-b"), 1);
    assert_eq!(times(&remote, "hand off T-1 by agent-b: CP-03"), 1);
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_refusal_without_the_remote_names_the_way_there() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    b.lane(["--offline", "claim", "T-1"]).code(3).says("no-such-task");
    b.lane(["--offline", "sync"]).code(2).says("--offline");
    let provisional = b.lane(["--offline", "task", "add", "work", "--id", "T-2"]).ok();
    follow(&b, &provisional, "git lane sync").ok();
    assert_eq!(times(&origin(&sandbox), "add T-2"), 1);
}

#[test]
fn an_event_of_a_clock_that_was_ahead_does_not_lock_the_clone_out() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    sandbox.advance(86_400);
    a.lane(["note", "T-1", "from tomorrow"]).ok();
    a.lane(["--offline", "task", "add", "x", "--id", "T-2"]).ok();
    sandbox.advance(-86_400);
    a.lane(["claim", "T-1"]).ok();
    assert_eq!(times(&origin(&sandbox), "note on T-1"), 1);
    b.lane(["sync"]).ok().does_not_say("ahead");
    converge(&[&a, &b], &sandbox);
}
