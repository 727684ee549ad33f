//! A reviewer in another clone: sees the lane there, mends it there, and the author gets it back.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::handed_off;
use super::is_in;
use crate::clones::another;
use crate::clones::converge;
use crate::clones::origin;
use crate::clones::tip;
use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// The author's lane, handed off, and another clone.
fn two(sandbox: &Sandbox) -> (Place<'_>, Place<'_>, Place<'_>) {
    let (repo, lane) = handed_off(sandbox, "");
    let there = another(sandbox, "b").agent("agent-r");
    (repo, lane, there)
}

#[test]
fn the_lane_is_seen_and_approved_from_another_clone() {
    let sandbox = sandbox();
    let (repo, lane, there) = two(&sandbox);
    let seen = there.lane(["review", "T-1", "--json"]).ok().json();
    assert_eq!(seen["tip"], lane.rev("HEAD").as_str());
    let copy = sandbox.at(seen["worktree"].as_str().expect("a worktree"));
    assert_eq!(copy.read("src/a.rs"), "mine\n");
    there.lane(["review", "T-1", "--approve"]).ok();
    repo.lane(["sync"]).ok();
    is_in(&repo, "testing");
    let shown = repo.lane(["show", "T-1"]).ok();
    shown.prints("review: ready").does_not_say("own clone");
    converge(&[&repo, &there], &sandbox);
}

#[test]
fn the_same_name_in_another_clone_is_somebody_else() {
    let sandbox = sandbox();
    let (_repo, lane, there) = two(&sandbox);
    there.lane(["review", "T-1"]).ok();
    lane.lane(["sync"]).ok();
    let refused = lane.agent("agent-r").commit("src/a.rs", "x\n", "mine");
    assert!(
        refused.code == 1 && refused.stderr.contains("in another clone"),
        "{refused}"
    );
}

#[test]
fn what_was_mended_elsewhere_comes_back_to_the_author_and_nothing_old_is_judged() {
    let sandbox = sandbox();
    let (repo, lane, there) = two(&sandbox);
    let seen = there.lane(["review", "T-1", "--json"]).ok().json();
    let copy = sandbox
        .at(seen["worktree"].as_str().expect("a worktree"))
        .agent("agent-r");
    copy.commit("src/a.rs", "better\n", "mended").ok();
    // What it would run came with the state.
    let refused = copy.lane(["check", "T-1"]).code(3);
    follow(&copy, &refused, "git lane trust T-1").ok();
    copy.lane(["check", "T-1"]).ok();
    copy.lane(["review", "T-1", "--approve"]).ok();
    assert_eq!(tip(&origin(&sandbox), "refs/heads/T-1"), copy.rev("HEAD"));
    // The tester in the author's clone stands on what is old.
    let tester = repo.agent("agent-t");
    let refused = tester.lane(["test", "T-1", "--pass"]).code(3);
    let refused = refused.says("verdict-moved");
    follow(&tester, &refused, "cd ").ok();
    assert_eq!(lane.rev("HEAD"), copy.rev("HEAD"));
    tester.lane(["test", "T-1", "--fail", "--finding", "x"]).ok();
    repo.lane(["resume", "T-1"]).ok();
    is_in(&repo, "in-progress");
}

#[test]
fn a_lane_that_was_rewritten_and_handed_off_anew_is_looked_at_anew() {
    let sandbox = sandbox();
    let (repo, lane, there) = two(&sandbox);
    there.lane(["review", "T-1"]).ok();
    there.lane(["review", "T-1", "--return", "--finding", "x"]).ok();
    repo.lane(["resume", "T-1"]).ok();
    lane.git(["commit", "--quiet", "--amend", "--no-edit", "-m", "anew"])
        .ok();
    lane.lane(["handoff"]).ok();
    let refused = there.lane(["review", "T-1", "--approve"]).code(3);
    let refused = refused.says("verdict-moved");
    follow(&there, &refused, "cd ").ok();
    there.lane(["review", "T-1", "--approve"]).ok();
    is_in(&there, "testing");
}

#[test]
fn a_branch_that_is_nowhere_is_said_to_be_nowhere() {
    let sandbox = sandbox();
    let (_repo, _lane, there) = two(&sandbox);
    around(&there, &["push", "--quiet", "origin", ":T-1"]).ok();
    there.git(["fetch", "--quiet", "--prune", "origin"]).ok();
    let refused = there.lane(["review", "T-1"]);
    assert!(
        refused.code == 2 && refused.stderr.contains("nothing to see"),
        "{refused}"
    );
    follow(&there, &refused, "git lane note T-1").ok();
    is_in(&there, "review");
}

#[test]
fn what_a_reviewer_committed_and_leaves_is_said_to_be_here_only_and_the_hint_brings_it_to_the_others() {
    for verb in [
        &["leave", "T-1"][..],
        &["review", "T-1", "--return", "--finding", "x"],
    ] {
        let sandbox = sandbox();
        let (repo, lane, there) = two(&sandbox);
        let seen = there.lane(["review", "T-1", "--json"]).ok().json();
        let copy = sandbox
            .at(seen["worktree"].as_str().expect("a worktree"))
            .agent("agent-r");
        let handed = lane.rev("HEAD");
        copy.commit("src/a.rs", "better\n", "mended").ok();
        let said = copy.lane(verb).ok();
        let there_now = || tip(&origin(&sandbox), "refs/heads/T-1");
        if verb[0] == "leave" {
            let said = said.says(": 1 commit of T-1 after the handoff");
            assert_eq!(there_now(), handed);
            follow(&copy, &said, "git push").ok();
            repo.git(["fetch", "--quiet", "origin"]).ok();
            repo.git(["cat-file", "-e", &copy.rev("HEAD")]).ok();
        } else {
            said.does_not_say("in this clone only");
            assert_eq!(there_now(), copy.rev("HEAD"));
        }
    }
}

#[test]
fn who_leaves_without_a_commit_of_their_own_leaves_nothing_behind() {
    let sandbox = sandbox();
    let (_repo, _lane, there) = two(&sandbox);
    there.lane(["review", "T-1"]).ok();
    there
        .lane(["leave", "T-1"])
        .ok()
        .does_not_say("in this clone only");
}

#[test]
fn a_lane_whose_branch_was_never_pushed_begins_anew_elsewhere_and_that_is_said() {
    for pushed in [false, true] {
        let sandbox = sandbox();
        let (a, b) = crate::clones::two(&sandbox, "");
        a.task("T-1", "src/**");
        let lane = a.start("T-1");
        lane.commit("src/a.rs", "mine\n", "mine").ok();
        lane.lane(["checkpoint", "--done", "half"]).ok();
        if pushed {
            lane.git(["push", "--quiet", "origin", "T-1"]).ok();
        }
        a.lane(["release", "T-1", "--why", "x"]).ok();
        b.lane(["sync"]).ok();
        let started = b.lane(["start", "T-1"]).ok();
        let missing = format!(
            "its last checkpoint is CP-01 at {}, made by agent-a in clone",
            &lane.rev("HEAD")[..8]
        );
        match pushed {
            false => started.says("begins anew").says(&missing),
            true => started.does_not_say("begins anew"),
        };
    }
}
