//! How a task ends: it leaves for the archive, with its evidence, and its locks go.

use super::Verdict;
use super::Write;
use super::evidence;
use super::follow::drop_locks;
use crate::event::Event;
use crate::event::Payload;
use crate::record::Abandoned;
use crate::record::Completion;
use crate::record::Phase;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::view::View;

/// It has landed.
pub(super) fn done(view: &dyn View, event: &Event, mut task: Task) -> Verdict {
    debug_assert_eq!(task.status, Phase::Done);
    let Payload::TaskDone {
        tip,
        landed,
        how,
        landing,
        ..
    } = &event.what
    else {
        return Err(Refusal::input("the event tells of no landing").into());
    };
    task.completion = Some(Completion {
        by: event.by.clone(),
        at: event.at,
        tip: tip.clone(),
        landed: landed.clone(),
        holder: task.claim.take().map(|claim| claim.by),
        how: *how,
        landing: landing.as_deref().cloned(),
        extra: toml::Table::new(),
    });
    task.trouble = None;
    archived(view, task)
}

/// It is given up for good.
pub(super) fn abandoned(view: &dyn View, event: &Event, mut task: Task, why: &str) -> Verdict {
    debug_assert_eq!(task.status, Phase::Abandoned);
    task.abandoned = Some(Abandoned {
        by: event.by.clone(),
        at: event.at,
        why: why.to_owned(),
        holder: task.claim.take().map(|claim| claim.by),
        extra: toml::Table::new(),
    });
    archived(view, task)
}

fn archived(view: &dyn View, mut task: Task) -> Verdict {
    let mut writes = drop_locks(view, &task.id)?;
    writes.extend(evidence::archived(view, &task)?);
    let spent = view
        .exceptions()?
        .into_iter()
        .filter(|e| e.task.as_ref() == Some(&task.id));
    writes.extend(spent.map(|e| Write::DropException(e.id)));
    task.blocked = None;
    writes.push(Write::Archive(Box::new(task)));
    Ok(writes)
}
