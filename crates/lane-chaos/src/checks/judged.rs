//! The history as the independent judges of `lane-model` want it: task by task and path by path, every answer must be
//! explained by some order (short windows), and by the ledger's (the witness).

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::time::Duration;

use lane_model::history::Act;
use lane_model::history::Entry;
use lane_model::history::Operation;
use lane_model::history::Outcome;
use lane_model::history::check_windows;
use lane_model::history::check_witness;

use super::Finding;
use super::Scene;
use crate::act::Promise;
use crate::act::Verb;
use crate::agent::OWN_PATHS;
use crate::ledger::Event;
use crate::record::End;
use crate::record::Op;

/// Short windows of each task and path, by an algorithm that sees no ledger.
pub(super) fn windows(scene: &Scene<'_>) -> io::Result<Finding> {
    let found = check_windows(&Judged::of(scene)?.operations);
    let fault = |it: &lane_model::history::Unexplained| {
        format!("no order explains {}:\n{}", it.key, it.operations.join("\n"))
    };
    Ok(Finding {
        facts: found.searched as u64,
        faults: found.faults.iter().map(fault).collect(),
    })
}

/// The ledger's order against every answer.
pub(super) fn witness(scene: &Scene<'_>) -> io::Result<Finding> {
    let judged = Judged::of(scene)?;
    let found = check_witness(&judged.operations, &judged.entries, scene.history.first_seq);
    Ok(Finding {
        facts: (found.acknowledged + found.justified) as u64,
        faults: found.faults.iter().map(ToString::to_string).collect(),
    })
}

/// What the judges are given.
struct Judged {
    operations: Vec<Operation>,
    entries: Vec<Entry>,
}

/// What a lock's id stands for.
#[derive(Clone)]
enum Grant {
    Claim(String),
    Path(String),
}

impl Judged {
    fn of(scene: &Scene<'_>) -> io::Result<Self> {
        let grants = grants(&scene.events);
        let clones: Vec<String> = (0..scene.world.clones())
            .map(|clone| fs::read_to_string(scene.world.clone_dir(clone).join(".git/lane/clone")))
            .collect::<io::Result<_>>()?;
        let left_out = left_out(scene);
        let operations = scene.history.ops.iter().flat_map(|op| {
            let outcome = outcome(scene, op);
            let asked = asked(op, &grants, &scene.events).into_iter();
            let clone = clones[op.clone].trim();
            asked.filter_map(move |(act, key)| Some(operation(op, act, key, clone, outcome.clone()?)))
        });
        let entries = scene.events.iter().filter_map(|event| entry(event, &grants));
        Ok(Self {
            operations: operations.filter(|it| !left_out.contains(&it.key)).collect(),
            entries: entries.filter(|it| !left_out.contains(&it.key)).collect(),
        })
    }
}

fn grants(events: &[Event]) -> BTreeMap<String, Grant> {
    let grant = |event: &Event| {
        let stands_for = match event.kind.as_str() {
            "task.claimed" => Grant::Claim(event.task().to_owned()),
            "lock.granted" => Grant::Path(event.list(None, "scope").join(" ")),
            _ => return None,
        };
        Some((event.text("lock").to_owned(), stands_for))
    };
    events.iter().filter_map(grant).collect()
}

/// Keys that the judges' register does not describe: tasks that were blocked, and paths that overlap with others.
fn left_out(scene: &Scene<'_>) -> BTreeSet<String> {
    let of_events = scene.events.iter().filter_map(|event| match event.kind.as_str() {
        "task.blocked" => Some(event.task().to_owned()),
        "lock.granted" => {
            Some(event.list(None, "scope").join(" ")).filter(|path| !path.starts_with(OWN_PATHS))
        }
        _ => None,
    });
    let of_ops = scene.history.ops.iter().filter(|op| op.act.verb == Verb::Lock);
    let paths = of_ops
        .map(|op| op.act.args[1].clone())
        .filter(|path| !path.starts_with(OWN_PATHS));
    of_events.chain(paths).collect()
}

