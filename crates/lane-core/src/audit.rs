//! Whether the records of a state fit together: what `apply` never produces, and a hand could.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use crate::apply::Asker;
use crate::apply::conflict;
use crate::glob::Scope;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Task;
use crate::time::Timestamp;

/// Something in the records that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The record: a task's or lock's id.
    pub record: String,
    /// What is wrong, in a sentence without full stop.
    pub fault: String,
}

fn flaw(record: &(impl ToString + ?Sized), fault: impl Into<String>) -> Flaw {
    Flaw {
        record: record.to_string(),
        fault: fault.into(),
    }
}

/// All flaws of a state's records.
pub fn audit(live: &[Task], archived: &[Task], locks: &[Lock], policy: &Adopted) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let done: BTreeSet<&TaskId> = archived.iter().map(|t| &t.id).collect();
    let by_id: BTreeMap<&TaskId, &Task> = live.iter().map(|t| (&t.id, t)).collect();
    twins(live, archived, &mut flaws);
    for task in live {
        contract(task, &mut flaws);
        references(task, &by_id, &done, &mut flaws);
        life(task, locks, &mut flaws);
        standing(task, &mut flaws);
    }
    for task in live.iter().chain(archived) {
        numbered(task, &mut flaws);
    }
    circles(&by_id, &mut flaws);
    same_lane(live, &mut flaws);
    for lock in locks {
        orphan(lock, &by_id, &mut flaws);
        kept(lock, &by_id, &mut flaws);
        overlap(lock, locks, policy, &mut flaws);
    }
    flaws
}

fn twins(live: &[Task], archived: &[Task], flaws: &mut Vec<Flaw>) {
    let mut seen: BTreeMap<String, &TaskId> = BTreeMap::new();
    for task in live.iter().chain(archived) {
        if let Some(other) = seen.insert(task.id.as_str().to_ascii_lowercase(), &task.id) {
            flaws.push(flaw(&task.id, format!("has the same id as {other}")));
        }
    }
}

fn contract(task: &Task, flaws: &mut Vec<Flaw>) {
    if let Err(fault) = task.check_contract() {
        flaws.push(flaw(&task.id, fault.to_string()));
    }
}

fn references(task: &Task, live: &BTreeMap<&TaskId, &Task>, done: &BTreeSet<&TaskId>, flaws: &mut Vec<Flaw>) {
    let blocker = task.blocked.iter().filter_map(|b| b.on.as_ref());
    for on in task.depends_on.iter().chain(blocker) {
        if !live.contains_key(on) && !done.contains(on) {
            flaws.push(flaw(&task.id, format!("waits for {on}, which does not exist")));
        }
    }
}

fn life(task: &Task, locks: &[Lock], flaws: &mut Vec<Flaw>) {
    match (task.status, &task.claim, &task.blocked) {
        (Phase::InProgress, None, _) => flaws.push(flaw(&task.id, "is in progress and nobody holds it")),
        (Phase::Review, None, _) => flaws.push(flaw(&task.id, "is in review and nobody holds it")),
        (Phase::Todo, Some(claim), _) => {
            flaws.push(flaw(&task.id, format!("is todo and {} holds it", claim.by)));
        }
        (Phase::Blocked, _, None) => flaws.push(flaw(&task.id, "is blocked and does not say by what")),
        (Phase::Done, _, _) => flaws.push(flaw(&task.id, "is done and still in the queue")),
        _ => {}
    }
    if let Some(claim) = &task.claim
        && !task.scope.is_empty()
    {
        let own = locks
            .iter()
            .filter(|l| l.task.as_ref() == Some(&task.id) && l.fence == claim.fence);
        match own.collect::<Vec<_>>().as_slice() {
            [lock] if lock.is_held_by(&claim.by, &claim.clone) => {}
            [lock] => flaws.push(flaw(
                &lock.id,
                format!("is held by {}, its task by {}", lock.owner, claim.by),
            )),
            [] => flaws.push(flaw(&task.id, "is claimed with a scope and has no lock for it")),
            _ => flaws.push(flaw(&task.id, "has more than one lock from one claim")),
        }
    }
}

