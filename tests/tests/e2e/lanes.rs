//! The main job: two agents, two worktrees, git refuses what is outside their lanes.

use crate::sandbox;

#[test]
fn a_commit_in_scope_passes_and_carries_its_task() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "changed\n", "change a").ok();
    let message = lane.git(["log", "-1", "--format=%B"]).ok();
    assert!(message.stdout.contains("\nLane-Task: T-1\n"), "{message}");
}

#[test]
fn a_commit_outside_is_refused_and_the_hint_widens_the_lane() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    let refused = lane
        .commit("docs/guide.md", "changed\n", "docs")
        .code(1)
        .says("outside-scope");
    let hint = refused.hints()[0].replace("TEXT", "'the guide names it'");
    lane.sh(&hint).ok();
    lane.git(["commit", "--quiet", "-m", "docs"]).ok();
}

#[test]
fn a_reclaimed_lane_is_refused_by_its_fence() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    let lock = repo.lane(["locks", "--json"]).ok().json()[0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    repo.agent("agent-b")
        .lane(["reclaim", &lock, "--note", "gone"])
        .code(3)
        .says("lease-running");
    sandbox.advance(2 * 3600 + 61);
    repo.agent("agent-b")
        .lane(["reclaim", &lock, "--note", "gone"])
        .ok();
    lane.commit("src/a.rs", "late\n", "late")
        .code(1)
        .says("stale-fence");
    repo.agent("agent-b").lane(["claim", "T-1"]).ok();
    lane.git(["commit", "--quiet", "-m", "late"])
        .code(1)
        .says("stale-fence")
        .says("agent-b");
    repo.lane(["verify", "--full"]).ok();
}
