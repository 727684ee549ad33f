//! Submodules in an area's worktree: it rests and is taken where they need not move, and goes with its task where they would.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::areas::folder;
use super::areas::task;
use super::layouts::with_submodules;
use super::rescued;
use crate::following::around;
use crate::sandbox;

/// A team with a worktree per area, the area `back`, and the submodule `vendor/sub`.
fn per_area(sandbox: &Sandbox) -> Place<'_> {
    let repo = with_submodules(sandbox, "").agent("agent-a");
    let policy = repo.read(".agents/policy.toml");
    let policy = policy.replacen("[lanes]\n", "[lanes]\nper = \"area\"\n", 1);
    let area = "\n[area.back]\nowns = [\"src/**\", \"docs/**\", \"vendor/**\"]\n";
    repo.write(".agents/policy.toml", policy + area);
    around(&repo, &["commit", "--quiet", "--all", "-m", "settings"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo
}

#[test]
fn one_whose_submodules_need_not_move_rests_and_is_taken_with_them() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    let lane = repo.start("T-1");
    lane.write("vendor/sub/inner/in.txt", "inner\n");
    lane.commit("src/one", "one\n", "work").ok();
    lane.lane(["handoff"]).ok();
    lane.write("src/left", "left\n");
    let landed = repo.agent("agent-i").lane(["land", "T-1"]).ok();
    landed.says("rests on agent/back");
    assert_eq!(rescued(&repo).len(), 1);
    task(&repo, "T-2", "src/**");
    let next = repo.start("T-2");
    assert_eq!(
        (folder(&next), next.read("src/one")),
        ("back".to_owned(), "one\n".to_owned())
    );
    assert_eq!(next.read("vendor/sub/inner/in.txt"), "inner\n");
    assert_eq!(next.git(["status", "--porcelain"]).ok().text(), "");
    assert!(!next.has("src/left"));
}

#[test]
fn one_whose_submodules_would_have_to_move_is_not_taken_and_goes_with_its_task() {
    let sandbox = sandbox();
    let repo = per_area(&sandbox);
    task(&repo, "T-1", "src/**");
    let lane = repo.start("T-1");
    // main has another commit of it by then, which the clone has.
    let sub = repo.at("vendor/sub");
    sub.commit("more.txt", "more\n", "more").ok();
    sub.git(["update-ref", "refs/remotes/origin/seen", "HEAD"]).ok();
    around(&repo, &["commit", "--quiet", "--all", "-m", "bump"]).ok();
    let push = ["push", "--quiet", "--recurse-submodules=no", "origin", "main"];
    around(&repo, &push).ok();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    task(&repo, "T-2", "docs/**");
    let next = repo.start("T-2");
    assert_eq!(folder(&next), "back-2");
    assert_eq!(next.read("vendor/sub/more.txt"), "more\n");
    assert!(!lane.has("vendor/sub/more.txt"));
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    assert!(!lane.path().exists() && next.has("vendor/sub/more.txt"));
    // One that rests is taken only by a branch with the same.
    next.lane(["release", "T-2", "--why", "x"]).ok();
    repo.lane(["worktree", "prune"])
        .ok()
        .prints("rests on agent/back-2");
    task(&repo, "T-4", "docs/**");
    assert_eq!(folder(&repo.start("T-4")), "back");
    task(&repo, "T-3", "src/**");
    let old = repo.rev("main~1");
    repo.git(["branch", "T-3", &old]).ok();
    let started = repo.lane(["start", "T-3"]).ok();
    let started = started
        .says("is passed over")
        .says("its submodules would have to move");
    assert!(!repo.at(started.text()).has("vendor/sub/more.txt"));
}
