//! Checkpoints, and going on from where a lane was left.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A lane of agent-a with one commit and a checkpoint.
fn left_half_way(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.task("T-1", "src/**");
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "half\n", "half of it").ok();
    let args = [
        "checkpoint",
        "--done",
        "the parser",
        "--pending",
        "its tests",
        "--blocker",
        "no fixture",
        "--next",
        "cargo test -p parser",
    ];
    lane.lane(args).ok().prints("CP-01");
    (repo, lane)
}

/// Everything in the worktree and its index, byte for byte.
fn contents(lane: &Place<'_>) -> Vec<Vec<u8>> {
    let index = lane
        .git(["rev-parse", "--git-path", "index"])
        .ok()
        .text()
        .to_owned();
    ["src/a.rs", "src/b.rs", "src/new.rs", &index]
        .iter()
        .map(|path| std::fs::read(lane.path().join(path)).expect("a file of the lane"))
        .collect()
}

#[test]
fn a_checkpoint_names_tip_and_tree_and_says_only_what_it_was_given() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    lane.lane(["checkpoint", "--pending", "its tests"])
        .ok()
        .prints("CP-02");
    let point = repo.lane(["resume", "T-1", "--json"]).ok().json();
    let last = &point["checkpoint"];
    assert_eq!(last["checkpoint"], "CP-02");
    assert_eq!(last["tip"], lane.rev("HEAD").as_str());
    assert_eq!(last["tree"], lane.rev("HEAD^{tree}").as_str());
    assert_eq!(last["done"].as_array().map(Vec::len), Some(0));
    assert_eq!(last["pending"][0], "its tests");
    assert!(last.get("next").is_none_or(serde_json::Value::is_null), "{point}");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_checkpoint_that_says_nothing_or_too_much_is_refused() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    repo.task("T-2", "docs/**");
    let long = "x".repeat(5000);
    for (args, code, says) in [
        (vec!["checkpoint"], 2, "--done"),
        (vec!["checkpoint", "--next", "two\nlines"], 2, "next"),
        (vec!["checkpoint", "--done", ""], 2, "done"),
        (vec!["checkpoint", "--done", &long], 2, "done"),
        (vec!["checkpoint", "T-9", "--done", "x"], 3, "no-such-task"),
        (vec!["checkpoint", "T-2", "--done", "x"], 3, "not-holder"),
        (vec!["resume", "T-9"], 3, "no-such-task"),
        (vec!["resume", "no/id"], 2, "error"),
    ] {
        lane.lane(&args).code(code).says(says).does_not_say("panicked");
    }
    let other = repo.agent("agent-b");
    let refused = other.lane(["checkpoint", "T-1", "--done", "x"]).code(3);
    refused.says("not-holder");
    other
        .lane(["checkpoint", "--done", "x"])
        .code(2)
        .says("say which");
    other.lane(["resume", "T-1"]).code(3).says("already-claimed");
    let point = repo.lane(["resume", "T-1", "--json"]).ok().json();
    assert_eq!(point["checkpoint"]["checkpoint"], "CP-01");
}

#[test]
fn resume_shows_what_was_said_and_what_came_after() {
    let sandbox = sandbox();
    let (_, lane) = left_half_way(&sandbox);
    lane.commit("src/a.rs", "more\n", "more of it").ok();
    lane.write("src/new.rs", "new\n");
    sandbox.advance(3600);
    let shown = lane.lane(["resume"]).ok();
    for text in [
        "attempt 1",
        "checkpoint CP-01 by agent-a",
        "(1h ago)",
        "    the parser\n",
        "    its tests\n",
        "    no fixture\n",
        "    cargo test -p parser\n",
        "1 commit since the checkpoint",
        "more of it",
        "1 paths are uncommitted",
    ] {
        assert!(shown.stdout.contains(text), "it does not print {text:?}\n{shown}");
    }
    assert!(lane.has("src/new.rs"));
}

