//! Locks: grant, release, renewal, reclaim.

use std::collections::BTreeSet;

use super::Rejection;
use super::Verdict;
use super::Write;
use super::grant;
use super::needs;
use super::transition;
use crate::event::Event;
use crate::event::Payload;
use crate::glob;
use crate::glob::Scope;
use crate::ground;
use crate::id::LockId;
use crate::id::TaskId;
use crate::record::LIST_MAX;
use crate::record::Lock;
use crate::record::LockMode;
use crate::record::Task;
use crate::record::line_fault;
use crate::refusal::Held;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::refusal::reclaim;
use crate::time::Timestamp;
use crate::view::Found;
use crate::view::View;

/// The longest lease that one lock may ask for.
const LEASE_MAX_SECS: i64 = 7 * 86_400;

pub(super) fn line(field: &str, value: &str) -> Result<(), Rejection> {
    line_fault(field, value).map_or(Ok(()), |fault| Err(Refusal::input(fault.to_string()).into()))
}

pub(super) fn granted(view: &dyn View, event: &Event) -> Verdict {
    let Payload::LockGranted {
        lock,
        task,
        scope,
        mode,
        objective,
        lease,
    } = &event.what
    else {
        return Err(Refusal::input("the event grants no lock").into());
    };
    line("--objective", objective)?;
    let parsed = Scope::parse(scope)?;
    if parsed.is_empty() {
        return Err(Refusal::input("a lock needs at least one glob").into());
    }
    bounded("a lock", scope)?;
    if lease.is_some_and(|lease| lease.secs() > LEASE_MAX_SECS) {
        return Err(Refusal::input("a lease is at most 7d; what you do renews it").into());
    }
    id_is_free(view, lock)?;
    let lane = task.as_ref().map(|id| own_lane(view, event, id)).transpose()?;
    if let Some(lane) = &lane {
        grant::stays_in_area(&view.policy()?, &parsed, lane.area.as_ref())?;
        grant::keeps_out(lane, &parsed)?;
    }
    hotspots_are_not_shared(view, &parsed, *mode)?;
    grant::scope_is_free(view, event, &parsed, task.as_ref(), *mode)?;
    let policy = view.policy()?;
    let record = Lock {
        id: lock.clone(),
        task: task.clone(),
        owner: event.by.clone(),
        clone: event.clone.clone(),
        scope: scope.clone(),
        mode: *mode,
        objective: objective.clone(),
        fence: event.seq,
        lease: *lease,
        start: event.at,
        heartbeat: event.at,
        expires: event.at.after(lease.unwrap_or(policy.lanes.lease)),
        kept: lane.as_ref().is_some_and(|lane| lane.status.keeps_locks()),
        extra: toml::Table::new(),
    };
    let widened = lane.map(|lane| widen(lane, scope)).transpose()?;
    let widened = widened.map(|lane| Write::Task(Box::new(lane)));
    Ok(std::iter::once(Write::Lock(Box::new(record)))
        .chain(widened)
        .collect())
}

/// Records are bounded, and so is what they are made of.
fn bounded(what: &str, globs: &[String]) -> Result<(), Rejection> {
    if globs.len() <= LIST_MAX {
        return Ok(());
    }
    let words = format!("{what} has at most {LIST_MAX} globs; `dir` or `dir/**` covers all below it");
    Err(Refusal::input(words).into())
}

fn widen(mut task: Task, scope: &[String]) -> Result<Task, Rejection> {
    let known: BTreeSet<String> = task.granted.iter().cloned().collect();
    task.granted
        .extend(scope.iter().filter(|g| !known.contains(*g)).cloned());
    bounded("what a lane was granted on top of its scope", &task.granted)?;
    Ok(task)
}

fn own_lane(view: &dyn View, event: &Event, id: &TaskId) -> Result<Task, Rejection> {
    let Some(Found::Live(task)) = view.task(id)? else {
        return Err(Refusal::new(&ground::NO_SUCH_TASK, format!("there is no live task {id}")).into());
    };
    match &task.claim {
        Some(claim) if claim.is_held_by(&event.by, &event.clone) => Ok(*task),
        Some(claim) => {
            let what = format!("the lane of {id} is held by {}", claim.by);
            Err(Refusal::new(&ground::NOT_HOLDER, what)
                .hint("git lane status")
                .into())
        }
        None => {
            let what = format!("nobody holds {id}, so it has no lane to widen");
            let start = command(&["git", "lane", "start", id.as_str()]);
            Err(Refusal::new(&ground::NOT_HOLDER, what).hint(start).into())
        }
    }
}

