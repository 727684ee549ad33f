//! `git lane land`: one lane after another comes onto the integration branch, each on a tree that was checked.

mod alone;
mod at_once;
mod back;
mod by_host;
mod cut_off;
mod declined;
pub(crate) mod elsewhere;
mod killed;
mod one_by_one;
mod resumed;
mod reverted;
mod stopped;
mod ten_lanes;
mod voided;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::following::around;

/// A lane: its task, agent, scope, and the file with the text that it commits.
pub(crate) type Lane = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// A published repository without stages whose policy has these lines more, with what `gates` declares.
pub(crate) fn team<'s>(sandbox: &'s Sandbox, policy: &str, gates: &str) -> Place<'s> {
    let repo = published(sandbox);
    repo.stages(&[]);
    let text = repo.read(".agents/policy.toml") + policy;
    repo.write(".agents/policy.toml", text);
    if !gates.is_empty() {
        repo.write(".agents/gates.toml", gates);
    }
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "settings"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo
}

/// Starts these lanes, all from the same commit, and hands them off.
pub(crate) fn queued<'s>(repo: &Place<'s>, lanes: &[Lane]) -> Vec<Place<'s>> {
    let started: Vec<Place<'_>> = lanes
        .iter()
        .map(|(id, agent, scope, ..)| {
            repo.task(id, scope);
            repo.agent(agent).start(id)
        })
        .collect();
    for (lane, (_, _, _, path, text)) in started.iter().zip(lanes) {
        lane.commit(path, text, "work").ok();
        lane.lane(["handoff"]).ok();
    }
    started
}

/// What the remote has as main.
pub(crate) fn there(repo: &Place<'_>) -> String {
    let listed = repo.git(["ls-remote", "origin", "refs/heads/main"]).ok();
    listed
        .text()
        .split_whitespace()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// The phase of a task.
pub(crate) fn phase(repo: &Place<'_>, id: &str) -> String {
    let shown = repo.lane(["task", "show", id, "--json"]).ok();
    let value: serde_json::Value = serde_json::from_str(&shown.stdout).expect("JSON");
    value["status"].as_str().unwrap_or_default().to_owned()
}

/// No worktree for a while is left.
pub(crate) fn swept(repo: &Place<'_>) {
    let list = repo.git(["worktree", "list"]).ok();
    assert!(!list.stdout.contains("git-lane-landing-"), "{list}");
}
