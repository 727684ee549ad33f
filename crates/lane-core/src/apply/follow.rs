//! What follows from a transition that is legal: the task as it is then, its claim and its locks.

use super::Rejection;
use super::Verdict;
use super::Write;
use super::archive;
use super::contract;
use super::evidence;
use super::judging;
use super::telling;
use crate::event::Event;
use crate::event::Payload;
use crate::id::LockId;
use crate::id::TaskId;
use crate::moves::Move;
use crate::moves::When;
use crate::record::Assigned;
use crate::record::Blocked;
use crate::record::Claim;
use crate::record::Lock;
use crate::record::LockMode;
use crate::record::Mark;
use crate::record::Phase;
use crate::record::Priority;
use crate::record::Signed;
use crate::record::Stage;
use crate::record::Task;
use crate::record::Trouble;
use crate::view::View;

/// Writes what `row` leads to, and tells those whose task somebody else moved.
pub(super) fn follow(view: &dyn View, event: &Event, task: Task, row: &Move) -> Verdict {
    let to = row.leads_to(&view.policy()?.pipeline);
    let told = telling::told(event, &task, to)?;
    let mut writes = led_to(view, event, task, row, to)?;
    writes.extend(told);
    Ok(writes)
}

fn led_to(view: &dyn View, event: &Event, mut task: Task, row: &Move, to: Phase) -> Verdict {
    if to != row.from {
        task.entered = Some(event.at);
        task.assigned = None;
    }
    task.status = to;
    if !to.is_handed_off() && to != Phase::Done {
        task.handoff = None;
    }
    match &event.what {
        Payload::TaskHandedOff { checkpoint } => {
            passed(&mut task, Stage::Implementation);
            evidence::handed_off(view, event, task, checkpoint)
        }
        Payload::TaskResumed { .. } => held_again(view, event, task),
        Payload::TaskClaimed { lock, .. } => claim(view, event, task, lock),
        Payload::TaskBlocked { on, why, .. } => {
            task.blocked = Some(Blocked {
                on: on.clone(),
                why: why.clone(),
                by: event.by.clone(),
                since: event.at,
                extra: toml::Table::new(),
            });
            Ok(vec![Write::Task(Box::new(task))])
        }
        Payload::TaskUnblocked { .. } => {
            task.blocked = None;
            Ok(vec![Write::Task(Box::new(task))])
        }
        Payload::TaskAssigned { .. } => {
            task.assigned = Some(Assigned {
                by: event.by.clone(),
                clone: event.clone.clone(),
                role: event.role,
                since: event.at,
                extra: toml::Table::new(),
            });
            Ok(vec![Write::Task(Box::new(task))])
        }
        Payload::TaskLeft { .. } => {
            task.assigned = None;
            Ok(vec![Write::Task(Box::new(task))])
        }
        Payload::TaskJudged {
            verb,
            verdict,
            checkpoint,
            ..
        } => judging::judged(view, event, task, row, (*verb, verdict, checkpoint.as_deref())),
        Payload::TaskRetried { why, .. } => {
            retried(event, &mut task, row, why);
            given_back_or_kept(view, task)
        }
        Payload::TaskEscalated { why, .. } => {
            let stage = Stage::of(row.from).unwrap_or(Stage::Implementation);
            task.blocked = None;
            task.trouble = Some(trouble(event, Mark::Escalated, stage, why));
            kept(view, task)
        }
        Payload::TaskRescoped { task: asked, .. } => rescoped(view, &task, asked),
        Payload::TaskDeprioritised { .. } => {
            settled(&mut task);
            task.priority = Priority::Low;
            given_back_or_kept(view, task)
        }
        Payload::TaskTakenOver { lock, .. } => taken_over(view, event, task, lock),
        Payload::TaskAbandoned { why, .. } => archive::abandoned(view, event, task, why),
        Payload::TaskDone { .. } => archive::done(view, event, task),
        Payload::TaskSigned { tip, .. } => {
            task.signed = Some(Signed {
                tip: tip.clone(),
                made: evidence::made(event),
            });
            Ok(vec![Write::Task(Box::new(task))])
        }
        _ => given_back(view, task),
    }
}

/// Trouble of this stage, or of one before it, is over.
pub(super) fn passed(task: &mut Task, stage: Stage) {
    if task
        .trouble
        .as_ref()
        .is_some_and(|trouble| trouble.stage <= stage)
    {
        task.trouble = None;
    }
}

pub(super) fn trouble(event: &Event, mark: Mark, stage: Stage, why: &str) -> Trouble {
    Trouble {
        mark,
        stage,
        why: why.to_owned(),
        by: event.by.clone(),
        since: event.at,
        extra: toml::Table::new(),
    }
}

/// The orchestrator has decided: what failed before does not count any more.
fn settled(task: &mut Task) {
    task.failed.clear();
    task.trouble = None;
}

/// One more attempt. What the orchestrator sends back counts anew.
fn retried(event: &Event, task: &mut Task, row: &Move, why: &str) {
    if row.from == Phase::Escalated {
        let stage = task
            .trouble
            .as_ref()
            .map_or(Stage::Implementation, |trouble| trouble.stage);
        settled(task);
        task.trouble = Some(trouble(event, Mark::Retry, stage, why));
        return;
    }
    let failed = task.failed.entry(Stage::Implementation).or_default();
    *failed = failed.saturating_add(1);
    let mark = match row.when {
        When::RetryLeft => Mark::Retry,
        _ => Mark::Escalated,
    };
    task.trouble = Some(trouble(event, mark, Stage::Implementation, why));
}

