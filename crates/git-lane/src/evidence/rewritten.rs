//! Whether the acceptance of a task was edited after it was claimed, as the ledger tells it.

use std::cell::Cell;

use lane_core::event::Payload;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Commit;
use lane_git::Oid;
use lane_rules::Rewritten;
use lane_store::Entry;
use lane_store::Store;

use crate::error::CliError;

/// The edits since the task's first claim that are in the state `tip`; none where its acceptance is what it was then.
/// To be claimed once more in between makes no new beginning: who released a task may have edited it.
///
/// The ledger is read back to the first claim, and of it only the events that name the task.
///
/// # Errors
/// When the ledger or the state of then cannot be read.
pub(crate) fn rewritten(store: &Store<'_>, tip: Oid, task: &Task) -> Result<Option<Rewritten>, CliError> {
    if task.attempts == 0 {
        return Ok(None);
    }
    let claims = Cell::new(0);
    let mut edits: Vec<Entry> = Vec::new();
    let mut first = None;
    let names = |commit: &Commit| names(&commit.message, task.id.as_str());
    lane_store::entries_of(store.repo(), tip, names, |entry| {
        if entry.event.what.task() != Some(&task.id) {
            return true;
        }
        match &entry.event.what {
            Payload::TaskEdited { .. } => edits.push(entry.clone()),
            Payload::TaskClaimed { .. } => claims.set(claims.get() + 1),
            _ => {}
        }
        if claims.get() == task.attempts {
            first = Some(entry.commit);
        }
        first.is_none()
    })?;
    let (Some(first), false) = (first, edits.is_empty()) else {
        return Ok(None);
    };
    let then = store.view_at(first)?.task(&task.id)?.map(Found::into_task);
    let was = then.map(|task| task.acceptance).unwrap_or_default();
    if was == task.acceptance {
        return Ok(None);
    }
    let mut last = &was;
    let mut by = Vec::new();
    for entry in edits.iter().rev() {
        if let Payload::TaskEdited { task } = &entry.event.what {
            if task.acceptance != *last {
                by.push((entry.event.by.clone(), entry.event.at));
            }
            last = &task.acceptance;
        }
    }
    Ok(Some(Rewritten { edits: by, was }))
}

/// Whether a message has the id in it somewhere: what has not need not be read as an event.
fn names(message: &[u8], id: &str) -> bool {
    message.windows(id.len()).any(|bytes| bytes == id.as_bytes())
}
