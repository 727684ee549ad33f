//! Hints that are followed to the letter, from the place where they were printed.

use crate::following::around;
use crate::sandbox;

#[test]
fn a_former_holder_comes_back_with_its_unfinished_work() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    repo.agent("agent-a")
        .lane(["release", "T-1", "--why", "lunch"])
        .ok();
    let refused = lane
        .commit("src/a.rs", "late\n", "late")
        .code(1)
        .says("stale-fence");
    lane.sh(&refused.hints()[0]).ok();
    lane.git(["commit", "--quiet", "-m", "late"]).ok();
}

#[test]
fn nobody_else_takes_unfinished_work_by_here() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("src/a.rs", "half\n");
    lane.lane(["release", "T-1", "--why", "lunch"]).ok();
    lane.agent("agent-b")
        .lane(["start", "T-1", "--here"])
        .code(2)
        .says("src/a.rs");
}

#[test]
fn a_claimed_task_is_refused_for_its_claim_and_not_for_what_lies_in_its_worktree() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1").write("src/a.rs", "half\n");
    repo.agent("agent-b")
        .lane(["start", "T-1"])
        .code(3)
        .says("already-claimed")
        .does_not_say("--take-over");
}

#[test]
fn what_has_not_landed_is_led_there_step_by_step() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("a repo");
    repo.stages(&[]);
    around(&repo, &["commit", "--quiet", "--all", "-m", "settings"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "new\n", "new").ok();
    for step in ["git lane handoff T-1", "git lane land T-1"] {
        let refused = lane.lane(["done", "T-1"]).code(3).says("not-landed");
        assert_eq!(refused.hints()[0], step);
        lane.sh(step).ok();
    }
    assert_eq!(repo.read("src/a.rs"), "new\n");
    repo.lane(["show", "T-1"]).ok().prints("done");
}

#[test]
fn commits_around_the_hooks_are_taken_back_without_an_editor() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    sandbox
        .at("")
        .git(["init", "--quiet", "--bare", "remote.git"])
        .ok();
    let remote = sandbox.path().join("remote.git").display().to_string();
    repo.git(["remote", "add", "origin", &remote]).ok();
    repo.git(["push", "--quiet", "origin", "main"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.write("README.md", "around\n");
    lane.sh("git -c core.hooksPath=/dev/null commit --quiet -am around")
        .ok();
    let refused = lane
        .git(["push", "--quiet", "origin", "T-1"])
        .code(1)
        .says("outside-scope");
    lane.env("GIT_EDITOR", "false").sh(&refused.hints()[1]).ok();
    assert_eq!(lane.read("README.md"), "around\n");
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
}
