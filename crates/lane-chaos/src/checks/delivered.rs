//! A handoff is there whole or not at all: the commit that its event names is on the task's branch in the remote. One
//! that was released or handed off anew has no say any more.

use std::collections::BTreeMap;
use std::io;

use super::Finding;
use super::Scene;
use crate::ledger::Event;

/// What ends a handoff, and what makes one.
const MOVES: &[&str] = &[
    "task.claimed",
    "task.released",
    "task.resumed",
    "task.retried",
    "task.escalated",
    "task.rescoped",
    "task.deprioritised",
    "task.taken-over",
    "task.abandoned",
    "task.done",
    "task.handed-off",
];

/// A verdict that brings evidence is a delivery of its own; one that sends the work back ends what was delivered. Any
/// other leaves the handoff as it stands.
fn counts(event: &Event) -> bool {
    let is_verdict = event.kind == "task.judged";
    MOVES.contains(&event.kind.as_str())
        || (is_verdict && (delivers(event) || event.text("verb") == "return"))
}

fn delivers(event: &Event) -> bool {
    event.kind == "task.handed-off" || !event.inner("checkpoint", "tip").is_empty()
}

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    let mut last: BTreeMap<&str, &Event> = BTreeMap::new();
    for event in scene.events.iter().filter(|event| counts(event)) {
        last.insert(event.task(), event);
    }
    for event in last.into_values().filter(|event| delivers(event)) {
        let (tip, branch) = (
            event.inner("checkpoint", "tip"),
            format!("refs/heads/{}", event.task()),
        );
        let args = ["merge-base", "--is-ancestor", tip, &branch];
        let output = scene.world.git_command(&scene.world.remote(), &args).output()?;
        finding.facts += 1;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            finding
                .faults
                .push(format!("event {}: {tip} is not on {branch}: {said}", event.seq));
        }
    }
    Ok(finding)
}
