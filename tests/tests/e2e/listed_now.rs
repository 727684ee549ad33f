//! What lists and questions say of a task as it is now: who is at it, what it waits for in vain, what its mark means.

use crate::following::follow;
use crate::next_up::task;
use crate::sandbox;

#[test]
fn what_waits_for_something_given_up_is_led_to_wait_no_longer() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    task(&repo, "T-1", "src/**", &[]);
    task(&repo, "T-2", "docs/**", &["--depends-on", "T-1"]);
    repo.lane(["abandon", "T-1", "--why", "x"]).ok();
    let free = "git lane task edit T-2 --remove-depends-on T-1";
    let boss = repo.agent("boss");
    let next = boss.lane(["next", "--role", "orchestrator"]).ok();
    assert_eq!(next.hints(), [free]);
    repo.lane(["plan-next"])
        .ok()
        .prints("it waits for what was given up")
        .prints(free);
    repo.lane(["board"]).ok().prints("T-1 (given up)");
    sandbox.advance(86_400);
    repo.lane(["board", "--stale"]).ok().prints(free);
    repo.lane(["ready", "--why"])
        .code(3)
        .says("T-1 was given up, or is not there")
        .says(free);
    let refused = repo.agent("agent-a").lane(["start", "T-2"]).code(3);
    follow(&boss, &refused.says("dependency-open"), free).ok();
    repo.agent("agent-a").start("T-2");
}

#[test]
fn what_came_back_from_its_tests_is_marked_as_that() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "x\n", "x").ok();
    lane.lane(["handoff"]).ok();
    repo.agent("agent-r").lane(["review", "T-1", "--approve"]).ok();
    for _ in 0..2 {
        let fail = ["test", "T-1", "--fail", "--finding", "it burns"];
        repo.agent("agent-t").lane(fail).ok();
    }
    let shown = "[ESCALATED] (its tests failed again) work on src/**";
    for args in [
        &["board"][..],
        &["status"],
        &["task", "list"],
        &["locks"],
        &["task", "show", "T-1"],
    ] {
        repo.lane(args).ok().prints(shown);
    }
    let next = repo.agent("agent-r").lane(["next", "--role", "reviewer"]).ok();
    next.prints(shown);
    let listed = repo.lane(["board", "--json"]).ok().json().to_string();
    assert!(listed.contains(r#""mark":"escalated""#), "{listed}");
}

#[test]
fn who_judges_a_task_stands_beside_who_holds_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "x\n", "x").ok();
    lane.lane(["handoff"]).ok();
    let board = repo.lane(["board"]).ok();
    assert!(!board.stdout.contains("reviewer"), "{board}");
    let reviewer = repo.agent("agent-r");
    reviewer.lane(["review", "T-1"]).ok();
    let board = repo.lane(["board"]).ok().prints("holder   reviewer").stdout;
    assert!(board.contains("agent-a  agent-r"), "{board}");
    repo.lane(["status"]).ok().prints("agent-a, reviewed by agent-r");
    reviewer
        .lane(["status"])
        .ok()
        .prints("agent-a, reviewed by agent-r (you)");
    reviewer.lane(["review", "T-1", "--approve"]).ok();
    repo.agent("agent-t").lane(["test", "T-1"]).ok();
    repo.lane(["board"]).ok().prints("holder   tester");
    repo.lane(["status"]).ok().prints("agent-a, tested by agent-t");
    let json = repo.lane(["board", "--json"]).ok().json().to_string();
    assert!(json.contains(r#""by":"agent-t""#), "{json}");
}

#[test]
fn a_former_holder_is_named_once() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    repo.agent("agent-a").start("T-1");
    repo.agent("agent-a")
        .lane(["release", "T-1", "--why", "lunch"])
        .ok();
    let started = repo.agent("agent-b").lane(["start", "T-1"]).ok();
    let said = started.stderr.matches("was agent-a's before").count();
    assert_eq!(said, 1, "{started}");
}

#[test]
fn who_has_nothing_is_led_to_what_is_next() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    for args in [&["status"][..], &["status", "--mine"]] {
        let status = repo.agent("agent-a").lane(args).ok();
        assert_eq!(status.hints(), ["git lane next"], "{status}");
    }
}

#[test]
fn a_parent_with_open_parts_can_be_claimed_and_is_not_offered_and_both_say_why() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "docs/**");
    task(&repo, "T-2", "src/**", &["--parent", "T-1"]);
    let can = repo.lane(["can", "claim", "T-1"]).ok();
    can.prints("yes: claim T-1")
        .says("advice: children-open: T-1 has parts that are not done: T-2 (todo)");
    let json = repo.lane(["can", "claim", "T-1", "--json"]).ok().json();
    assert_eq!(
        (&json["can"], &json["later"]["id"]),
        (&true.into(), &"children-open".into())
    );
    repo.lane(["plan-next"]).ok().prints("children-open (1): T-1");
    let other = repo.lane(["can", "claim", "T-2", "--json"]).ok().json();
    assert!(other["later"].is_null(), "{other}");
}

#[test]
fn the_id_of_every_refusal_is_explained_where_rules_are() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.lane(["rules", "own-work"])
        .ok()
        .prints("own-work (refusal): exit code 3")
        .prints("Authors do not approve their own work");
    let json = repo.lane(["rules", "own-work", "--json"]).ok().json();
    assert_eq!((&json["sort"], &json["exit"]), (&"refusal".into(), &3.into()));
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/refusals.md"));
    let page = page.expect("the page of refusals");
    let ids: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    assert!(ids.len() > 80, "{ids:?}");
    for id in ids {
        repo.lane(["rules", id]).ok();
    }
}