#[test]
fn words_of_an_agent_cannot_look_like_ours() {
    let sandbox = sandbox();
    let (_, lane) = left_half_way(&sandbox);
    let forged = "worktree /tmp/elsewhere";
    lane.lane(["checkpoint", "--done", forged, "--next", "rm -rf x; touch pwned"])
        .ok();
    let shown = lane.lane(["resume"]).ok();
    assert!(!shown.stdout.lines().any(|line| line == forged), "{shown}");
    assert_eq!(shown.hints().len(), 1, "{shown}");
    assert!(!lane.has("pwned"));
}

#[test]
fn a_worktree_that_was_lost_is_made_again_at_the_branch() {
    for by in [
        "rm -rf .worktrees/T-1",
        "git worktree remove --force .worktrees/T-1",
    ] {
        let sandbox = sandbox();
        let (repo, lane) = left_half_way(&sandbox);
        let tip = lane.rev("HEAD");
        repo.sh(by).ok();
        let resumed = repo.lane(["resume", "T-1"]).ok();
        resumed.says("cd ");
        assert_eq!(lane.rev("HEAD"), tip, "{by}");
        lane.commit("src/a.rs", "whole\n", "the rest").ok();
        assert!(
            lane.git(["log", "-1", "--format=%B"])
                .ok()
                .text()
                .contains("Lane-Task: T-1")
        );
    }
}

#[test]
fn a_lost_worktree_that_git_keeps_locked_is_made_again_after_the_hint() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    repo.git(["worktree", "lock", ".worktrees/T-1"]).ok();
    repo.sh("rm -rf .worktrees/T-1").ok();
    let refused = repo.lane(["resume", "T-1"]).code(2);
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(["resume", "T-1"]).ok();
    assert!(lane.has("src/a.rs"));
}

#[test]
fn another_worktree_that_is_gone_is_left_to_git() {
    let sandbox = sandbox();
    let (repo, _) = left_half_way(&sandbox);
    repo.git(["worktree", "add", "-q", "../beside", "-b", "beside"])
        .ok();
    repo.sh("rm -rf ../beside .worktrees/T-1").ok();
    repo.lane(["resume", "T-1"]).ok();
    let list = repo.git(["worktree", "list", "--porcelain"]).ok();
    assert!(list.stdout.contains("refs/heads/beside"), "{list}");
}

#[test]
fn take_over_keeps_uncommitted_work_byte_for_byte() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    lane.write("src/a.rs", "staged\n");
    lane.git(["add", "src/a.rs"]).ok();
    lane.write("src/a.rs", "staged, then changed\n");
    lane.write("src/b.rs", "unstaged\n");
    lane.write("src/new.rs", "untracked\n");
    let before = contents(&lane);
    repo.lane(["release", "T-1", "--why", "out of time"]).ok();

    let other = repo.agent("agent-b");
    let refused = other.lane(["resume", "T-1"]).code(2);
    let hint = &refused.hints()[0];
    assert_eq!(hint, "git lane resume T-1 --take-over");
    let taken = other.sh(hint).ok();
    taken.prints("attempt 2").prints("3 paths are uncommitted");
    assert_eq!(contents(&lane), before);
    lane.agent("agent-b").git(["commit", "-qam", "went on"]).ok();
}

