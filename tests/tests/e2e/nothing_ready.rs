//! Where nothing can be taken: each hint that is followed leads away from there, or it is said that none does.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::follow;
use crate::sandbox;

/// Follows every hint to the letter from here on. Those that change nothing must come to an end; those that change
/// something are left to the test that asks for them.
#[track_caller]
fn leads_away(place: &Place<'_>, line: &str) {
    let mut open = vec![vec![line.to_owned()]];
    while let Some(way) = open.pop() {
        let last = way.last().expect("a way has a line");
        let output = place.sh(last);
        if output.code == 0 {
            continue;
        }
        for hint in output.hints() {
            assert!(!way.contains(&hint), "in a circle: {way:?} -> {hint}\n{output}");
            let reads = ["git lane ready", "git lane show", "git lane status", "cd "];
            if reads.iter().any(|word| hint.starts_with(word)) {
                open.push(way.iter().cloned().chain([hint]).collect());
            }
        }
    }
}

/// The three ways to ask for work, none of which goes in a circle.
#[track_caller]
fn asks(place: &Place<'_>) {
    for line in ["git lane ready", "git lane claim", "git lane start"] {
        place.sh(line).code(3).says("not-ready");
        leads_away(place, line);
    }
}

/// T-1 is agent-a's, T-2 overlaps it, T-3 depends on it.
fn taken(sandbox: &Sandbox) -> Place<'_> {
    let repo = sandbox.lanes("a repo");
    repo.tell();
    repo.task("T-1", "src/**");
    repo.task("T-2", "src/a.rs");
    let add = ["task", "add", "x", "--id", "T-3", "--scope", "docs/**"];
    repo.lane(add.iter().chain(&["--depends-on", "T-1"])).ok();
    repo.agent("agent-a").start("T-1");
    repo
}

#[track_caller]
fn why(place: &Place<'_>) -> Output {
    place.lane(["ready", "--why"]).code(3)
}

#[test]
fn an_empty_queue_leads_to_a_task() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let agent = repo.agent("agent-a");
    asks(&agent);
    let hint = agent.lane(["start"]).code(3).hints().remove(0);
    agent
        .sh(&hint.replace("TITLE", "x").replace("GLOB", "'src/**'"))
        .ok();
    agent.lane(["start"]).ok();
}

#[test]
fn who_holds_a_lane_is_led_into_it() {
    let sandbox = sandbox();
    let repo = taken(&sandbox);
    let agent = repo.agent("agent-a");
    asks(&agent);
    for args in [&["ready"][..], &["ready", "--why"], &["claim"], &["start"]] {
        let output = agent.lane(args).code(3).says("you hold T-1 (in-progress)");
        let line = format!("{} && git lane status", output.hints()[0]);
        agent.sh(&line).ok().prints("this worktree is the lane T-1");
    }
    // Who stands there is not sent there again.
    let inside = agent.at(".worktrees/T-1");
    let output = why(&inside);
    inside.sh(&output.hints()[0]).ok().prints("T-1");
    agent
        .lane(["claim", "T-1"])
        .code(3)
        .says("hint: git lane resume T-1");
}

#[test]
fn who_can_do_nothing_is_told_so_and_until_when() {
    let sandbox = sandbox();
    let repo = taken(&sandbox);
    let agent = repo.agent("agent-b");
    asks(&agent);
    let output = why(&agent)
        .says("T-1  already-claimed")
        .says("T-2  foreign-lock")
        .says("T-3  dependency-open")
        .says("T-1 is in-progress, held by agent-a until")
        .says("git lane show T-1")
        .says("no command leads on now");
    assert_eq!(output.hints(), [""; 0]);
    let json = agent.lane(["ready", "--why", "--json"]).code(3).json();
    let all = json["why"].as_array().expect("a list").clone();
    assert!(
        all.iter()
            .all(|no| no["hints"] == serde_json::json!([]) && no["wait_until"].is_string()),
        "{json}"
    );
}

#[test]
fn a_lease_that_is_over_is_taken_away_by_the_command_that_is_told() {
    let sandbox = sandbox();
    let repo = taken(&sandbox);
    let agent = repo.agent("agent-b");
    let until = agent.lane(["ready", "--why", "--json"]).code(3).json()["why"][0]["wait_until"].clone();
    sandbox.advance(2 * 3600 + 61);
    let output = why(&agent);
    follow(&agent, &output, "git lane reclaim").ok();
    agent.lane(["ready"]).ok().prints("T-1");
    // And not a second before.
    assert_eq!(until, "2026-11-21T10:01:01Z");
}

#[test]
fn what_is_missing_in_a_contract_is_put_there_by_the_command_that_is_told() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let policy = repo.read(".agents/policy.toml");
    let policy = policy.replace("require_scope = false", "require_scope = true");
    let areas = "[area.back]\nowns = [\"src/**\"]\n[area.text]\nowns = [\"docs/**\"]\n";
    repo.commit(".agents/policy.toml", &format!("{policy}\n{areas}"), "areas")
        .ok();
    repo.lane(["task", "add", "x", "--id", "T-1"]).ok();
    let agent = repo.agent("agent-a");
    asks(&agent);
    let put = |ground: &str, word: &str, value: &str| {
        let output = why(&agent).says(ground);
        assert_eq!(output.hints().len(), 1, "{output}");
        agent.sh(&output.hints()[0].replace(word, value)).ok();
    };
    put("scope-missing", "GLOB", "'docs/**'");
    agent.lane(["ready"]).ok().prints("T-1");
    agent.lane(["task", "edit", "T-1", "--area", "back"]).ok();
    put("outside-area", "GLOB", "'src/**'");
    agent.lane(["task", "edit", "T-1", "--area", "nowhere"]).ok();
    put("unknown-area", "AREA", "back");
    agent
        .lane(["ready", "--area", "text"])
        .code(3)
        .says("hint: git lane ready");
    leads_away(&agent, "git lane ready --area text");
    agent.lane(["start"]).ok();
}

#[test]
fn what_is_handed_off_is_nobodys_to_take_back() {
    let sandbox = sandbox();
    let repo = taken(&sandbox);
    let lane = repo.agent("agent-a").at(".worktrees/T-1");
    lane.commit("src/a.rs", "new\n", "new").ok();
    lane.lane(["handoff"]).ok();
    for agent in ["agent-a", "agent-b"] {
        let agent = repo.agent(agent);
        asks(&agent);
        let output = why(&agent)
            .says("kept until done")
            .says("once its branch is on the integration branch: git lane done T-1")
            .says("no command leads on now");
        assert_eq!(output.hints(), [""; 0]);
        agent
            .lane(["claim", "T-1"])
            .code(3)
            .does_not_say("git lane resume");
    }
    repo.agent("agent-a").lane(["status"]).ok().prints("review");
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    repo.lane(["done", "T-1"]).ok();
    repo.agent("agent-b")
        .lane(["ready"])
        .ok()
        .prints("T-2")
        .prints("T-3");
}
