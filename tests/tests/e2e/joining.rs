//! Coming to a shared remote: the state is joined and not begun twice, and what stands in the way is a sentence.

use std::fs;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A remote, a clone that shares its state there, and a clone from before that.
fn shared(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    sandbox.repo("seed");
    let top = sandbox.at("");
    top.git(["clone", "--quiet", "--bare", "seed", "hub.git"]).ok();
    top.git(["clone", "--quiet", "hub.git", "a"]).ok();
    top.git(["clone", "--quiet", "hub.git", "b"]).ok();
    let (a, b) = (sandbox.at("a"), sandbox.at("b"));
    a.lane(["init", "--agents-md"]).ok();
    a.git(["add", ".agents", ".gitattributes", "AGENTS.md", "docs"])
        .ok();
    a.git(["commit", "--quiet", "-m", "policy"]).ok();
    a.git(["push", "--quiet"]).ok();
    (a, b)
}

/// Makes the remote answer each ref with this line of shell.
fn guard(sandbox: &Sandbox, line: &str) {
    sandbox
        .at("hub.git")
        .write("hooks/update", format!("#!/bin/sh\n{line}\n"));
    sandbox.at("hub.git").sh("chmod +x hooks/update").ok();
}

#[test]
fn a_clone_that_has_not_fetched_the_policy_begins_no_second_state() {
    let sandbox = sandbox();
    let (a, b) = shared(&sandbox);
    a.lane(["sync"]).ok().prints("events published");
    let refused = b.lane(["init"]).code(3).says("other-state");
    assert!(!b.has(".agents/policy.toml"), "a policy of its own was written");
    b.sh(&refused.hints()[0]).ok().prints("Joined");
    assert_eq!(a.rev("refs/agents/state"), b.rev("refs/agents/state"));
}

#[test]
fn a_policy_that_was_pushed_before_its_state_is_joined_too() {
    let sandbox = sandbox();
    let (a, b) = shared(&sandbox);
    let seen = b.rev("origin/main");
    let refused = b.lane(["init"]).code(3).says("has a policy on main");
    assert!(!b.has(".agents/policy.toml"), "a policy of its own was written");
    assert_eq!(b.rev("origin/main"), seen, "a ref of the user's was moved");
    b.sh(&refused.hints()[0]).ok().prints("Joined");
    b.task("T-1", "src/**").ok();
    a.lane(["sync"]).ok();
    assert_eq!(a.rev("refs/agents/state"), b.rev("refs/agents/state"));
}

#[test]
fn a_branch_that_only_moved_stops_no_first_init() {
    let sandbox = sandbox();
    let seed = sandbox.repo("seed");
    let top = sandbox.at("");
    top.git(["clone", "--quiet", "--bare", "seed", "hub.git"]).ok();
    top.git(["clone", "--quiet", "hub.git", "b"]).ok();
    seed.git(["commit", "--quiet", "--allow-empty", "-m", "more"])
        .ok();
    seed.git(["push", "--quiet", "../hub.git", "main"]).ok();
    sandbox.at("b").lane(["init"]).ok().prints(".agents/policy.toml");
}

#[test]
fn a_remote_that_does_not_answer_stops_no_first_init() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.git(["remote", "add", "origin", "../nowhere.git"]).ok();
    repo.lane(["init"]).ok().says("cannot be reached");
    repo.lane(["--offline", "init"])
        .ok()
        .does_not_say("cannot be reached");
}

#[test]
fn in_an_outage_the_same_command_without_the_remote_is_the_way_on() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox);
    a.lane(["sync"]).ok();
    let moved = |from: &str, to: &str| fs::rename(sandbox.path().join(from), sandbox.path().join(to));
    moved("hub.git", "away.git").expect("a rename");
    let add = [
        "task",
        "add",
        "it's two words",
        "--id",
        "T-1",
        "--scope",
        "src/**",
    ];
    let refused = a.lane(add).code(4).says("origin cannot be reached");
    a.lane(["task", "show", "T-1"]).fails();
    a.sh(&refused.hints()[1]).ok().says("provisional");
    moved("away.git", "hub.git").expect("a rename");
    a.sh(&refused.hints()[0]).ok().prints("1 event published");
    a.lane(["task", "show", "T-1"]).ok().prints("it's two words");
}

#[test]
fn a_remote_that_takes_nothing_leaves_no_setting_behind() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox);
    guard(&sandbox, "exit 1");
    a.lane(["sync"])
        .code(6)
        .says("takes neither refs/agents/state nor refs/heads/agents/state");
    a.git(["config", "lane.stateRef"]).fails();
    guard(&sandbox, "exit 0");
    a.lane(["sync"]).ok();
    sandbox.at("hub.git").git(["rev-parse", "refs/agents/state"]).ok();
}

#[test]
fn a_remote_that_takes_branches_only_holds_the_state_on_one_and_is_joined_there() {
    let sandbox = sandbox();
    let (a, b) = shared(&sandbox);
    guard(&sandbox, r#"case $1 in refs/heads/*) exit 0;; *) exit 1;; esac"#);
    a.lane(["sync"]).ok().says("takes branches only");
    a.lane(["sync"]).ok().does_not_say("takes branches only");
    b.git(["fetch", "--quiet"]).ok();
    b.lane(["init"]).ok().prints("from origin");
    b.task("T-1", "src/**").ok();
    a.lane(["sync"]).ok().prints("1 event received");
}

#[test]
fn a_remote_of_an_odd_configuration_is_named_with_its_way_out() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox);
    for (setting, value, says) in [
        (
            "remote.origin.pushurl",
            "../elsewhere.git",
            "pushes to another place",
        ),
        ("lane.remote", "nobody", "lane.remote names \"nobody\""),
    ] {
        a.git(["config", setting, value]).ok();
        let refused = a.lane(["sync"]).code(6).says(says);
        assert!(
            refused.hints()[0].contains("git config lane.remote NAME"),
            "{refused}"
        );
        a.git(["config", "--unset", setting]).ok();
    }
}