/// A handoff stands while the task is in review, and no longer.
fn standing(task: &Task, flaws: &mut Vec<Flaw>) {
    match (task.status.is_handed_off(), &task.handoff) {
        (true, None) => flaws.push(flaw(&task.id, format!("is in {} without a handoff", task.status))),
        (false, Some(_)) => {
            let fault = format!("is {} and has a handoff that stands", task.status);
            flaws.push(flaw(&task.id, fault));
        }
        _ => {}
    }
}

fn numbered(task: &Task, flaws: &mut Vec<Flaw>) {
    if let Some(handoff) = &task.handoff
        && handoff.number() > task.checkpoints
    {
        let fault = format!("has a handoff {handoff}, and {} checkpoints", task.checkpoints);
        flaws.push(flaw(&task.id, fault));
    }
}

fn circles(live: &BTreeMap<&TaskId, &Task>, flaws: &mut Vec<Flaw>) {
    let mut settled: BTreeSet<&TaskId> = BTreeSet::new();
    // Kahn's order: what can be done, is done; what is left waits for itself.
    loop {
        let free = |task: &&&Task| {
            let blocker = task.blocked.iter().filter_map(|b| b.on.as_ref());
            task.depends_on
                .iter()
                .chain(blocker)
                .all(|on| settled.contains(on) || !live.contains_key(on))
        };
        let next: Vec<&TaskId> = live
            .values()
            .filter(|t| !settled.contains(&t.id))
            .filter(free)
            .map(|t| &t.id)
            .collect();
        if next.is_empty() {
            break;
        }
        settled.extend(next);
    }
    let waiting: Vec<&&TaskId> = live.keys().filter(|id| !settled.contains(**id)).collect();
    flaws.extend(
        waiting
            .into_iter()
            .map(|id| flaw(*id, "waits for itself, or for tasks that do")),
    );
}

fn same_lane(live: &[Task], flaws: &mut Vec<Flaw>) {
    let mut lanes: BTreeMap<&str, &TaskId> = BTreeMap::new();
    for task in live {
        let Some(claim) = &task.claim else { continue };
        if let Some(other) = lanes.insert(&claim.lane, &task.id) {
            flaws.push(flaw(
                &task.id,
                format!("is in lane {}, as {other} is", claim.lane),
            ));
        }
    }
}

fn orphan(lock: &Lock, live: &BTreeMap<&TaskId, &Task>, flaws: &mut Vec<Flaw>) {
    let Some(task) = &lock.task else { return };
    if live.get(task).is_none_or(|t| t.claim.is_none()) {
        flaws.push(flaw(&lock.id, format!("belongs to {task}, which nobody holds")));
    }
}

/// A lock without a lease that runs belongs to work that is handed off, and that work has no other.
fn kept(lock: &Lock, live: &BTreeMap<&TaskId, &Task>, flaws: &mut Vec<Flaw>) {
    let Some(id) = &lock.task else {
        if lock.kept {
            flaws.push(flaw(&lock.id, "is kept, and belongs to no task"));
        }
        return;
    };
    let Some(task) = live.get(id) else { return };
    let handed_off = task.status.is_handed_off();
    if lock.kept && !handed_off {
        flaws.push(flaw(&lock.id, format!("is kept, and {id} is {}", task.status)));
    } else if handed_off && !lock.kept {
        let fault = format!("is not kept, and {id} is in {}", task.status);
        flaws.push(flaw(&lock.id, fault));
    }
}

fn overlap(lock: &Lock, locks: &[Lock], policy: &Adopted, flaws: &mut Vec<Flaw>) {
    let Ok(scope) = Scope::parse(&lock.scope) else {
        flaws.push(flaw(&lock.id, "has a scope that cannot be read"));
        return;
    };
    // Each pair once.
    let others: Vec<Lock> = locks.iter().filter(|other| other.id > lock.id).cloned().collect();
    let asker = Asker {
        by: &lock.owner,
        clone: &lock.clone,
        task: lock.task.as_ref(),
        mode: lock.mode,
        now: Timestamp::default(),
    };
    if let Ok(Some((other, path))) = conflict(&others, policy, &scope, &asker) {
        let path = crate::text::excerpt(&path, 120);
        flaws.push(flaw(
            &lock.id,
            format!(
                "of {} and {} of {} both cover {path}",
                lock.owner, other.id, other.owner
            ),
        ));
    }
}
