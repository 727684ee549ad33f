//! What the orchestrator chooses for an escalated task, and what becomes of counts, marks, branch and worktree.

use lane_testkit::Place;

use super::escalated;
use super::state;
use super::task;
use super::worked;
use crate::sandbox;

/// A choice, and phase, mark and holder afterwards.
const CHOICES: [(&[&str], [&str; 3]); 6] = [
    (&["retry", "T-1", "--why", "try again"], ["todo", "retry", "-"]),
    (
        &["return", "T-1", "--finding", "take the other parser"],
        ["in-progress", "retry", "agent-a"],
    ),
    (
        &["rescope", "T-1", "--why", "smaller", "--scope", "src/a.rs"],
        ["todo", "-", "-"],
    ),
    (&["deprioritise", "T-1", "--why", "later"], ["todo", "-", "-"]),
    (
        &["take-over", "T-1", "--why", "mine"],
        ["in-progress", "-", "boss"],
    ),
    (
        &["abandon", "T-1", "--why", "no"],
        ["abandoned", "escalated", "-"],
    ),
];

#[test]
fn after_each_choice_the_counts_begin_anew_and_nothing_that_was_made_is_lost() {
    for (line, expected) in CHOICES {
        let sandbox = sandbox();
        let (repo, lane) = escalated(&sandbox);
        let tip = lane.rev("HEAD");
        repo.agent("boss").lane(line).ok();
        assert_eq!(state(&repo, "T-1"), expected, "{line:?}");
        let now = task(&repo, "T-1");
        if expected[0] != "abandoned" {
            assert!(now["failed"].is_null(), "{line:?}: {now}");
        }
        assert_eq!(repo.rev("T-1"), tip, "{line:?}");
        assert!(lane.has("src/a.rs"), "{line:?}");
        repo.lane(["verify", "--full"]).ok();
    }
}

#[test]
fn what_is_retried_returned_or_taken_over_can_be_gone_on_with() {
    for (line, by, expected) in [
        (CHOICES[0].0, "agent-b", "in review at"),
        (CHOICES[1].0, "agent-a", "    take the other parser\n"),
        (CHOICES[4].0, "boss", "    still no tests\n"),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = escalated(&sandbox);
        repo.agent("boss").lane(line).ok();
        let here = repo.agent(by);
        here.lane(["resume", "T-1"]).ok().prints(expected);
        let lane = lane.agent(by);
        lane.commit("src/a.rs", "whole\n", "mended").ok();
        lane.lane(["handoff", "T-1"]).ok();
        let still = if by == "boss" { "-" } else { "retry" };
        assert_eq!(state(&repo, "T-1"), ["review", still, by], "{line:?}");
    }
}

#[test]
fn a_take_over_enters_the_worktree_as_it_is_and_shuts_the_former_holder_out() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    lane.write("src/b.rs", "uncommitted\n");
    let taken = repo
        .agent("boss")
        .lane(["take-over", "T-1", "--why", "urgent"])
        .ok();
    taken
        .prints("worktree ")
        .prints("1 paths are uncommitted")
        .says("took T-1 over")
        .says("was agent-a's before");
    assert_eq!(lane.read("src/b.rs"), "uncommitted\n");
    let former = lane.agent("agent-a");
    former
        .commit("src/a.rs", "mine\n", "after that")
        .fails()
        .says("error: ");
    former.lane(["handoff", "T-1"]).code(3).says("not-holder");
    lane.agent("boss").commit("src/a.rs", "boss\n", "taken").ok();
    let fence = task(&repo, "T-1")["claim"]["fence"].clone();
    let locks = repo.lane(["locks", "--json"]).ok().json();
    assert_eq!((&locks[0]["owner"], &locks[0]["fence"]), (&"boss".into(), &fence));
    assert_eq!(locks.as_array().map(Vec::len), Some(1));
}

#[test]
fn where_all_share_one_worktree_a_take_over_takes_the_lock_alone() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let policy = repo
        .read(".agents/policy.toml")
        .replace("mode = \"B\"", "mode = \"A\"");
    assert!(policy.contains("mode = \"A\""), "{policy}");
    repo.commit(".agents/policy.toml", &policy, "mode A").ok();
    repo.task("T-1", "src/**");
    repo.agent("agent-a").lane(["claim", "T-1"]).ok();
    let taken = repo
        .agent("boss")
        .lane(["take-over", "T-1", "--why", "urgent"])
        .ok();
    taken.prints("T-1 (in-progress), attempt 2");
    assert_eq!(state(&repo, "T-1"), ["in-progress", "-", "boss"]);
    assert!(!repo.has(".worktrees/T-1"));
}

#[test]
fn a_rescope_takes_every_option_of_an_edit_and_keeps_what_it_does_not_name() {
    let sandbox = sandbox();
    let (repo, _) = escalated(&sandbox);
    repo.task("T-2", "docs/**");
    let boss = repo.agent("boss");
    boss.sh(
        "git lane rescope T-1 --why 'it was too much' --title smaller --scope src/a.rs --depends-on T-2 \
         --priority high --add-accept 'it is there' --check 'test -s src/a.rs' --slice 'the first half' --parent T-2 \
         --merge-order 2",
    )
    .code(3)
    .says("would wait for itself");
    boss.sh(
        "git lane rescope T-1 --why 'it was too much' --title smaller --scope src/a.rs --priority high \
         --add-accept 'it is there' --check 'test -s src/a.rs' --slice 'the first half' --parent T-2 --merge-order 2",
    )
    .ok()
    .says("rescoped T-1");
    let now = task(&repo, "T-1");
    assert_eq!(now["title"], "smaller");
    assert_eq!(now["scope"], serde_json::json!(["src/a.rs"]));
    assert_eq!(now["branch"], "T-1");
    assert_eq!(now["acceptance"]["a1"]["check"][0], "test");
    assert_eq!((&now["parent"], &now["merge_order"]), (&"T-2".into(), &2.into()));
    assert_eq!(now["attempts"], 1);
    repo.agent("agent-b").start("T-1");
    holds_only(&repo, "src/a.rs");
}

#[track_caller]
fn holds_only(repo: &Place<'_>, glob: &str) {
    let locks = repo.lane(["locks", "--json"]).ok().json();
    assert_eq!(locks[0]["scope"], serde_json::json!([glob]));
}
