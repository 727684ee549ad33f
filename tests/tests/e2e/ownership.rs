//! Whose a path, a worktree and a branch are: common and maintained paths, areas, overrides, holders and fences.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::follow;
use crate::sandbox;

/// A repository whose policy says more.
fn with_policy<'s>(sandbox: &'s Sandbox, more: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    let policy = repo.read(".agents/policy.toml");
    repo.commit(".agents/policy.toml", &format!("{policy}{more}"), "more policy")
        .ok();
    repo.tell();
    repo
}

fn lane<'s>(repo: &Place<'s>) -> Place<'s> {
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1")
}

/// What a lane for `src/**` hears about a change of the path: an id, or nothing.
fn check(lane: &Place<'_>, path: &str, expected: &str) {
    // What is there stays: a policy must stay one.
    let before = std::fs::read_to_string(lane.path().join(path)).unwrap_or_default();
    let text = format!("{before}# {}\n", lane.rev("HEAD"));
    let output = lane.commit(path, &text, "change");
    assert_eq!(output.code == 0, expected.is_empty(), "{path}: {output}");
    let ids: Vec<&str> = output
        .stderr
        .lines()
        .filter_map(|line| line.strip_prefix("error: ")?.split(':').next())
        .collect();
    assert_eq!(ids.join(" "), expected, "{path}: {output}");
    lane.git(["reset", "--quiet", "--hard"]).ok();
}

#[test]
fn common_paths_are_free_and_maintained_ones_are_nobodys() {
    let sandbox = sandbox();
    let lane = lane(&sandbox.lanes("r"));
    for (path, expected) in [
        ("CHANGELOG.md", ""),
        ("deep/down/Cargo.lock", ""),
        ("deep/CHANGELOG.md", "outside-scope"),
        (".agents/policy.toml", "maintainer-path"),
        (".agents/new/file", "maintainer-path"),
        (".gitattributes", "maintainer-path"),
        ("src/.gitattributes", "maintainer-path"),
        (".github/workflows/ci.yml", "maintainer-path"),
        (".ci/run", "maintainer-path"),
        ("src/.agents/x", ""),
    ] {
        check(&lane, path, expected);
    }
}

#[test]
fn a_scope_over_a_maintained_path_does_not_help() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "**");
    let lane = repo.agent("agent-a").start("T-1");
    check(&lane, ".agents/policy.toml", "maintainer-path");
    check(&lane, "README.md", "");
}

#[test]
fn an_area_is_a_hard_boundary() {
    let sandbox = sandbox();
    let repo = with_policy(
        &sandbox,
        "[area.back]\nowns = [\"src/**\"]\n[area.text]\nowns = [\"docs/**\"]\n",
    );
    repo.lane([
        "task", "add", "x", "--id", "T-1", "--area", "back", "--scope", "src/**",
    ])
    .ok();
    let lane = repo.agent("agent-a").start("T-1");
    check(&lane, "docs/guide.md", "outside-area");
    check(&lane, "README.md", "outside-scope");
    check(&lane, "src/a.rs", "");
    lane.lane(["lock", "docs/guide.md", "--objective", "x"])
        .code(3)
        .says("outside-area");
}

#[test]
fn what_a_task_names_as_out_of_scope_stays_out() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.lane([
        "task",
        "add",
        "x",
        "--id",
        "T-1",
        "--scope",
        "src/**",
        "--out-of-scope",
        "src/b.rs",
    ])
    .ok();
    let lane = repo.agent("agent-a").start("T-1");
    check(&lane, "src/b.rs", "out-of-scope");
    check(&lane, "src/a.rs", "");
    lane.lane(["lock", "src/b.rs", "--objective", "x"])
        .code(3)
        .says("out-of-scope");
}

#[test]
fn a_person_outside_the_lanes_is_free_but_for_what_is_held() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    lane(&repo);
    check(&repo, "src/a.rs", "foreign-lock");
    check(&repo, "docs/guide.md", "");
    check(&repo, ".agents/policy.toml", "");
    repo.git(["switch", "--quiet", "--detach"]).ok();
    check(&repo, "docs/guide.md", "");
    check(&repo, "src/a.rs", "foreign-lock");
}

