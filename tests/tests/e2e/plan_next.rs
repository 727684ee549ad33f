//! The orchestrator's dry view: what it would start, why not the rest, and that nothing has happened.

use lane_testkit::Place;
use serde_json::Value;

use crate::next_up::task;
use crate::sandbox;

/// Every file of the repository with its content, and all refs.
fn everything(repo: &Place<'_>) -> String {
    let files = repo.sh("find . -type f -exec sha256sum {} + | sort").ok().stdout;
    files + &repo.git(["for-each-ref"]).ok().stdout
}

fn starts(plan: &Value) -> Vec<&str> {
    let starts = plan["starts"].as_array().expect("a list").iter();
    starts
        .map(|start| start["task"].as_str().expect("an id"))
        .collect()
}

#[test]
fn a_plan_changes_not_a_byte_and_says_so() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for n in 1..=3 {
        repo.task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    let before = everything(&repo);
    for args in [
        &["plan-next"][..],
        &["plan-next", "--json"],
        &["plan-next", "--slots", "1"],
    ] {
        repo.agent("boss").lane(args).ok();
        repo.person().lane(args).ok();
    }
    assert_eq!(everything(&repo), before);
    repo.lane(["plan-next"])
        .ok()
        .prints("0 of 6 places of the pool taken; planned for 6")
        .says("nothing of this has happened");
    assert_eq!(repo.lane(["plan-next", "--json"]).ok().json()["happened"], false);
}

#[test]
fn a_plan_never_starts_two_that_collide_and_its_commands_start_what_it_says() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for (id, scope) in [("T-1", "src/**"), ("T-2", "src/a.rs"), ("T-3", "docs/**")] {
        task(&repo, id, scope, &[]);
    }
    let plan = repo.lane(["plan-next", "--json"]).ok().json();
    assert_eq!(starts(&plan), ["T-1", "T-3"]);
    repo.lane(["plan-next"])
        .ok()
        .prints("foreign-lock (1): T-2")
        .prints("T-2 collides with T-1, which would be started before it");
    let one = repo.lane(["plan-next", "--slots", "1", "--json"]).ok().json();
    assert_eq!(starts(&one), ["T-1"]);
    assert_eq!(one["waits"].as_array().expect("reasons").len(), 2, "{one}");
    for (n, start) in plan["starts"].as_array().expect("a list").iter().enumerate() {
        let worker = repo.agent(&format!("agent-{n}"));
        worker.sh(start["command"].as_str().expect("a command")).ok();
    }
    let after = repo.lane(["plan-next", "--json"]).code(3).json();
    assert_eq!(
        (after["at_work"].as_u64(), after["places"].as_u64()),
        (Some(2), Some(4))
    );
    repo.lane(["status"])
        .ok()
        .prints("2 of 6 places of the pool taken");
    repo.lane(["board"]).ok().prints("2 of 6 places taken");
}

#[test]
fn lanes_beside_others_wait_for_what_all_have_to_be_told() {
    let sandbox = sandbox();
    let repo = sandbox.repo("r");
    repo.lane(["init"]).ok();
    repo.sh("git add .agents .gitattributes docs && git commit -qm policy")
        .ok();
    for n in 1..=3 {
        repo.task(&format!("T-{n}"), &format!("part-{n}/**"));
    }
    let plan = repo.lane(["plan-next", "--json"]).ok().json();
    assert_eq!(starts(&plan), ["T-1"]);
    assert_eq!(plan["waits"][0]["id"], "instructions-missing");
    assert_eq!(plan["waits"][0]["count"], 2);
    repo.agent("agent-a").lane(["start", "T-1"]).ok();
    // The same word from `next`, with what mends it; then it goes on.
    let b = repo.agent("agent-b");
    let none = b.lane(["next"]).code(3).says("2 instructions-missing");
    b.sh(&none.hints()[0]).ok();
    b.lane(["next"]).ok().prints("T-2  todo");
}

#[test]
fn a_long_queue_is_bounded_and_counted() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for n in 10..30 {
        repo.task(&format!("T-{n}"), "src/**");
    }
    repo.lane(["plan-next"])
        .ok()
        .prints("foreign-lock (19): T-11, T-12, T-13, T-14, T-15, T-16, T-17, T-18 and 11 more");
    let plan = repo.lane(["plan-next", "--json", "--limit", "3"]).ok().json();
    assert_eq!(plan["waits"][0]["tasks"].as_array().expect("ids").len(), 3);
    assert_eq!(plan["waits"][0]["count"], 19);
}
