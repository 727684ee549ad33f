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
    "task.done",
    "task.handed-off",
];

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    let mut last: BTreeMap<&str, &Event> = BTreeMap::new();
    for event in scene
        .events
        .iter()
        .filter(|event| MOVES.contains(&event.kind.as_str()))
    {
        last.insert(event.task(), event);
    }
    for event in last.into_values().filter(|event| event.kind == "task.handed-off") {
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
