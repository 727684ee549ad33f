//! The ledger's order respects real time: what was acknowledged before another command began stands before its event.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use super::Finding;
use super::Scene;
use crate::act::Key;
use crate::act::Promise;
use crate::ledger::Event;
use crate::record::Op;

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    Ok(judge(&scene.history.ops, &scene.events))
}

fn judge(ops: &[Op], events: &[Event]) -> Finding {
    let ops = known(ops);
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    let mut latest: Option<&Op> = None;
    for event in events {
        let Some(op) = ops.get(&event.key()) else { continue };
        finding.facts += 1;
        if let Some(earlier) = latest
            && settled(op) < earlier.began
        {
            finding.faults.push(format!(
                "event {} ({}) stands behind one of a command that had not begun:\n{earlier}\n{op}",
                event.seq, event.commit
            ));
        }
        if latest.is_none_or(|latest| latest.began < op.began) {
            latest = Some(op);
        }
    }
    finding
}

/// The commands whose event is known by its key alone. What was only promised to be kept has no time of its own.
fn known(ops: &[Op]) -> BTreeMap<&Key, &Op> {
    let mut all: BTreeMap<&Key, Vec<&Op>> = BTreeMap::new();
    for op in ops {
        if let Some(key) = &op.act.key {
            all.entry(key).or_default().push(op);
        }
    }
    let single = all.into_iter().filter_map(|(key, ops)| match ops[..] {
        [op] if op.act.promise == Promise::Published => Some((key, op)),
        _ => None,
    });
    single.collect()
}

/// From when on its event was surely there; that of a killed one may have come at any time.
fn settled(op: &Op) -> Duration {
    if op.is_acknowledged() {
        op.ended
    } else {
        Duration::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::End;
    use crate::sample::event;
    use crate::sample::op;

    #[test]
    fn an_event_behind_one_of_a_command_that_had_not_begun_is_found() {
        let ledger = [
            event(1, "a", "note.added", "text = 'x'"),
            event(2, "b", "task.released", "why = 'op-2'"),
            event(3, "a", "task.released", "why = 'op-1'"),
        ];
        let check = |first: (u64, u64, End), second: (u64, u64, End), wanted: usize| {
            let ops = [op(1, "op-1", first), op(2, "op-2", second)];
            assert_eq!(judge(&ops, &ledger).faults.len(), wanted, "{first:?} {second:?}");
        };
        check((0, 10, End::Done), (11, 20, End::Done), 1);
        check((0, 12, End::Done), (11, 20, End::Done), 0);
        // A killed one may take effect after its end.
        check((0, 10, End::Killed), (11, 20, End::Done), 0);
        check((0, 10, End::Done), (11, 20, End::Killed), 1);
    }
}
