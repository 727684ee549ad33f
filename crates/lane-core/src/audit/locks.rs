//! Locks against their tasks and against each other.

use std::collections::BTreeMap;

use super::Flaw;
use super::FlawKind;
use super::between;
use super::flaw;
use crate::apply::Compared;
use crate::glob::Scope;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Lock;
use crate::record::Task;
use crate::text;

/// The locks of each task.
pub(super) type ByTask<'a> = BTreeMap<&'a TaskId, Vec<&'a Lock>>;

pub(super) fn by_task(locks: &[Lock]) -> ByTask<'_> {
    let mut found = ByTask::new();
    for lock in locks {
        if let Some(task) = &lock.task {
            found.entry(task).or_default().push(lock);
        }
    }
    found
}

/// A claim with a scope has one lock, and all its locks are its holder's.
pub(super) fn of_claim(task: &Task, locks: &ByTask<'_>, flaws: &mut Vec<Flaw>) {
    let Some(claim) = &task.claim else { return };
    let own = locks.get(&task.id).map_or(&[][..], Vec::as_slice);
    for lock in own
        .iter()
        .filter(|lock| !lock.is_held_by(&claim.by, &claim.clone))
    {
        let fault = if lock.owner == claim.by {
            format!(
                "is held by {} in another clone than its task {}",
                lock.owner, task.id
            )
        } else {
            format!("is held by {}, its task {} by {}", lock.owner, task.id, claim.by)
        };
        flaws.push(between(FlawKind::OtherHolder, &lock.id, &task.id, fault));
    }
    if task.scope.is_empty() {
        return;
    }
    match own.iter().filter(|lock| lock.fence == claim.fence).count() {
        0 => {
            // A lock of somebody else has been named; that it is not this claim's says nothing new.
            if own.iter().all(|lock| lock.is_held_by(&claim.by, &claim.clone)) {
                let fault = "is claimed with a scope and has no lock for it";
                flaws.push(flaw(FlawKind::ClaimWithoutLock, &task.id, fault));
            }
        }
        1 => {}
        _ => flaws.push(flaw(
            FlawKind::ManyLocks,
            &task.id,
            "has more than one lock from one claim",
        )),
    }
}

pub(super) fn twins(locks: &[Lock], flaws: &mut Vec<Flaw>) {
    let mut seen = BTreeMap::new();
    for lock in locks {
        if let Some(other) = seen.insert(lock.id.as_str().to_ascii_lowercase(), &lock.id) {
            let fault = format!("has the same id as the lock {other}");
            flaws.push(between(FlawKind::TwinIds, &lock.id, other, fault));
        }
    }
}

/// A lock goes with the claim that it was for.
pub(super) fn orphan(lock: &Lock, live: &BTreeMap<&TaskId, &Task>, is_known: bool, flaws: &mut Vec<Flaw>) {
    let Some(task) = &lock.task else { return };
    let kind = match live.get(task) {
        Some(found) if found.claim.is_some() => return,
        Some(_) => FlawKind::Unheld,
        None if is_known => FlawKind::Unheld,
        None => FlawKind::UnknownTask,
    };
    let fault = format!("belongs to {task}, which nobody holds");
    flaws.push(between(kind, &lock.id, task, fault));
}

/// A lock without a lease that runs belongs to work on which others are to move, and that work has no other.
pub(super) fn kept(lock: &Lock, live: &BTreeMap<&TaskId, &Task>, flaws: &mut Vec<Flaw>) {
    let Some(id) = &lock.task else {
        if lock.kept {
            flaws.push(flaw(FlawKind::Kept, &lock.id, "is kept, and belongs to no task"));
        }
        return;
    };
    let Some(task) = live.get(id) else { return };
    let fault = match (lock.kept, task.status.keeps_locks()) {
        (true, false) => format!("is kept, and {id} is {}", task.status),
        (false, true) => format!("is not kept, and {id} is in {}", task.status),
        _ => return,
    };
    flaws.push(between(FlawKind::Kept, &lock.id, id, fault));
}

/// Each pair once.
pub(super) fn overlaps(locks: &[Lock], policy: &Adopted, flaws: &mut Vec<Flaw>) {
    let mut parsed: Vec<(&Lock, Scope)> = Vec::new();
    for lock in locks {
        match Scope::parse(&lock.scope) {
            Ok(scope) => parsed.push((lock, scope)),
            Err(_) => flaws.push(flaw(
                FlawKind::LockScope,
                &lock.id,
                "has a scope that cannot be read",
            )),
        }
    }
    let Ok(compared) = Compared::new(policy) else {
        return;
    };
    for (at, (lock, scope)) in parsed.iter().enumerate() {
        for (other, theirs) in &parsed[at + 1..] {
            // What is too complex to decide is granted to nobody; here it is no flaw.
            let Ok(Some(path)) = compared.both_cover((lock, scope), (other, theirs)) else {
                continue;
            };
            let fault = format!(
                "of {} and {} of {} both cover {}",
                lock.owner,
                other.id,
                other.owner,
                text::excerpt(&path, 120)
            );
            flaws.push(between(FlawKind::Overlap, &lock.id, &other.id, fault));
        }
    }
}
