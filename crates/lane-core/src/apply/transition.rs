//! Transitions of tasks, as `MOVES` has them: find the row, ask its needs, write what follows.

use super::Rejection;
use super::Verdict;
use super::contract::no_such_task;
use super::follow;
use super::leading;
use super::needs;
use crate::event::Event;
use crate::event::Payload;
use crate::ground;
use crate::id::TaskId;
use crate::moves;
use crate::moves::Move;
use crate::moves::Situation;
use crate::moves::Verb;
use crate::record::Claim;
use crate::record::Task;
use crate::refusal::Held;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::refusal::reclaim;
use crate::view::Found;
use crate::view::View;

/// The verb of a transition's event.
pub(super) fn verb_of(what: &Payload) -> Option<Verb> {
    match what {
        Payload::TaskClaimed { .. } => Some(Verb::Claim),
        Payload::TaskReleased { .. } => Some(Verb::Release),
        Payload::TaskBlocked { .. } => Some(Verb::Block),
        Payload::TaskUnblocked { .. } => Some(Verb::Unblock),
        Payload::TaskDone { landing: Some(_), .. } => Some(Verb::Land),
        Payload::TaskDone { .. } => Some(Verb::Done),
        Payload::TaskSigned { .. } => Some(Verb::Sign),
        Payload::TaskHandedOff { .. } => Some(Verb::Handoff),
        Payload::TaskResumed { .. } => Some(Verb::Resume),
        Payload::LockReclaimed { .. } => Some(Verb::Reclaim),
        Payload::TaskAssigned { verb, .. } => Some(verb.verb()),
        Payload::TaskLeft { .. } => Some(Verb::Leave),
        Payload::TaskJudged { verb, .. } => Some(verb.verb()),
        Payload::TaskRetried { .. } => Some(Verb::Retry),
        Payload::TaskEscalated { .. } => Some(Verb::Escalate),
        Payload::TaskRescoped { .. } => Some(Verb::Rescope),
        Payload::TaskDeprioritised { .. } => Some(Verb::Deprioritise),
        Payload::TaskTakenOver { .. } => Some(Verb::TakeOver),
        Payload::TaskAbandoned { .. } => Some(Verb::Abandon),
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
    follow::follow(view, event, task, row)
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
            let done = task.completion.as_ref().map(|c| (c.at, &c.by));
            let ended = done.or_else(|| task.abandoned.as_ref().map(|a| (a.at, &a.by)));
            let by = ended.map_or(String::new(), |(at, by)| format!(" since {at} by {by}"));
            let what = format!("{id} is {}{by}; nothing follows", task.status);
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
    let row = match moves::find(Situation::of(task, &view.policy()?), verb) {
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
    let can: Vec<&str> = moves::verbs_from(Situation::of(task, &view.policy()?))
        .iter()
        .map(|v| v.name())
        .collect();
    let what = format!(
        "{} is {}, so it cannot be {}; from {} you can: {}",
        task.id,
        task.status,
        verb.past(),
        task.status,
        can.join(", ")
    );
    let show = command(&["git", "lane", "task", "show", task.id.as_str()]);
    let on = leading::on(view, event, task)?;
    Ok(Refusal::new(&ground::NOT_IN_PHASE, what).hint(on).hint(show))
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

/// A reclaim of a claim's lock ends the claim, and with it all locks of the lane.
pub(super) fn reclaim_lane(view: &dyn View, event: &Event, id: &TaskId) -> Verdict {
    let task = live(view, id)?;
    let row = admitted(view, event, &task)?;
    for need in row.needs {
        needs::met(*need, view, event, &task)?;
    }
    follow::follow(view, event, task, row)
}
