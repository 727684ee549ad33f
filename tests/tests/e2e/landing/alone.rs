//! Landings that no remote arbitrates: the branch is moved where it is, and never under anybody's files.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::phase;
use super::swept;
use crate::following::around;
use crate::sandbox;

/// A repository without a remote, and T-1 handed off.
pub(super) fn alone<'s>(sandbox: &'s Sandbox, policy: &str) -> (Place<'s>, Place<'s>) {
    let repo = sandbox.lanes("r");
    repo.stages(&[]);
    let text = repo.read(".agents/policy.toml") + policy;
    repo.write(".agents/policy.toml", text);
    around(&repo, &["commit", "--quiet", "--all", "-m", "settings"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/one", "one\n", "work").ok();
    lane.lane(["handoff"]).ok();
    (repo, lane)
}

#[test]
fn a_clean_checkout_is_advanced_and_a_dirty_one_refuses_before_anything() {
    let sandbox = sandbox();
    let (repo, _) = alone(&sandbox, "");
    let before = repo.rev("main");
    repo.write("scratch", "not committed\n");
    repo.lane(["land", "T-1"])
        .code(3)
        .says("error: integration-checked-out: main is checked out at");
    assert_eq!(
        (repo.rev("main"), phase(&repo, "T-1")),
        (before.clone(), "queued".to_owned())
    );
    std::fs::remove_file(repo.path().join("scratch")).expect("removed");
    let landed = repo.lane(["land", "T-1"]).ok().says("landed T-1: main is at");
    assert_eq!(landed.text(), repo.rev("main"));
    assert_eq!(repo.rev("main^1"), before);
    assert!(repo.has("src/one"));
    repo.lane(["show", "T-1"]).ok().prints("done");
    swept(&repo);
}

#[test]
fn a_branch_that_is_checked_out_nowhere_is_moved_by_itself() {
    let sandbox = sandbox();
    let (repo, lane) = alone(&sandbox, "");
    around(&repo, &["switch", "--quiet", "-c", "aside"]).ok();
    repo.write("scratch", "not committed\n");
    let landed = lane.agent("agent-i").lane(["land", "T-1"]).ok();
    assert_eq!(landed.text(), repo.rev("main"));
    assert!(!repo.has("src/one"));
}

#[test]
fn what_is_on_top_already_lands_as_it_is_and_the_rest_is_put_on_top() {
    let sandbox = sandbox();
    let (repo, lane) = alone(&sandbox, "[landing]\nmerge = \"ff\"\n");
    let tip = lane.rev("T-1");
    repo.lane(["land", "T-1"]).ok();
    assert_eq!(repo.rev("main"), tip);

    let sandbox = crate::sandbox();
    let (repo, lane) = alone(&sandbox, "[landing]\nmerge = \"ff\"\n");
    repo.write("NEWS", "mine\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    let (before, tip) = (repo.rev("main"), lane.rev("T-1"));
    repo.lane(["land", "T-1"]).ok();
    assert_eq!(repo.rev("main^"), before);
    assert_ne!(repo.rev("main"), tip);
    repo.git(["log", "-1", "--format=%B", "main"])
        .ok()
        .prints("Lane-Task: T-1");
    repo.lane(["show", "T-1"]).ok().prints("done");
}

#[test]
fn a_kill_between_branch_and_event_is_closed_by_the_next_landing() {
    let sandbox = sandbox();
    let (repo, _) = alone(&sandbox, "");
    let killed = repo
        .env("GIT_LANE_TEST_FAILPOINT", "landing-moved")
        .lane(["land", "T-1"]);
    assert_ne!(killed.code, 0, "{killed}");
    assert_eq!(phase(&repo, "T-1"), "queued");
    let moved = repo.rev("main");
    repo.lane(["land", "T-1"]).ok().says("done T-1");
    assert_eq!(repo.rev("main"), moved);
    swept(&repo);
}
