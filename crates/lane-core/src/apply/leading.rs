//! The command that leads a task on, for who asked for something that its phase does not allow.

use crate::event::Event;
use crate::event::Payload;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Mode;
use crate::policy::Role;
use crate::record::Phase;
use crate::record::Task;
use crate::refusal::command;
use crate::view::Unreadable;
use crate::view::View;
use crate::whose_move::Mover;
use crate::whose_move::Turns;

use super::needs::open_dependencies;
use super::needs::without_dependencies;

/// One command that whoever acts can give now.
pub(super) fn on(view: &dyn View, event: &Event, task: &Task) -> Result<String, Unreadable> {
    let lane = |words: &[&str]| command(&[&["git", "lane"], words].concat());
    let id = task.id.as_str();
    let own = task.claim.as_ref();
    let own = own.is_some_and(|claim| claim.is_held_by(&event.by, &event.clone));
    let Some(mover) = Turns::new(view, event.at)?.of(task)? else {
        return Ok(lane(&["next"]));
    };
    if own && task.status.is_handed_off() && !mover.is(&event.by, &event.clone) {
        // Who asked for a verdict on own work has nothing to do but wait; to resume would take it back.
        return Ok(match event.what {
            Payload::TaskAssigned { .. } | Payload::TaskJudged { .. } => lane(&["show", id]),
            _ => lane(&["resume", id]),
        });
    }
    if let Some(first) = &mover.after {
        return Ok(lane(&["show", first.as_str()]));
    }
    let policy = view.policy()?;
    if !may(event, task, &mover, &policy) {
        return Ok(lane(&["note", id, "TEXT"]));
    }
    Ok(match task.status {
        Phase::Todo if mover.role == Role::Orchestrator => {
            let open = open_dependencies(view, task)?;
            let in_vain = |(_, phase): &&(TaskId, Option<Phase>)| phase.is_none_or(Phase::is_final);
            let gone: Vec<&TaskId> = open.iter().filter(in_vain).map(|(id, _)| id).collect();
            without_dependencies(&task.id, &gone)
        }
        Phase::Todo if policy.lanes.mode == Mode::A => lane(&["claim", id]),
        Phase::Todo => lane(&["start", id]),
        Phase::InProgress if own => lane(&["handoff", id]),
        Phase::InProgress | Phase::Escalated => lane(&["retry", id, "--why", "TEXT"]),
        Phase::Blocked if mover.late && !own => lane(&["board", "--stale"]),
        Phase::Blocked => lane(&["unblock", id]),
        Phase::Review if own && mover.agent.is_some() && task.assigned.is_none() => {
            lane(&["review", id, "--self"])
        }
        Phase::Review => lane(&["review", id]),
        Phase::Testing => lane(&["test", id]),
        Phase::Queued => lane(&["next", "--role", Role::Integrator.name()]),
        Phase::Done | Phase::Abandoned => lane(&["next"]),
    })
}

/// Whether it is the actor's move, or could be: nobody else has it, or their time is over.
fn may(event: &Event, task: &Task, mover: &Mover, policy: &Adopted) -> bool {
    let own_work =
        mover.role == Role::Reviewer && task.authors.contains(&event.by) && !policy.pipeline.own_approval;
    let free = mover.agent.is_none() || mover.late || mover.is(&event.by, &event.clone);
    free && !own_work && policy.allows(mover.role, &event.by)
}