fn hotspots_are_not_shared(view: &dyn View, scope: &Scope, mode: LockMode) -> Result<(), Rejection> {
    if mode == LockMode::Exclusive {
        return Ok(());
    }
    let hotspots = view.policy()?.hotspots()?;
    match glob::decide(&[scope, &hotspots], &[]).map_err(|e| grant::too_complex(&e))? {
        Some(path) => {
            let what = format!(
                "{} is a hotspot of the policy, and hotspots are never shared",
                crate::text::excerpt(&path, 120)
            );
            Err(Refusal::new(&ground::HOTSPOT_SHARED, what)
                .hint("git lane lock GLOB --objective TEXT")
                .into())
        }
        None => Ok(()),
    }
}

pub(super) fn id_is_free(view: &dyn View, id: &LockId) -> Result<(), Rejection> {
    let twin = |lock: &Lock| lock.id.as_str().eq_ignore_ascii_case(id.as_str());
    if view.locks()?.iter().any(twin) {
        return Err(Refusal::new(&ground::ID_TAKEN, format!("there is a lock {id} already")).into());
    }
    Ok(())
}

fn find(view: &dyn View, id: &LockId) -> Result<Lock, Rejection> {
    let found = view.locks()?.into_iter().find(|lock| lock.id == *id);
    found.ok_or_else(|| {
        let what = format!("there is no lock {id}; it may have been released or reclaimed");
        Refusal::new(&ground::NO_SUCH_LOCK, what)
            .hint("git lane locks")
            .into()
    })
}

/// Whether the lock came with its task's claim.
fn is_claim_lock(view: &dyn View, lock: &Lock) -> Result<bool, Rejection> {
    let Some(id) = &lock.task else { return Ok(false) };
    Ok(match view.task(id)? {
        Some(Found::Live(task)) => task.claim.is_some_and(|c| c.fence == lock.fence),
        _ => false,
    })
}

pub(super) fn released(view: &dyn View, event: &Event, id: &LockId) -> Verdict {
    let lock = find(view, id)?;
    if !lock.is_held_by(&event.by, &event.clone) {
        return Err(not_owner(&lock, event).into());
    }
    if let Some(task) = &lock.task
        && is_claim_lock(view, &lock)?
    {
        let what = format!("{id} came with the claim of {task}; it goes when the task is released or done");
        let release = command(&["git", "lane", "release", task.as_str(), "--why", "TEXT"]);
        return Err(Refusal::new(&ground::CLAIM_LOCK, what).hint(release).into());
    }
    Ok(vec![Write::DropLock(id.clone())])
}

fn not_owner(lock: &Lock, event: &Event) -> Refusal {
    let held = Held::by_lock(lock, event.at);
    let elsewhere = if lock.owner == event.by {
        " in another clone"
    } else {
        ""
    };
    let refusal = Refusal::new(
        &ground::NOT_HOLDER,
        format!("{} is held by {}{elsewhere}", lock.id, lock.owner),
    );
    let hint = if held.over {
        reclaim(&lock.id)
    } else {
        "git lane locks".to_owned()
    };
    refusal.held(held).hint(hint)
}

pub(super) fn renewed(view: &dyn View, event: &Event, ids: &[LockId], seen: Timestamp) -> Verdict {
    if ids.is_empty() || seen.since(event.at) > 0 {
        return Err(Refusal::input("a renewal names locks, and a sign of life that was seen").into());
    }
    let default = view.policy()?.lanes.lease;
    let mut writes = Vec::new();
    for id in ids {
        let mut lock = find(view, id)?;
        if !lock.is_held_by(&event.by, &event.clone) {
            return Err(not_owner(&lock, event).into());
        }
        let expires = seen.after(lock.lease_or(default));
        if expires > lock.expires {
            lock.heartbeat = seen;
            lock.expires = expires;
            writes.push(Write::Lock(Box::new(lock)));
        }
    }
    if writes.is_empty() {
        return Err(Refusal::new(&ground::NOTHING_CHANGES, "the leases reach as far already").into());
    }
    Ok(writes)
}

pub(super) fn reclaimed(view: &dyn View, event: &Event, id: &LockId, note: &str) -> Verdict {
    line("--note", note)?;
    let lock = find(view, id)?;
    match &lock.task {
        Some(task) if is_claim_lock(view, &lock)? => transition::reclaim_lane(view, event, task),
        _ if lock.is_over(event.at) => Ok(vec![Write::DropLock(id.clone())]),
        _ => Err(needs::lease_running(&lock, event).into()),
    }
}
