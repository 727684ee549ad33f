//! Whether records fit together: what `apply` never produces, and a hand or a merge could.

mod circles;
mod flaw;
mod locks;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Task;

pub use flaw::Flaw;
pub use flaw::FlawKind;
pub use flaw::fresh_contradictions;

fn flaw(kind: FlawKind, record: &(impl ToString + ?Sized), fault: impl Into<String>) -> Flaw {
    Flaw {
        kind,
        record: record.to_string(),
        with: None,
        fault: fault.into(),
    }
}

fn between(kind: FlawKind, record: &impl ToString, with: &impl ToString, fault: String) -> Flaw {
    Flaw {
        with: Some(with.to_string()),
        ..flaw(kind, record, fault)
    }
}

/// All flaws of records: of a state, or of the part of one that lies on a branch.
pub fn audit(live: &[Task], archived: &[Task], locks: &[Lock], policy: &Adopted) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let done: BTreeSet<&TaskId> = archived.iter().map(|t| &t.id).collect();
    let by_id: BTreeMap<&TaskId, &Task> = live.iter().map(|t| (&t.id, t)).collect();
    let by_task = locks::by_task(locks);
    twins(live, archived, &mut flaws);
    for task in live {
        contract(task, &mut flaws);
        references(task, &by_id, &done, &mut flaws);
        life(task, &mut flaws);
        locks::of_claim(task, &by_task, &mut flaws);
        standing(task, &mut flaws);
    }
    for task in live.iter().chain(archived) {
        numbered(task, &mut flaws);
    }
    circles::find(&by_id, &mut flaws);
    same_lane(live, &mut flaws);
    locks::twins(locks, &mut flaws);
    for lock in locks {
        let is_known = lock.task.as_ref().is_some_and(|id| done.contains(id));
        locks::orphan(lock, &by_id, is_known, &mut flaws);
        locks::kept(lock, &by_id, &mut flaws);
    }
    locks::overlaps(locks, policy, &mut flaws);
    flaws
}

fn twins(live: &[Task], archived: &[Task], flaws: &mut Vec<Flaw>) {
    let mut seen: BTreeMap<String, (&TaskId, &str)> = BTreeMap::new();
    let live = live.iter().map(|t| (&t.id, "the queue"));
    for (id, place) in live.chain(archived.iter().map(|t| (&t.id, "the archive"))) {
        if let Some((other, there)) = seen.insert(id.as_str().to_ascii_lowercase(), (id, place)) {
            let fault = format!("in {place} has the same id as {other} in {there}");
            flaws.push(between(FlawKind::TwinIds, id, other, fault));
        }
    }
}

fn contract(task: &Task, flaws: &mut Vec<Flaw>) {
    if let Err(fault) = task.check_contract() {
        flaws.push(flaw(FlawKind::Contract, &task.id, fault.to_string()));
    }
}

fn references(task: &Task, live: &BTreeMap<&TaskId, &Task>, done: &BTreeSet<&TaskId>, flaws: &mut Vec<Flaw>) {
    for on in circles::waits_for(task) {
        if !live.contains_key(on) && !done.contains(on) {
            let fault = format!("waits for {on}, which does not exist");
            flaws.push(between(FlawKind::UnknownDependency, &task.id, on, fault));
        }
    }
}

fn life(task: &Task, flaws: &mut Vec<Flaw>) {
    let fault = match (task.status, &task.claim, &task.blocked) {
        (phase, _, _) if phase.is_final() => format!("is {phase} and still in the queue"),
        (Phase::InProgress, None, _) => "is in progress and nobody holds it".to_owned(),
        (phase, None, _) if phase.keeps_locks() => format!("is in {phase} and nobody holds it"),
        (Phase::Todo, Some(claim), _) => format!("is todo and {} holds it", claim.by),
        (Phase::Blocked, _, None) => "is blocked and does not say by what".to_owned(),
        _ => return,
    };
    flaws.push(flaw(FlawKind::Status, &task.id, fault));
}

/// A handoff stands while others judge it, and no longer.
fn standing(task: &Task, flaws: &mut Vec<Flaw>) {
    let fault = match (task.status.is_handed_off(), &task.handoff) {
        (true, None) => format!("is in {} without a handoff", task.status),
        (false, Some(_)) => format!("is {} and has a handoff that stands", task.status),
        _ => return,
    };
    flaws.push(flaw(FlawKind::Handoff, &task.id, fault));
}

fn numbered(task: &Task, flaws: &mut Vec<Flaw>) {
    if let Some(handoff) = &task.handoff
        && handoff.number() > task.checkpoints
    {
        let fault = format!("has a handoff {handoff}, and {} checkpoints", task.checkpoints);
        flaws.push(flaw(FlawKind::Handoff, &task.id, fault));
    }
}

fn same_lane(live: &[Task], flaws: &mut Vec<Flaw>) {
    let mut lanes: BTreeMap<&str, (&TaskId, &crate::id::Agent)> = BTreeMap::new();
    for task in live {
        let Some(claim) = &task.claim else { continue };
        if let Some((other, by)) = lanes.insert(&claim.lane, (&task.id, &claim.by)) {
            let lane = crate::text::excerpt(&claim.lane, 80);
            let fault = format!("of {} is in lane {lane}, as {other} of {by} is", claim.by);
            flaws.push(between(FlawKind::SameLane, &task.id, other, fault));
        }
    }
}
