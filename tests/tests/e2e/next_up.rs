//! What to do now: `next`, `status --mine`, `board --stale`. Each command that they name leads on.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;

use crate::sandbox;

/// Longer than the default lease.
const LATE: i64 = 2 * 3600 + 61;

/// A repository with lanes, and these keys in its policy.
fn team<'s>(sandbox: &'s Sandbox, policy: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    if !policy.is_empty() {
        let old = repo.read(".agents/policy.toml");
        repo.write(".agents/policy.toml", format!("{old}\n{policy}\n"));
        repo.git(["commit", "--quiet", "-am", "policy of the team"]).ok();
        repo.tell();
    }
    repo
}

/// A task whose check passes.
pub(crate) fn task(repo: &Place<'_>, id: &str, scope: &str, more: &[&str]) {
    let words = ["task", "add", "work", "--id", id, "--scope", scope];
    let check = ["--accept", "it holds", "--check", "true"];
    repo.lane([&words[..], &check, more].concat()).ok();
}

/// Takes a task, changes its file and hands it off.
fn hand_off(repo: &Place<'_>, id: &str, file: &str) {
    let lane = repo.start(id);
    let lane = lane.agent(repo_agent(repo));
    lane.commit(file, "changed\n", "work").ok();
    lane.lane(["check"]).ok();
    lane.lane(["handoff"]).ok();
}

/// Who acts in a place.
fn repo_agent(repo: &Place<'_>) -> &'static str {
    match repo.lane(["status", "--json"]).ok().json()["agent"].as_str() {
        Some("agent-b") => "agent-b",
        _ => "agent-a",
    }
}

/// The last hint, followed in the same place.
#[track_caller]
fn follow(place: &Place<'_>, said: &Output) -> Output {
    let hint = said.hints().last().expect("a hint").replace("TEXT", "because");
    place.sh(&hint).ok()
}

#[test]
fn what_is_in_hand_comes_before_anything_new_and_the_command_leads_there() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "");
    let (a, b) = (repo.agent("agent-a"), repo.agent("agent-b"));
    task(&repo, "T-1", "src/**", &[]);
    task(&repo, "T-2", "docs/**", &["--priority", "high"]);
    let first = a.lane(["next"]).ok().prints("T-2  todo  work");
    assert!(
        first.says("first, as worker: its priority is high").hints() == [r#"cd "$(git lane start T-2)""#]
    );
    let there = a.sh(&format!("{} && pwd", a.lane(["next"]).hints()[0])).ok();
    assert!(there.stdout.trim().ends_with(".worktrees/T-2"), "{there}");
    let held = a.lane(["next"]).ok().prints("T-2  in-progress");
    follow(&a, &held.says("in hand, as worker: you hold it"));
    let other = b.lane(["next", "--json"]).ok().json();
    assert_eq!(
        (
            other["task"].as_str(),
            other["role"].as_str(),
            other["in_hand"].as_bool()
        ),
        (Some("T-1"), Some("worker"), Some(false))
    );
}

#[test]
fn nearly_done_work_comes_first_and_ones_own_is_not_reviewed() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "");
    let (a, b) = (repo.agent("agent-a"), repo.agent("agent-b"));
    task(&repo, "T-1", "src/**", &[]);
    task(&repo, "T-2", "docs/**", &["--priority", "high"]);
    hand_off(&a, "T-1", "src/a.rs");
    let review = b.lane(["next"]).ok().prints("T-1  review");
    assert_eq!(review.hints(), ["git lane review T-1"]);
    review.says("what is nearly done goes first, and it is in review");
    a.lane(["next"]).ok().prints("T-2  todo");
    let none = a
        .lane(["next", "--role", "reviewer"])
        .code(3)
        .says("not-ready: nothing to do now as reviewer: 1 own-work");
    assert_eq!(none.hints(), ["git lane next"]);
    follow(&a, &none).prints("T-2");
    // What was handed off is with others, and a reviewer is told how much waits.
    let mine = a.lane(["status", "--mine"]).ok();
    mine.prints("no move is yours").prints("waits for a reviewer");
    b.lane(["status", "--mine"])
        .ok()
        .prints("for any reviewer: 1  git lane next --role reviewer");
}

#[test]
fn an_integrator_is_told_what_lands_and_then_what_is_done() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "");
    repo.stages(&[]);
    repo.git(["commit", "--quiet", "-am", "no stages"]).ok();
    repo.tell();
    task(&repo, "T-1", "src/**", &[]);
    hand_off(&repo.agent("agent-a"), "T-1", "src/a.rs");
    let lands = repo
        .lane(["next", "--role", "integrator"])
        .ok()
        .prints("T-1  queued");
    assert_eq!(lands.hints(), ["git lane land T-1"]);
    follow(&repo, &lands);
    // What came there otherwise is closed.
    task(&repo, "T-2", "docs/**", &[]);
    hand_off(&repo.agent("agent-a"), "T-2", "docs/a");
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-2"]).ok();
    let done = repo.lane(["next", "--role", "integrator"]).ok();
    assert_eq!(done.hints(), ["git lane done T-2"]);
    follow(&repo, &done);
    let empty = repo.lane(["next"]).code(3).says("no task waits for that");
    assert_eq!(empty.hints(), ["git lane task add TITLE --scope GLOB"]);
}

