//! Transitions of tasks, as `MOVES` has them: find the row, ask its needs, write what follows.

use super::Rejection;
use super::Verdict;
use super::Write;
use super::contract::no_such_task;
use super::evidence;
use super::needs;
use crate::event::Event;
use crate::event::Payload;
use crate::ground;
use crate::id::LockId;
use crate::id::TaskId;
use crate::moves;
use crate::moves::Move;
use crate::moves::Verb;
use crate::record::Blocked;
use crate::record::Claim;
use crate::record::Completion;
use crate::record::Lock;
use crate::record::LockMode;
use crate::record::Phase;
use crate::record::Task;
use crate::refusal::Held;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::refusal::reclaim;
use crate::view::Found;
use crate::view::View;

/// The verb of a transition's event.
fn verb_of(what: &Payload) -> Option<Verb> {
    match what {
        Payload::TaskClaimed { .. } => Some(Verb::Claim),
        Payload::TaskReleased { .. } => Some(Verb::Release),
        Payload::TaskBlocked { .. } => Some(Verb::Block),
        Payload::TaskUnblocked { .. } => Some(Verb::Unblock),
        Payload::TaskDone { .. } => Some(Verb::Done),
        Payload::TaskHandedOff { .. } => Some(Verb::Handoff),
        Payload::TaskResumed { .. } => Some(Verb::Resume),
        Payload::LockReclaimed { .. } => Some(Verb::Reclaim),
        _ => None,
    }
}

pub(super) fn moved(view: &dyn View, event: &Event) -> Verdict {
    let id = event
        .what
        .task()
        .ok_or_else(|| Refusal::input("the event names no task"))?;
    let task = live(view, id)?;
    let row = admitted(view, event, &task)?;
    for need in row.needs {
        needs::met(*need, view, event, &task)?;
    }
    follow(view, event, task, row)
}

/// Everything that stands against a transition: for `can`, which says all at once.
pub fn unmet(view: &dyn View, event: &Event, id: &TaskId) -> Result<Vec<Refusal>, Rejection> {
    let task = match live(view, id) {
        Ok(task) => task,
        Err(Rejection::Refused(refusal)) => return Ok(vec![*refusal]),
        Err(other) => return Err(other),
    };
    let row = match admitted(view, event, &task) {
        Ok(row) => row,
        Err(Rejection::Refused(refusal)) => return Ok(vec![*refusal]),
        Err(other) => return Err(other),
    };
    let mut found = Vec::new();
    for need in row.needs {
        match needs::met(*need, view, event, &task) {
            Ok(()) => {}
            Err(Rejection::Refused(refusal)) => found.push(*refusal),
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

pub(super) fn live(view: &dyn View, id: &TaskId) -> Result<Task, Rejection> {
    match view.task(id)? {
        Some(Found::Live(task)) => Ok(*task),
        Some(Found::Archived(task)) => {
            let by = task
                .completion
                .as_ref()
                .map_or(String::new(), |c| format!(" since {} by {}", c.at, c.by));
            let what = format!("{id} is done{by}; nothing follows");
            Err(Refusal::new(&ground::NOT_IN_PHASE, what)
                .hint("git lane ready")
                .into())
        }
        None => match view.twin(id)? {
            Some(twin) => Err(Refusal::new(
                &ground::NO_SUCH_TASK,
                format!("there is no task {id}, but one {twin}"),
            )
            .hint(command(&["git", "lane", "task", "show", twin.as_str()]))
            .into()),
            None => Err(no_such_task(id)),
        },
    }
}

/// The row of the table, for a role that may use it.
fn admitted(view: &dyn View, event: &Event, task: &Task) -> Result<&'static Move, Rejection> {
    super::may_act(view, event)?;
    let verb = verb_of(&event.what).ok_or_else(|| Refusal::input("the event is no transition"))?;
    let claimed = task.claim.is_some();
    let row = match moves::find(task.status, claimed, verb) {
        Some(row) => row,
        None => return Err(wrong_phase(view, event, task, verb)?.into()),
    };
    if !row.by.contains(&event.role) {
        let roles: Vec<&str> = row.by.iter().map(|r| r.name()).collect();
        let what = format!("{verb} is for {}, not for the {}", roles.join(", "), event.role);
        let own = command(&["git", "lane", "can", verb.name(), task.id.as_str()]);
        return Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what).hint(own).into());
    }
    Ok(row)
}

fn wrong_phase(view: &dyn View, event: &Event, task: &Task, verb: Verb) -> Result<Refusal, Rejection> {
    if let (Verb::Claim, Some(claim)) = (verb, &task.claim) {
        return already_claimed(view, event, task, claim);
    }
    let can: Vec<&str> = moves::verbs_from(task.status, task.claim.is_some())
        .iter()
        .map(|v| v.name())
        .collect();
    let what = format!(
        "{} is {}, so it cannot be {}; from {} you can: {}",
        task.id,
        task.status,
        past(verb),
        task.status,
        can.join(", ")
    );
    let show = command(&["git", "lane", "task", "show", task.id.as_str()]);
    Ok(Refusal::new(&ground::NOT_IN_PHASE, what).hint(show))
}

fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Claim => "claimed",
        Verb::Release => "released",
        Verb::Block => "blocked",
        Verb::Unblock => "unblocked",
        Verb::Done => "done",
        Verb::Reclaim => "reclaimed",
        Verb::Handoff => "handed off",
        Verb::Resume => "resumed",
    }
}

fn already_claimed(view: &dyn View, event: &Event, task: &Task, claim: &Claim) -> Result<Refusal, Rejection> {
    let yours = claim.is_held_by(&event.by, &event.clone);
    let who = if yours {
        "you".to_owned()
    } else {
        claim.by.to_string()
    };
    let held = match needs::claim_lock(view, task)? {
        Some(lock) => Held::by_lock(&lock, event.at),
        None => Held {
            agent: claim.by.clone(),
            task: Some(task.id.clone()),
            lock: None,
            scope: task.scope.clone(),
            until: None,
            over: false,
        },
    };
    let what = format!("{} is claimed by {who} since {}", task.id, claim.since);
    let hint = match (&held.lock, yours) {
        // To resume what is handed off would take the handoff back.
        (_, true) if task.status.is_handed_off() => command(&["git", "lane", "show", task.id.as_str()]),
        (_, true) => command(&["git", "lane", "resume", task.id.as_str()]),
        (Some(lock), false) if held.over => reclaim(lock),
        _ => "git lane ready".to_owned(),
    };
    Ok(Refusal::new(&ground::ALREADY_CLAIMED, what).held(held).hint(hint))
}

fn follow(view: &dyn View, event: &Event, mut task: Task, row: &Move) -> Verdict {
    task.status = row.to;
    let handoff = task.handoff.take();
    match &event.what {
        Payload::TaskHandedOff { checkpoint } => evidence::handed_off(view, event, task, checkpoint),
        Payload::TaskResumed { .. } => resumed(view, event, task),
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
        Payload::TaskDone { tip, landed, .. } => {
            // The archive tells with which evidence it landed.
            task.handoff = handoff;
            done(view, event, task, tip, landed)
        }
        _ => {
            let mut writes = drop_locks(view, &task.id)?;
            task.claim = None;
            writes.push(Write::Task(Box::new(task)));
            Ok(writes)
        }
    }
}

fn claim(view: &dyn View, event: &Event, mut task: Task, lock: &LockId) -> Verdict {
    task.attempts = task.attempts.saturating_add(1);
    task.blocked = None;
    task.claim = Some(Claim {
        by: event.by.clone(),
        clone: event.clone.clone(),
        lane: lane_name(view, &task)?,
        fence: event.seq,
        since: event.at,
        attempt: task.attempts,
        extra: toml::Table::new(),
    });
    let mut writes = Vec::new();
    if !task.scope.is_empty() {
        super::leases::id_is_free(view, lock)?;
        let lease = view.policy()?.lanes.lease;
        writes.push(Write::Lock(Box::new(Lock {
            id: lock.clone(),
            task: Some(task.id.clone()),
            owner: event.by.clone(),
            clone: event.clone.clone(),
            scope: task.scope.clone(),
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

/// The author works on it again: the leases run again.
fn resumed(view: &dyn View, event: &Event, task: Task) -> Verdict {
    let lease = view.policy()?.lanes.lease;
    let mut writes = Vec::new();
    for mut lock in view
        .locks()?
        .into_iter()
        .filter(|lock| lock.task.as_ref() == Some(&task.id))
    {
        lock.kept = false;
        lock.heartbeat = event.at;
        lock.expires = event.at.after(lock.lease_or(lease));
        writes.push(Write::Lock(Box::new(lock)));
    }
    writes.push(Write::Task(Box::new(task)));
    Ok(writes)
}

fn done(view: &dyn View, event: &Event, mut task: Task, tip: &str, landed: &str) -> Verdict {
    let mut writes = drop_locks(view, &task.id)?;
    writes.extend(evidence::archived(view, &task)?);
    let spent = view
        .exceptions()?
        .into_iter()
        .filter(|e| e.task.as_ref() == Some(&task.id));
    writes.extend(spent.map(|e| Write::DropException(e.id)));
    task.completion = Some(Completion {
        by: event.by.clone(),
        at: event.at,
        tip: tip.to_owned(),
        landed: landed.to_owned(),
        holder: task.claim.take().map(|c| c.by),
        extra: toml::Table::new(),
    });
    task.blocked = None;
    debug_assert_eq!(task.status, Phase::Done);
    writes.push(Write::Archive(Box::new(task)));
    Ok(writes)
}

fn drop_locks(view: &dyn View, task: &TaskId) -> Result<Vec<Write>, Rejection> {
    let own = view
        .locks()?
        .into_iter()
        .filter(|lock| lock.task.as_ref() == Some(task));
    Ok(own.map(|lock| Write::DropLock(lock.id)).collect())
}

/// A reclaim of a claim's lock ends the claim, and with it all locks of the lane.
pub(super) fn reclaim_lane(view: &dyn View, event: &Event, id: &TaskId) -> Verdict {
    let task = live(view, id)?;
    let row = admitted(view, event, &task)?;
    for need in row.needs {
        needs::met(*need, view, event, &task)?;
    }
    follow(view, event, task, row)
}