#[test]
fn resuming_a_handed_off_task_takes_the_handoff_back() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    lane.lane(["handoff"]).ok();
    repo.lane(["status"]).ok().prints("kept until done");
    repo.lane(["locks"]).ok().prints("kept until done");
    assert_eq!(repo.lane(["locks", "--json"]).ok().json()[0]["kept"], true);
    assert_eq!(
        repo.lane(["status", "--json"]).ok().json()["locks"][0]["kept"],
        true
    );
    lane.lane(["checkpoint", "--done", "x"])
        .code(3)
        .says("git lane resume T-1");

    lane.lane(["resume"])
        .ok()
        .says("handoff no longer stands")
        .prints("(in-progress)");
    assert_eq!(repo.lane(["locks", "--json"]).ok().json()[0]["kept"], false);
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_handed_off_task_can_be_released_and_done() {
    let sandbox = sandbox();
    let (repo, lane) = left_half_way(&sandbox);
    lane.lane(["handoff"]).ok();
    repo.lane(["release", "T-1", "--why", "not mine"]).ok();
    lane.lane(["resume", "T-1"]).ok().prints("attempt 2");
    lane.lane(["handoff", "T-1"]).ok();
    repo.git(["merge", "-q", "--no-ff", "-m", "land", "T-1"]).ok();
    repo.lane(["done", "T-1"]).ok();
    repo.lane(["resume", "T-1"]).code(3).says("not-in-phase");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_retry_shows_the_failure_and_what_was_done_about_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    let check = "sh -c 'echo broken here; exit 7'";
    repo.lane([
        "task", "add", "One", "--id", "T-1", "--scope", "src/**", "--accept", "it works", "--check", check,
    ])
    .ok();
    let lane = repo.start("T-1");
    lane.commit("src/a.rs", "wrong\n", "wrong").ok();
    lane.lane(["check"]).code(5);
    lane.commit("src/a.rs", "try\n", "another try").ok();
    lane.lane(["check", "--remedy", "used the other table"]).code(5);
    lane.commit("src/a.rs", "third\n", "a third try").ok();
    repo.lane(["release", "T-1", "--why", "stuck"]).ok();

    let other = repo.agent("agent-b");
    let started = other.lane(["start", "T-1"]).ok();
    started.says("git lane resume T-1  # attempt 2, no checkpoint, 1 open failure");
    let shown = other.lane(["resume", "T-1"]).ok();
    for text in [
        "exit 7, seen 2 times",
        "signature sha256:",
        "    broken here",
        "used the other table",
        "1 commit since it failed",
        "a third try",
        "not run",
    ] {
        assert!(shown.stdout.contains(text), "it does not print {text:?}\n{shown}");
    }
    let json = other.lane(["resume", "T-1", "--json"]).ok().json();
    assert_eq!(json["failures"][0]["since"]["commits"], 1);
    let states: Vec<_> = json["acceptance"].as_object().into_iter().flatten().collect();
    assert_eq!(states.len(), 1);
    assert_eq!(states[0].1["state"], "not run");
}

#[test]
fn a_borrowed_worktree_is_resumed_in_place_from_anywhere() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.task("T-1", "src/**");
    repo.lane(["start", "T-1", "--here"]).ok();
    repo.git(["worktree", "add", "-q", "--detach", "../beside"]).ok();
    let beside = repo.at("../beside");
    let point = beside.lane(["resume", "T-1", "--json"]).ok().json();
    assert_eq!(point["worktree"], repo.path().display().to_string().as_str());
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.lane(["status"]).ok().prints("this worktree is no lane");
}

#[test]
fn without_worktrees_only_the_resume_point_is_shown() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r").agent("agent-a");
    repo.sh("sed -i.bak 's/^mode = .*/mode = \"A\"/' .agents/policy.toml && rm .agents/policy.toml.bak")
        .ok();
    assert!(repo.read(".agents/policy.toml").contains("mode = \"A\""));
    repo.person().git(["commit", "-qam", "one branch for all"]).ok();
    repo.task("T-1", "src/**");
    repo.lane(["claim", "T-1"]).ok();
    repo.lane(["checkpoint", "--next", "make"]).ok().prints("CP-01");
    let shown = repo.lane(["resume"]).ok();
    assert!(shown.hints().is_empty(), "{shown}");
    let json = repo.lane(["resume", "--json"]).ok().json();
    assert!(json["worktree"].is_null());
    assert_eq!(json["tip"], repo.rev("HEAD").as_str());
    assert!(!repo.has(".worktrees/T-1"));
}