/// What a command comes to, where the judges have a word for it.
fn asked(op: &Op, grants: &BTreeMap<String, Grant>, events: &[Event]) -> Vec<(Act, String)> {
    let subject = op.act.subject.clone().unwrap_or_default();
    let acts = |acts: &[Act]| acts.iter().map(|&act| (act, subject.clone())).collect();
    match op.act.verb {
        Verb::Add => acts(&[Act::Add]),
        Verb::Claim => acts(&[Act::Claim]),
        Verb::Start if op.end == End::Done => acts(&[Act::Claim]),
        // If it finds no place for its worktree, it gives back what it claimed.
        Verb::Start => acts(&[Act::Claim, Act::Release]),
        Verb::Release => acts(&[Act::Release]),
        Verb::Done => acts(&[Act::Done]),
        Verb::Lock => vec![(Act::Lock, op.act.args[1].clone())],
        // Which one it was, only its event tells, if it has one.
        Verb::ClaimAny => {
            let own = |event: &&Event| event.kind == "task.claimed" && event.by == op.act.agent;
            let own = events.iter().filter(own);
            own.map(|event| (Act::Claim, event.task().to_owned())).collect()
        }
        Verb::Unlock => match grants.get(&subject) {
            Some(Grant::Path(path)) => vec![(Act::Unlock, path.clone())],
            _ => Vec::new(),
        },
        Verb::Reclaim => match grants.get(&subject) {
            Some(Grant::Path(path)) => vec![(Act::ReclaimLock, path.clone())],
            Some(Grant::Claim(task)) => vec![(Act::Reclaim, task.clone())],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// What the caller knows afterwards; none where an answer says nothing about the ledger.
fn outcome(scene: &Scene<'_>, op: &Op) -> Option<Outcome> {
    // Beside provisional work, or while the remote cannot be asked, a clone refuses what others would not.
    let unsure = scene.history.offline || scene.history.met_an_outage(op);
    match op.end {
        End::Done if op.act.promise == Promise::Published => Some(Outcome::Ok),
        End::Refused if op.act.verb == Verb::Start => Some(Outcome::Unknown),
        End::Refused if unsure => None,
        End::Refused => Some(Outcome::Refused {
            ground: op.ground().unwrap_or_default().to_owned(),
        }),
        _ => Some(Outcome::Unknown),
    }
}

fn operation(op: &Op, act: Act, key: String, clone: &str, outcome: Outcome) -> Operation {
    let nanos = |at: Duration| u64::try_from(at.as_nanos()).unwrap_or(u64::MAX);
    Operation {
        process: op.n as u64,
        agent: op.act.agent.clone(),
        clone: clone.to_owned(),
        invoked: nanos(op.began),
        returned: Some(nanos(op.ended)),
        act,
        key,
        outcome,
        event: None,
    }
}

fn entry(event: &Event, grants: &BTreeMap<String, Grant>) -> Option<Entry> {
    let lock = || grants.get(event.text("lock")).cloned();
    let (act, key) = match event.kind.as_str() {
        "task.added" => (Act::Add, event.task().to_owned()),
        "task.claimed" => (Act::Claim, event.task().to_owned()),
        "task.released" => (Act::Release, event.task().to_owned()),
        "task.done" => (Act::Done, event.task().to_owned()),
        "lock.granted" => (Act::Lock, event.list(None, "scope").join(" ")),
        "lock.released" => match lock()? {
            Grant::Path(path) => (Act::Unlock, path),
            Grant::Claim(_) => return None,
        },
        "lock.reclaimed" => match lock()? {
            Grant::Path(path) => (Act::ReclaimLock, path),
            Grant::Claim(task) => (Act::Reclaim, task),
        },
        _ => return None,
    };
    Some(Entry {
        seq: u64::try_from(event.seq).ok()?,
        event: event.id.clone(),
        agent: event.by.clone(),
        clone: event.clone.clone(),
        act,
        key,
    })
}
