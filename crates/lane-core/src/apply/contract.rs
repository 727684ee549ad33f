//! Adding a task and changing its contract.

use super::Rejection;
use super::Verdict;
use super::Write;
use super::family;
use crate::event::Event;
use crate::ground;
use crate::id::TaskId;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::view::Found;
use crate::view::View;

pub(super) fn added(view: &dyn View, event: &Event, task: &Task) -> Verdict {
    if let Some(twin) = view.twin(&task.id)? {
        let what = if twin == task.id {
            format!("there is a task {twin} already")
        } else {
            format!(
                "there is a task {twin} already, and ids that differ only in case are one id to some file systems"
            )
        };
        let show = command(&["git", "lane", "task", "show", twin.as_str()]);
        return Err(Refusal::new(&ground::ID_TAKEN, what).hint(show).into());
    }
    check(view, task)?;
    let unborn = Task::new(task.id.clone(), &task.title, task.created);
    if task.with_life_of(&unborn) != *task {
        return Err(Refusal::input("a new task has no status but `todo`, no claim and no completion").into());
    }
    if task.created != event.at {
        return Err(Refusal::input("a task is created when its event happens").into());
    }
    let mut writes = family::follow(view, &task.id, None, task.parent.as_ref())?;
    writes.push(Write::Task(Box::new(task.clone())));
    Ok(writes)
}

pub(super) fn edited(view: &dyn View, _event: &Event, task: &Task) -> Verdict {
    let old = match view.task(&task.id)? {
        Some(Found::Live(old)) => *old,
        Some(Found::Archived(old)) => {
            let what = format!("{} is {}; an archived task does not change", task.id, old.status);
            return Err(Refusal::new(&ground::NOT_IN_PHASE, what).into());
        }
        None => return Err(no_such_task(&task.id)),
    };
    if old == *task {
        return Err(Refusal::new(&ground::NOTHING_CHANGES, format!("{} says so already", task.id)).into());
    }
    keeps_its_life(&old, task)?;
    check(view, task)?;
    let mut writes = family::follow(view, &task.id, old.parent.as_ref(), task.parent.as_ref())?;
    writes.push(Write::Task(Box::new(task.clone())));
    Ok(writes)
}

/// What a contract that is settled anew changes besides the task itself.
pub(super) fn rescoped(view: &dyn View, old: &Task, asked: &Task) -> Verdict {
    if asked.id != old.id || asked.created != old.created {
        return Err(Refusal::input("the contract is another task's").into());
    }
    // It goes back into the queue, so nothing blocks it any more.
    let free = Task {
        blocked: None,
        ..asked.clone()
    };
    check(view, &free)?;
    family::follow(view, &old.id, old.parent.as_ref(), asked.parent.as_ref())
}

/// An edit changes what is asked for, never where the task is in its life.
fn keeps_its_life(old: &Task, new: &Task) -> Result<(), Rejection> {
    if new.with_life_of(old) != *new {
        let what = "an edit changes the contract; where the task is in its life changes by other commands, and created never";
        let show = command(&["git", "lane", "task", "show", old.id.as_str()]);
        return Err(Refusal::input(what).hint(show).into());
    }
    let bound = |t: &Task| {
        (
            t.scope.clone(),
            t.out_of_scope.clone(),
            t.area.clone(),
            t.branch.clone(),
        )
    };
    if old.claim.is_some() && bound(old) != bound(new) {
        let what = format!(
            "{} is claimed, so its scope, out_of_scope, area and branch stay as they are",
            old.id
        );
        let release = command(&["git", "lane", "release", old.id.as_str(), "--why", "TEXT"]);
        return Err(Refusal::new(&ground::TASK_CLAIMED, what)
            .hint("git lane lock GLOB --objective TEXT")
            .hint(release)
            .into());
    }
    Ok(())
}

fn check(view: &dyn View, task: &Task) -> Result<(), Rejection> {
    task.check_contract()
        .map_err(|fault| Refusal::input(fault.to_string()))?;
    family::check(view, task)?;
    for on in &task.depends_on {
        if view.task(on)?.is_none() {
            let what = format!("{} depends on {on}, which does not exist", task.id);
            return Err(Refusal::new(&ground::UNKNOWN_DEPENDENCY, what)
                .hint("git lane task list")
                .into());
        }
        if let Some(path) = super::needs::path_to(view, on, &task.id)? {
            let what = format!("{} would wait for itself: {}", task.id, circle(&task.id, &path));
            return Err(Refusal::new(&ground::DEPENDENCY_CYCLE, what).into());
        }
    }
    Ok(())
}

fn circle(start: &TaskId, path: &[TaskId]) -> String {
    let names = std::iter::once(start).chain(path);
    names.map(TaskId::as_str).collect::<Vec<_>>().join(" → ")
}

pub(super) fn no_such_task(id: &TaskId) -> Rejection {
    Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {id}"))
        .hint("git lane task list")
        .into()
}
