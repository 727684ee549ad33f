//! Parent tasks and their parts: who is whose, kept on both sides.

use super::Rejection;
use super::Write;
use crate::ground;
use crate::id::TaskId;
use crate::record::LIST_MAX;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::view::Found;
use crate::view::Unreadable;
use crate::view::View;

/// The parts of a task that are neither done nor given up.
pub fn open_children(view: &dyn View, task: &Task) -> Result<Vec<Task>, Unreadable> {
    let mut open = Vec::new();
    for id in &task.children {
        if let Some(Found::Live(child)) = view.task(id)? {
            open.push(*child);
        }
    }
    Ok(open)
}

/// Every part of it is done or given up.
pub(super) fn children(view: &dyn View, task: &Task) -> Result<(), Rejection> {
    parts_first(view, task)?.map_or(Ok(()), |no| Err(no.into()))
}

/// The refusal of a handoff while parts of the task are open.
pub fn parts_first(view: &dyn View, task: &Task) -> Result<Option<Refusal>, Unreadable> {
    let open = open_children(view, task)?;
    let Some(first) = open.first() else {
        return Ok(None);
    };
    let list: Vec<String> = open
        .iter()
        .take(8)
        .map(|child| format!("{} ({})", child.id, child.status))
        .collect();
    let what = format!("{} has parts that are not done: {}", task.id, list.join(", "));
    let show = command(&["git", "lane", "task", "show", first.id.as_str()]);
    Ok(Some(Refusal::new(&ground::CHILDREN_OPEN, what).hint(show)))
}

/// The open parts of the same parent that land before or after this one, by whether `is_before`.
fn siblings(view: &dyn View, task: &Task, is_before: bool) -> Result<Vec<TaskId>, Unreadable> {
    let (Some(parent), Some(own)) = (&task.parent, task.merge_order) else {
        return Ok(Vec::new());
    };
    let Some(Found::Live(parent)) = view.task(parent)? else {
        return Ok(Vec::new());
    };
    let open = open_children(view, &parent)?.into_iter();
    let those = open.filter(|other| {
        let order = other.merge_order.filter(|_| other.id != task.id);
        order.is_some_and(|order| if is_before { order < own } else { order > own })
    });
    Ok(those.map(|other| other.id).collect())
}

/// The open parts that land before this one.
pub(super) fn earlier(view: &dyn View, task: &Task) -> Result<Vec<TaskId>, Unreadable> {
    siblings(view, task, true)
}

/// A part that lands before others waits for none of them.
fn keeps_order(view: &dyn View, task: &Task) -> Result<(), Rejection> {
    let circle = |on: &TaskId, other: &TaskId| {
        let what = format!(
            "{} would wait for itself: it waits for {on}, and {other} is to land after it",
            task.id
        );
        Refusal::new(&ground::DEPENDENCY_CYCLE, what)
    };
    let blocker = task.blocked.iter().filter_map(|blocked| blocked.on.as_ref());
    let waits: Vec<&TaskId> = task.depends_on.iter().chain(blocker).collect();
    for later in siblings(view, task, false)? {
        for on in &waits {
            if super::needs::path_to(view, on, &later)?.is_some() {
                return Err(circle(on, &later).into());
            }
        }
    }
    for before in earlier(view, task)? {
        if super::needs::path_to(view, &before, &task.id)?.is_some() {
            let what = format!(
                "{} would wait for itself: {before} is to land before it, and waits for it",
                task.id
            );
            return Err(Refusal::new(&ground::DEPENDENCY_CYCLE, what).into());
        }
    }
    Ok(())
}

/// Whether the parent that a contract names can be its parent.
pub(super) fn check(view: &dyn View, task: &Task) -> Result<(), Rejection> {
    keeps_order(view, task)?;
    let Some(parent) = &task.parent else {
        return Ok(());
    };
    let found = match view.task(parent)? {
        Some(Found::Live(found)) => found,
        // What became a part of it while it was open is one still.
        Some(Found::Archived(found)) if found.children.contains(&task.id) => return Ok(()),
        Some(Found::Archived(found)) => {
            let what = format!(
                "{} is a part of {parent}, which is {} already",
                task.id, found.status
            );
            return Err(Refusal::new(&ground::NOT_IN_PHASE, what)
                .hint("git lane task list")
                .into());
        }
        None => {
            let what = format!("{} is a part of {parent}, which does not exist", task.id);
            return Err(Refusal::new(&ground::UNKNOWN_DEPENDENCY, what)
                .hint("git lane task list")
                .into());
        }
    };
    if !found.children.contains(&task.id) && found.children.len() >= LIST_MAX {
        return Err(Refusal::input(format!("{parent} has {LIST_MAX} parts, which is the most")).into());
    }
    // A parent waits for its parts, so a part that waits for it waits for itself.
    let blocker = task.blocked.iter().filter_map(|blocked| blocked.on.as_ref());
    for on in task.depends_on.iter().chain(&task.children).chain(blocker) {
        if super::needs::path_to(view, on, parent)?.is_some() {
            let what = format!(
                "{} would wait for itself: {parent} waits for it, and it for {on}",
                task.id
            );
            return Err(Refusal::new(&ground::DEPENDENCY_CYCLE, what).into());
        }
    }
    Ok(())
}

/// What a new parent, or none any more, changes on the parents.
pub(super) fn follow(
    view: &dyn View,
    id: &TaskId,
    old: Option<&TaskId>,
    new: Option<&TaskId>,
) -> Result<Vec<Write>, Rejection> {
    let mut writes = Vec::new();
    if old == new {
        return Ok(writes);
    }
    for (parent, is_new) in [(old, false), (new, true)] {
        let Some(parent) = parent else { continue };
        if let Some(Found::Live(mut found)) = view.task(parent)? {
            found.children.retain(|child| child != id);
            if is_new {
                found.children.push(id.clone());
            }
            writes.push(Write::Task(found));
        }
    }
    Ok(writes)
}
