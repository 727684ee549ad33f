//! No command ends otherwise than it may: no bug of ours, no panic, no hang, no missing set-up.

use std::io;

use super::Finding;
use super::Scene;
use crate::act::Verb;
use crate::record::End;
use crate::record::History;
use crate::record::Op;

/// Refusals that no command of a history can deserve: its words are well-formed. But a task may have no branch to
/// make a checkpoint of, and a worktree may hold what somebody left there.
const UNDESERVED: &[&str] = &["invalid-input", "other-state", "policy-not-committed"];

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let faults = scene
        .history
        .ops
        .iter()
        .filter_map(|op| fault(scene.history, op))
        .collect();
    Ok(Finding {
        facts: scene.history.ops.len() as u64,
        faults,
    })
}

fn fault(history: &History, op: &Op) -> Option<String> {
    let refused = op.end == End::Refused;
    let what = match op.end {
        End::Broken(-1) => "took longer than any command may".to_owned(),
        End::Broken(-2) => "was killed by a signal that nobody sent".to_owned(),
        End::Broken(code) => format!("ended with exit code {code}"),
        End::TryAgain if op.ground() == Some("remote-refuses") && !history.met_an_outage(op) => {
            "was refused by a remote that refuses nothing".to_owned()
        }
        _ if op.stderr.contains("panicked") => "panicked".to_owned(),
        _ if refused && op.ground().is_none() => "was refused without a ground".to_owned(),
        _ if refused
            && op.ground().is_some_and(|ground| UNDESERVED.contains(&ground))
            && !matches!(op.act.verb, Verb::Checkpoint | Verb::Start) =>
        {
            "was refused on a ground that it did not give".to_owned()
        }
        _ => return None,
    };
    Some(format!("{what}: {op}\n{}", op.stderr.trim_end()))
}
