//! `preflight` of lanes: their place, their worktree, their branch.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::ready;
use crate::sandbox;

/// A lane of agent-a's, where work can go on.
fn lane(sandbox: &Sandbox) -> Place<'_> {
    let repo = ready(sandbox);
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.lane(["preflight"]).ok().prints("the lane T-1, on T-1");
    lane
}

#[test]
fn a_worker_needs_a_place_unless_it_has_one() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let repo = sandbox.at("r");
    repo.sh("sed -i 's/^total = [0-9]*/total = 1/' .agents/policy.toml && git commit -qam one")
        .ok();
    // The state takes a changed policy over with the next decision, and what is told is what that will be judged by.
    assert_eq!(lane.lane(["status", "--json"]).ok().json()["capacity"], 1);
    let other = repo.agent("agent-b");
    let seen = other
        .lane(["preflight"])
        .code(5)
        .says("error: capacity: 1 of 1 places of the pool are taken: there is none left");
    other.sh(&seen.hints()[0]).ok();
    lane.lane(["preflight"]).ok().prints("you hold T-1");
    // A review and a test take a place too; a landing takes none.
    other
        .lane(["--role", "reviewer", "preflight"])
        .code(5)
        .says("error: capacity: ");
    other.lane(["--role", "integrator", "preflight"]).ok();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    other.lane(["preflight"]).ok();
}

#[test]
fn a_lanes_worktree_off_its_branch_is_brought_back() {
    for (line, says) in [
        ("git switch -q -c aside", "on branch T-1, and stands on aside"),
        ("git switch -q --detach", "and stands at a detached HEAD"),
        (
            "git rebase -q --exec false HEAD~1 || true",
            "a rebase is under way here",
        ),
    ] {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        lane.sh(line).ok();
        let seen = lane.lane(["preflight"]).code(5).says(says);
        lane.sh(&seen.hints()[0]).ok();
        lane.lane(["preflight"]).ok();
    }
}

#[test]
fn a_worktree_that_was_moved_by_hand_is_registered_again() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    let from = lane.path().to_owned();
    sandbox
        .at("r")
        .sh(&format!("mv '{}' ../moved", from.display()))
        .ok();
    let moved = sandbox.at("moved").agent("agent-a");
    let seen = moved
        .lane(["preflight"])
        .code(5)
        .says("error: worktree: git has this worktree registered in ");
    assert_eq!(seen.hints().len(), 1, "{seen}");
    // Whatever else is asked there is refused for that, also from a folder below, and so is a commit.
    let says = format!(
        "error: git has this worktree registered in {}, and it is elsewhere\nhint: git worktree repair\n",
        from.display()
    );
    for args in [
        vec!["status"],
        vec!["gate"],
        vec!["check"],
        vec!["init"],
        vec!["lock", "docs/**", "--objective", "x"],
    ] {
        let seen = moved.at("src").lane(args).code(6);
        assert_eq!(seen.stderr, says);
    }
    moved
        .sh("echo more >>src/a.rs && git commit -qam more")
        .code(1)
        .says("and it is elsewhere\nhint: git worktree repair\n");
    moved.git(["restore", "src"]).ok();
    moved.sh(&seen.hints()[0]).ok();
    moved.lane(["preflight"]).ok();
    moved.lane(["status"]).ok();
}

#[test]
fn a_worker_in_a_lane_of_another_is_told_whose_it_is() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.agent("agent-b")
        .lane(["preflight"])
        .code(5)
        .says("this worktree is the lane T-1 of agent-a, and you are agent-b");
    lane.agent("agent-b")
        .lane(["--role", "reviewer", "preflight"])
        .ok();
}

#[test]
fn an_outdated_fence_is_taken_again() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    let seen = lane
        .lane(["preflight"])
        .code(5)
        .says("error: worktree: this worktree was bound to T-1 with fence");
    lane.sh(&seen.hints()[0]).ok();
    lane.lane(["preflight"]).ok();
}

#[test]
fn a_merge_that_stopped_is_ended_and_not_committed_with_its_markers() {
    let sandbox = sandbox();
    let repo = ready(&sandbox);
    repo.sh("git switch -qc other && echo other >src/a.rs && git commit -qam other && git switch -q main && echo mine >src/a.rs && git commit -qam mine && ! git merge -q other")
        .ok();
    let seen = repo
        .lane(["preflight"])
        .code(5)
        .says("error: worktree: a merge is under way here");
    assert!(
        seen.stdout.contains("clean         mended with worktree"),
        "{seen}"
    );
    assert_eq!(seen.hints(), ["git merge --abort"], "{seen}");
    repo.sh(&seen.hints()[0]).ok();
    repo.lane(["preflight"]).ok();
}
