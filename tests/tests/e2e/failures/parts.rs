//! Parents and parts in contracts: what can be said, what is refused, and what is shown.

use super::task;
use crate::following::follow;
use crate::sandbox;

#[test]
fn a_part_names_its_parent_and_both_show_it() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "docs/**");
    repo.sh(
        "git lane task add half --id T-2 --scope 'src/**' --parent T-1 --slice 'the parser' --merge-order 1",
    )
    .ok();
    repo.task("T-3", "lib/**");
    repo.sh("git lane task edit T-3 --parent T-1 --merge-order 2")
        .ok();
    repo.lane(["task", "show", "T-2"])
        .ok()
        .prints("T-1, lands as number 1: the parser");
    repo.lane(["task", "show", "T-1"]).ok().prints("T-2 T-3");
    assert_eq!(task(&repo, "T-1")["children"], serde_json::json!(["T-2", "T-3"]));
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("docs/a.md", "a\n", "whole").ok();
    let early = lane
        .lane(["handoff", "T-1"])
        .code(3)
        .says("children-open: T-1 has parts that are not done: T-2 (todo), T-3 (todo)");
    follow(&lane, &early, "git lane task show T-2").ok();
    repo.lane(["abandon", "T-2", "--why", "x"]).ok();
    repo.sh("git lane task edit T-3 --no-parent").ok();
    assert!(task(&repo, "T-3")["merge_order"].is_null());
    lane.lane(["handoff", "T-1"]).ok();
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn what_cannot_be_a_parent_is_refused() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "docs/**");
    repo.sh("git lane task add part --id T-2 --scope 'src/**' --parent T-1")
        .ok();
    repo.task("T-3", "lib/**");
    repo.lane(["abandon", "T-3", "--why", "x"]).ok();
    for (line, code, says) in [
        ("git lane task edit T-2 --parent T-9", 3, "unknown-dependency"),
        ("git lane task edit T-2 --parent T-3", 3, "not-in-phase"),
        ("git lane task edit T-2 --parent T-2", 2, "error"),
        ("git lane task edit T-1 --parent T-2", 3, "dependency-cycle"),
        ("git lane task edit T-2 --depends-on T-1", 3, "dependency-cycle"),
        ("git lane task edit T-2 --merge-order 0", 2, "merge"),
        ("git lane task edit T-2 --merge-order x", 2, "merge-order"),
        (
            "git lane task edit T-2 --no-parent --parent T-1",
            2,
            "cannot be used",
        ),
        ("git lane task edit T-2 --slice ''", 2, "slice"),
        ("git lane task add x --scope 'x/**' --slice y", 2, "slice"),
    ] {
        repo.sh(line).code(code).says(says);
    }
    assert_eq!(task(&repo, "T-2")["parent"], "T-1");
}
