//! What happens when work fails: attempts, returns, the orchestrator's choices, and what each guard says.

mod abandoning;
mod attempts;
mod choices;
mod guards;
mod parts;
mod telling;

use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;

/// A repository with T-1 on `src/**`, started by agent-a with one commit in the lane.
fn worked(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "half\n", "half").ok();
    (repo, lane)
}

/// The same, handed off.
fn handed_off(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let (repo, lane) = worked(sandbox);
    lane.lane(["handoff", "T-1"]).ok();
    (repo, lane)
}

/// The same, returned by review until no retry is left.
fn escalated(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let (repo, lane) = handed_off(sandbox);
    let reviewer = repo.agent("agent-r");
    reviewer.lane(["return", "T-1", "--finding", "no tests"]).ok();
    lane.lane(["handoff", "T-1"]).ok();
    reviewer
        .lane(["return", "T-1", "--finding", "still no tests"])
        .ok()
        .says("T-1 is escalated [ESCALATED]");
    (repo, lane)
}

/// The task as `task show --json` has it.
fn task(repo: &Place<'_>, id: &str) -> Value {
    repo.lane(["task", "show", id, "--json"]).ok().json()
}

/// Phase, mark and holder; nothing is `-`.
fn state(repo: &Place<'_>, id: &str) -> [String; 3] {
    let task = task(repo, id);
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    [
        word(&task["status"]),
        word(&task["mark"]),
        word(&task["claim"]["by"]),
    ]
}

/// Adds lines to the policy on the integration branch.
fn policy(repo: &Place<'_>, lines: &str) {
    let old = repo.read(".agents/policy.toml");
    repo.person()
        .commit(".agents/policy.toml", &format!("{old}\n{lines}"), "policy")
        .ok();
}