/// The contract as it is asked for now, in the queue.
fn rescoped(view: &dyn View, task: &Task, asked: &Task) -> Verdict {
    let mut writes = contract::rescoped(view, task, asked)?;
    let mut now = asked.with_life_of(task);
    settled(&mut now);
    now.blocked = None;
    writes.extend(given_back(view, now)?);
    Ok(writes)
}

/// In the queue nobody holds it; elsewhere whoever holds it does so still.
fn given_back_or_kept(view: &dyn View, task: Task) -> Verdict {
    match task.status {
        Phase::Todo => {
            let task = Task {
                blocked: None,
                ..task
            };
            given_back(view, task)
        }
        _ => kept(view, task),
    }
}

/// Nobody holds it any more.
fn given_back(view: &dyn View, mut task: Task) -> Verdict {
    let mut writes = drop_locks(view, &task.id)?;
    task.claim = None;
    writes.push(Write::Task(Box::new(task)));
    Ok(writes)
}

/// The lane's locks hold without a sign of life where others are to move.
pub(super) fn kept(view: &dyn View, task: Task) -> Verdict {
    let mut writes = Vec::new();
    for mut lock in locks_of(view, &task.id)? {
        if !lock.kept && task.status.keeps_locks() {
            lock.kept = true;
            writes.push(Write::Lock(Box::new(lock)));
        }
    }
    writes.push(Write::Task(Box::new(task)));
    Ok(writes)
}

/// The author works on it again: the leases run again.
pub(super) fn held_again(view: &dyn View, event: &Event, task: Task) -> Verdict {
    let lease = view.policy()?.lanes.lease;
    let mut writes = Vec::new();
    for mut lock in locks_of(view, &task.id)? {
        lock.kept = false;
        lock.heartbeat = event.at;
        lock.expires = event.at.after(lock.lease_or(lease));
        writes.push(Write::Lock(Box::new(lock)));
    }
    writes.push(Write::Task(Box::new(task)));
    Ok(writes)
}

fn claim(view: &dyn View, event: &Event, task: Task, lock: &LockId) -> Verdict {
    let lane = lane_name(view, &task)?;
    let scope = task.scope.clone();
    granted_to(view, event, task, lane, lock, scope)
}

/// The lane as it is, with another holder: what its locks covered is one lock of a newer fence.
fn taken_over(view: &dyn View, event: &Event, mut task: Task, lock: &LockId) -> Verdict {
    settled(&mut task);
    let lane = match &task.claim {
        Some(claim) => claim.lane.clone(),
        None => lane_name(view, &task)?,
    };
    let scope = held_by_lane(view, &task.id)?;
    let mut writes = drop_locks(view, &task.id)?;
    writes.extend(granted_to(view, event, task, lane, lock, scope)?);
    Ok(writes)
}

/// What a lane's locks cover, each glob once.
pub(super) fn held_by_lane(view: &dyn View, task: &TaskId) -> Result<Vec<String>, Rejection> {
    let mut scope: Vec<String> = Vec::new();
    for glob in locks_of(view, task)?.into_iter().flat_map(|lock| lock.scope) {
        if !scope.contains(&glob) {
            scope.push(glob);
        }
    }
    Ok(scope)
}

/// The task in the hands of whoever acts, with one lock on `scope`.
fn granted_to(
    view: &dyn View,
    event: &Event,
    mut task: Task,
    lane: String,
    lock: &LockId,
    scope: Vec<String>,
) -> Verdict {
    task.attempts = task.attempts.saturating_add(1);
    task.blocked = None;
    task.entered = Some(event.at);
    if !task.authors.contains(&event.by) {
        task.authors.push(event.by.clone());
    }
    task.claim = Some(Claim {
        by: event.by.clone(),
        clone: event.clone.clone(),
        lane,
        fence: event.seq,
        since: event.at,
        attempt: task.attempts,
        extra: toml::Table::new(),
    });
    let mut writes = Vec::new();
    if !scope.is_empty() {
        super::leases::id_is_free(view, lock)?;
        let lease = view.policy()?.lanes.lease;
        writes.push(Write::Lock(Box::new(Lock {
            id: lock.clone(),
            task: Some(task.id.clone()),
            owner: event.by.clone(),
            clone: event.clone.clone(),
            scope,
            mode: LockMode::Exclusive,
            objective: task.title.clone(),
            fence: event.seq,
            lease: None,
            start: event.at,
            heartbeat: event.at,
            expires: event.at.after(lease),
            kept: false,
            extra: toml::Table::new(),
        })));
    }
    writes.push(Write::Task(Box::new(task)));
    Ok(writes)
}

/// `area:N` with the smallest N that is free; the task's id outside areas.
fn lane_name(view: &dyn View, task: &Task) -> Result<String, Rejection> {
    let Some(area) = &task.area else {
        return Ok(task.id.to_string());
    };
    let taken: Vec<String> = view.lanes()?.into_iter().map(|lane| lane.lane).collect();
    let names = (1..=taken.len() + 1).map(|n| format!("{area}:{n}"));
    Ok(names
        .into_iter()
        .find(|name| !taken.contains(name))
        .unwrap_or_else(|| task.id.to_string()))
}

fn locks_of(view: &dyn View, task: &TaskId) -> Result<Vec<Lock>, Rejection> {
    let locks = view.locks()?.into_iter();
    Ok(locks.filter(|lock| lock.task.as_ref() == Some(task)).collect())
}

pub(super) fn drop_locks(view: &dyn View, task: &TaskId) -> Result<Vec<Write>, Rejection> {
    let own = locks_of(view, task)?.into_iter();
    Ok(own.map(|lock| Write::DropLock(lock.id)).collect())
}