#[test]
fn where_there_is_nothing_the_reasons_are_counted_and_the_wait_has_an_end() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "[roles]\nreviewer = [\"agent-r\"]");
    let (a, b) = (repo.agent("agent-a"), repo.agent("agent-b"));
    for (id, scope, on) in [
        ("T-1", "src/**", None),
        ("T-2", "src/a.rs", None),
        ("T-3", "docs/**", Some("T-1")),
    ] {
        task(
            &repo,
            id,
            scope,
            &on.map_or(vec![], |on| vec!["--depends-on", on]),
        );
    }
    a.lane(["start", "T-1"]).ok();
    let none = b
        .lane(["next"])
        .code(3)
        .says("nothing to do now as worker, tester, integrator: 1 already-claimed, 1 dependency-open, 1 foreign-lock")
        .says("wait: the first lease or time limit of those at work ends");
    follow(&b, &none).prints("foreign-lock: agent-a");
    b.lane(["next", "--role", "reviewer"])
        .code(3)
        .says("error: role-not-allowed: the policy does not let agent-b act as reviewer");
    let json = b.lane(["next", "--json"]).code(3).json();
    assert_eq!(
        (json["task"].is_null(), json["against"]["foreign-lock"].as_u64()),
        (true, Some(1))
    );
    // Whoever is over time is not waited for any more.
    sandbox.advance(LATE);
    let late = b.lane(["next"]).code(3);
    assert_eq!(late.hints(), ["git lane board --stale"]);
    let stale = follow(&b, &late)
        .prints("agent-a is late since")
        .text()
        .to_owned();
    let command = stale
        .split("  ")
        .map(str::trim)
        .find(|cell| cell.starts_with("git lane reclaim"));
    b.sh(&command.expect("the command").replace("TEXT", "because"))
        .ok();
    b.lane(["next"]).ok().prints("T-1  todo");
}

#[test]
fn what_waits_for_too_long_is_told_with_whom_and_since_when() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "");
    let a = repo.agent("agent-a");
    for id in ["T-1", "T-2", "T-3"] {
        task(&repo, id, &format!("{id}/**"), &[]);
    }
    repo.lane(["task", "edit", "T-2", "--depends-on", "T-1"]).ok();
    a.lane(["claim", "T-3"]).ok();
    a.lane(["block", "T-3", "--why", "a key is missing"]).ok();
    repo.lane(["board", "--stale"]).ok().says("nobody is late");
    sandbox.advance(1800);
    let ids = |args: &[&str]| -> Vec<String> {
        let board = repo
            .lane([&["board", "--stale", "--json"], args].concat())
            .ok()
            .json();
        let tasks = board["tasks"].as_array().expect("tasks").iter();
        tasks
            .map(|task| task["id"].as_str().expect("an id").to_owned())
            .collect()
    };
    // What waits for another task is nobody's to move.
    assert_eq!(ids(&["--over", "20m"]), ["T-1", "T-3"]);
    assert_eq!(ids(&["--over", "20m", "--limit", "1"]), ["T-1"]);
    assert!(ids(&["--over", "40m"]).is_empty());
    let board = repo.lane(["board", "--stale", "--over", "20m"]).ok();
    board
        .prints("T-1  todo     waits for a worker since 30m")
        .prints("waits for agent-a since 30m")
        .prints("git lane note T-3 TEXT");
    repo.lane(["board", "--over", "20m"]).code(2);
    repo.lane(["board", "--stale", "--at", "3"]).code(2);
}

#[test]
fn every_open_task_stands_in_the_plan_and_before_somebody() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "");
    let a = repo.agent("agent-a");
    for id in ["T-1", "T-2", "T-3", "T-4", "T-5", "T-6"] {
        task(&repo, id, &format!("{id}/**"), &[]);
    }
    repo.lane(["task", "edit", "T-2", "--depends-on", "T-1"]).ok();
    hand_off(&a, "T-3", "T-3/a");
    a.lane(["claim", "T-4"]).ok();
    a.lane(["claim", "T-5"]).ok();
    a.lane(["block", "T-5", "--on", "T-1"]).ok();
    repo.lane(["block", "T-6", "--why", "a key is missing"]).ok();
    let plan = repo.lane(["plan-next", "--json"]).ok().json();
    let mut planned = ids(&plan["starts"], "task");
    planned.extend(ids(&plan["lands"], "task"));
    planned.extend(ids(&plan["decides"], "task"));
    for reason in plan["waits"].as_array().expect("reasons") {
        let tasks = reason["tasks"].as_array().expect("tasks").iter();
        planned.extend(tasks.filter_map(|id| id.as_str().map(str::to_owned)));
    }
    planned.sort();
    assert_eq!(planned, ["T-1", "T-2", "T-3", "T-4", "T-5", "T-6"]);
    let mine = a.lane(["status", "--mine", "--json"]).ok().json();
    assert_eq!(ids(&mine["mine"], "task"), ["T-4"]);
    assert_eq!(ids(&mine["handed_off"], "task"), ["T-3", "T-5"]);
    assert_eq!(mine["anybody"]["worker"], 1, "T-1; T-2 and T-5 wait for it");
    assert_eq!(mine["anybody"]["orchestrator"], 1, "T-6");
    sandbox.advance(LATE);
    let stale = repo.lane(["board", "--stale", "--json"]).ok().json();
    let mut stale = ids(&stale["tasks"], "id");
    stale.sort();
    assert_eq!(stale, ["T-1", "T-3", "T-4", "T-6"]);
}

fn ids(list: &Value, key: &str) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|item| item[key].as_str().expect("an id").to_owned())
        .collect()
}
