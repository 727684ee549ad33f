//! What was promised is there, once: the event of every acknowledged command is in the remote's ledger, or, where only
//! that was promised, its clone says that it was given up. What was refused is not there.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use super::Finding;
use super::Scene;
use crate::act::Key;
use crate::act::Promise;
use crate::act::Verb;
use crate::record::End;
use crate::record::Op;

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    let mut found: BTreeMap<Key, u64> = BTreeMap::new();
    for event in &scene.events {
        *found.entry(event.key()).or_default() += 1;
    }
    let mut tries: BTreeMap<&Key, Vec<&Op>> = BTreeMap::new();
    for op in &scene.history.ops {
        if let Some(key) = &op.act.key {
            tries.entry(key).or_default().push(op);
        }
    }
    let given_up: Vec<Vec<String>> = (0..scene.world.clones())
        .map(|clone| given_up(&scene.world.clone_dir(clone)))
        .collect::<io::Result<_>>()?;
    let mut finding = Finding {
        facts: 0,
        faults: Vec::new(),
    };
    for (key, ops) in tries {
        finding.facts += ops.len() as u64;
        let there = found.get(key).copied().unwrap_or(0);
        let named = |op: &Op| given_up[op.clone].iter().any(|text| names(text, key));
        finding.faults.extend(fault(&ops, there, &named).map(|fault| {
            let lines: Vec<String> = ops.iter().map(ToString::to_string).collect();
            format!("{fault}: {} {:?}\n{}", key.kind, key.words, lines.join("\n"))
        }));
    }
    Ok(finding)
}

fn fault(ops: &[&Op], there: u64, is_given_up: &dyn Fn(&Op) -> bool) -> Option<String> {
    let promised = ops.iter().filter(|op| op.is_acknowledged());
    let lost = |op: &&&Op| op.act.promise == Promise::Kept && is_given_up(op);
    let (given_up, kept): (Vec<&&Op>, Vec<&&Op>) = promised.partition(lost);
    let least = kept.len() as u64;
    // A killed one, and one that was given up and came back by another way, may be there too.
    let most = least
        + given_up.len() as u64
        + ops
            .iter()
            .filter(|op| op.is_uncertain() || claims_for_a_while(op))
            .count() as u64;
    (there < least || there > most)
        .then(|| format!("there {there} times, promised {least} times, possible {most} times"))
}

/// A start that finds no place for its worktree gives back what it has claimed.
fn claims_for_a_while(op: &Op) -> bool {
    op.act.verb == Verb::Start && op.end == End::Refused
}

/// The texts of what a clone has given up.
fn given_up(clone: &Path) -> io::Result<Vec<String>> {
    let folder = clone.join(".git/lane/given-up");
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let files = fs::read_dir(folder)?;
    files.map(|file| fs::read_to_string(file?.path())).collect()
}

fn names(text: &str, key: &Key) -> bool {
    let quoted = |word: &String| text.contains(&format!("\"{word}\""));
    text.contains(&key.kind) && key.words.iter().all(quoted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::op;

    fn check(ends: &[End], promise: Promise, given_up: bool, there: u64, holds: bool) {
        let ops: Vec<Op> = ends.iter().map(|&end| op(1, "op-1", (0, 1, end))).collect();
        let ops: Vec<Op> = ops
            .into_iter()
            .map(|mut op| {
                op.act.promise = promise;
                op
            })
            .collect();
        let found = fault(&ops.iter().collect::<Vec<_>>(), there, &|_| given_up);
        assert_eq!(found.is_none(), holds, "{ends:?} {promise:?} {there}: {found:?}");
    }

    #[test]
    fn what_was_acknowledged_is_there_once_and_what_was_refused_is_not() {
        let one = |end, there, holds| check(&[end], Promise::Published, false, there, holds);
        for (end, allowed) in [
            (End::Done, 1..=1),
            (End::Refused, 0..=0),
            (End::Killed, 0..=1),
            (End::TryAgain, 0..=1),
        ] {
            (0..3).for_each(|there| one(end, there, allowed.contains(&there)));
        }
        check(&[End::Killed, End::Done], Promise::Published, false, 1, true);
        check(&[End::Killed, End::Refused], Promise::Published, false, 2, false);
    }

    #[test]
    fn only_what_was_kept_may_be_given_up() {
        check(&[End::Done], Promise::Kept, true, 0, true);
        check(&[End::Done], Promise::Kept, false, 0, false);
        check(&[End::Done], Promise::Published, true, 0, false);
    }

    #[test]
    fn what_was_given_up_is_known_by_its_kind_and_words() {
        let text = "[event]\nkind = \"task.released\"\nwhy = \"op-00017\"\n";
        assert!(names(text, &Key::new("task.released", &["op-00017"])));
        assert!(!names(text, &Key::new("task.released", &["op-0001"])));
        assert!(!names(text, &Key::new("task.blocked", &["op-00017"])));
    }
}