#[test]
fn an_override_lets_pass_whom_the_policy_names_and_is_on_the_record() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let lane = lane(&repo);
    let refused = repo
        .commit("src/a.rs", "urgent\n", "urgent")
        .code(1)
        .says("held by");
    follow(&repo, &refused, "git lane override").ok();
    repo.git(["commit", "--quiet", "-m", "urgent"]).ok();
    repo.lane(["log"]).ok().prints("because it is needed");
    // Nobody else's commit passes by it, and an agent is not offered what it may not do.
    let other = repo
        .agent("agent-b")
        .commit("src/a.rs", "again\n", "again")
        .code(1)
        .says("foreign-lock");
    other.does_not_say("git lane override");
    lane.lane(["override", "docs/guide.md", "--why", "x"])
        .code(3)
        .says("override-not-allowed");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn an_override_ends() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    lane(&repo);
    repo.lane(["override", "src/a.rs", "--why", "x"]).ok();
    sandbox.advance(30 * 86_400);
    repo.agent("agent-a").lane(["status"]).ok();
    repo.agent("agent-a")
        .lane(["lock", "other", "--objective", "x"])
        .ok();
    check(&repo, "src/a.rs", "foreign-lock");
}

#[test]
fn a_lane_commits_on_its_branch_only() {
    let sandbox = sandbox();
    let lane = lane(&sandbox.lanes("r"));
    for (switch, id) in [
        (["switch", "--detach"].as_slice(), "detached-head"),
        (&["switch", "-c", "side"], "wrong-branch"),
    ] {
        lane.git(switch).ok();
        let refused = lane
            .commit("src/a.rs", "changed\n", "change")
            .code(1)
            .says(&format!("error: {id}: "));
        follow(&lane, &refused, "git switch T-1").ok();
        lane.git(["commit", "--quiet", "-m", "change"]).ok();
        assert_eq!(
            lane.git(["show", "--format=%(trailers:key=Lane-Task)", "--name-only"])
                .ok()
                .stdout,
            "Lane-Task: T-1\n\n\nsrc/a.rs\n"
        );
        lane.git(["reset", "--quiet", "--hard", "main"]).ok();
    }
}

#[test]
fn a_rebase_of_a_lane_is_no_detached_head() {
    for how in ["--merge", "--apply"] {
        let sandbox = sandbox();
        let repo = sandbox.lanes("r");
        let lane = lane(&repo);
        lane.commit("src/a.rs", "changed\n", "change").ok();
        repo.commit("README.md", "landed\n", "landed").ok();
        lane.git(["rebase", "--quiet", how, "main"]).ok();
        assert_eq!(
            lane.git(["log", "-1", "--format=%(trailers:key=Lane-Task)"])
                .ok()
                .text(),
            "Lane-Task: T-1"
        );
    }
}

#[test]
fn an_agent_in_the_lane_of_another_is_refused_and_told_whose_it_is() {
    let sandbox = sandbox();
    let lane = lane(&sandbox.lanes("r"));
    let refused = lane
        .agent("agent-b")
        .commit("src/a.rs", "changed\n", "change")
        .code(1);
    let refused = refused.says("error: foreign-lane: T-1 is agent-a's lane, and you are agent-b\n");
    follow(&lane.agent("agent-b"), &refused, "git restore --staged -- ").ok();
    assert_eq!(lane.git(["diff", "--cached", "--name-only"]).ok().text(), "");
    follow(&lane.agent("agent-b"), &refused, "git lane ready");
    lane.commit("src/a.rs", "changed\n", "change").ok();
}

#[test]
fn an_outdated_fence_is_refused_until_the_lane_is_taken_again() {
    let sandbox = sandbox();
    let lane = lane(&sandbox.lanes("r"));
    lane.write("src/untracked.rs", "kept\n");
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    let refused = lane
        .commit("src/a.rs", "changed\n", "change")
        .code(1)
        .says("error: stale-fence: ");
    follow(&lane, &refused, "git lane start T-1 --here").ok();
    lane.git(["commit", "--quiet", "-m", "change"]).ok();
    assert_eq!(lane.read("src/untracked.rs"), "kept\n");
}
