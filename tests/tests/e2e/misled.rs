//! Words that led where nothing was to be had: each hint names what the reader may do, in the phase that the task is in.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::landing_verdicts::land;
use crate::landing_verdicts::lanes;
use crate::landing_verdicts::merge;
use crate::sandbox;

/// A lane of `agent-a` with a commit, in a repository with these stages; the check of its task is a command.
fn lane<'s>(sandbox: &'s Sandbox, stages: &[&str]) -> (Place<'s>, Place<'s>) {
    let repo = sandbox.lanes("r");
    repo.stages(stages);
    around(&repo, &["commit", "--quiet", "--all", "-m", "stages"]).ok();
    repo.tell();
    let add = ["task", "add", "work", "--id", "T-1", "--scope", "src/**"];
    let check = ["--accept", "it is there", "--check", "test -f src/x.rs"];
    repo.lane([&add[..], &check].concat()).ok();
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/x.rs", "x\n", "work").ok();
    (repo, lane)
}

#[test]
fn a_check_that_a_handoff_left_to_testing_is_told_as_not_run() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, &["testing"]);
    lane.lane(["handoff"])
        .ok()
        .prints("it is there (not run yet: test -f src/x.rs)")
        .does_not_say("no command");
}

#[test]
fn a_handoff_that_a_run_on_another_tree_does_not_hinder_can_be_given() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, &["testing"]);
    lane.lane(["check"]).ok();
    lane.commit("src/x.rs", "y\n", "more").ok();
    lane.lane(["can", "handoff", "T-1"]).ok();
    lane.lane(["handoff"]).ok();
}

#[test]
fn an_author_whose_work_is_queued_waits_and_takes_nothing_back() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, &["testing"]);
    lane.lane(["handoff"]).ok();
    let tester = repo.agent("agent-t");
    tester.lane(["test", "T-1"]).ok();
    tester.lane(["test", "T-1", "--pass"]).ok();
    for verb in ["review", "test"] {
        let refused = lane.lane([verb, "T-1"]).code(3).says("not-in-phase");
        assert!(!refused.stderr.contains("resume T-1"), "{refused}");
        follow(&lane, &refused, "git lane show T-1").ok();
    }
    repo.lane(["task", "show", "T-1"]).ok().prints("queued");
}

#[test]
fn an_author_commits_what_came_after_the_handoff_once_it_is_taken_back() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, &["testing"]);
    lane.lane(["handoff"]).ok();
    lane.write("src/x.rs", "later\n");
    let refused = lane.lane(["check"]).code(3).says("dirty-worktree");
    assert_eq!(refused.hints()[0], "git lane resume T-1");
    follow(&lane, &refused, "git lane resume T-1").ok();
    follow(&lane, &refused, "git add --all && git commit").ok();
    let free = lane.lane(["check"]).ok();
    free.does_not_say("resume");
}

#[test]
fn a_role_that_the_verb_is_not_for_is_left_out() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, &[]);
    let refused = lane.lane(["--role", "tester", "handoff", "T-1"]).code(3);
    let refused = refused.says("role-not-allowed");
    assert_eq!(refused.hints(), ["git lane handoff T-1"]);
    follow(&lane, &refused, "git lane handoff T-1").ok();
}

#[test]
fn a_verb_of_the_lists_that_is_no_command_names_the_one_that_does_it() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, &["testing"]);
    lane.lane(["handoff"]).ok();
    let tester = repo.agent("agent-t");
    tester.lane(["test", "T-1"]).ok();
    let refused = tester.lane(["pass", "T-1"]).code(2);
    follow(&tester, &refused, "git lane test T-1 --pass").ok();
}

#[test]
fn where_nothing_is_set_up_the_right_folder_is_asked_for_first() {
    let sandbox = sandbox();
    for (place, code, then) in [
        (sandbox.repo("bare"), 6, "git lane init"),
        (sandbox.at(""), 6, "git init"),
    ] {
        let refused = place.lane(["status"]).code(code).says(".agents/policy.toml");
        assert_eq!(refused.hints(), ["cd FOLDER", then]);
    }
}

#[test]
fn a_merge_that_nobody_judged_comes_off_the_branch_and_what_is_not_committed_stays() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review", "testing"]);
    let before = repo.git(["rev-parse", "HEAD"]).ok().text().to_owned();
    merge(&repo, "T-1");
    repo.write("README.md", "half\n");
    let refused = land(&repo)
        .code(1)
        .says("somebody else than agent-a reviews it")
        .says("takes off main all that is not pushed");
    follow(&repo, &refused, "git reset --keep origin/main").ok();
    assert_eq!(repo.git(["rev-parse", "HEAD"]).ok().text(), before);
    assert_eq!(repo.read("README.md"), "half\n");
}

#[test]
fn instructions_say_where_the_acceptance_checks_are_run() {
    for (stages, says, says_not) in [
        (
            &["testing"][..],
            "does not run these checks",
            "runs what must pass",
        ),
        (&[], "runs what must pass", "does not run these checks"),
    ] {
        let sandbox = sandbox();
        let (repo, _) = lane(&sandbox, stages);
        repo.lane(["init", "--agents-md"]).ok();
        let text = repo.read("AGENTS.md");
        assert!(text.contains(says) && !text.contains(says_not), "{text}");
    }
}
