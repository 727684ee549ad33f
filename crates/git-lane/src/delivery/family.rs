//! Which tasks come before another, and have neither landed nor come along with it.

use lane_core::apply::open_children;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::First;
use lane_store::TreeView;

use crate::error::CliError;

/// Those that come before `task`, by their place, then its own parts. What was handed off and is a part of `tip` comes along.
///
/// # Errors
/// When a record or git cannot be read.
pub(crate) fn first(repo: &Repo, view: &TreeView<'_>, task: &Task, tip: Oid) -> Result<Vec<First>, CliError> {
    let mut found = Vec::new();
    for other in before(view, task)? {
        let place = other.merge_order;
        found.extend(open(repo, view, other, tip)?.map(|one| First { place, ..one }));
    }
    found.sort_by(|a, b| (a.place, &a.task).cmp(&(b.place, &b.task)));
    for child in open_children(view, task)? {
        found.extend(open(repo, view, child, tip)?);
    }
    Ok(found)
}

/// The live parts of the same whole with a smaller place.
fn before(view: &TreeView<'_>, task: &Task) -> Result<Vec<Task>, CliError> {
    let (Some(parent), Some(place)) = (&task.parent, task.merge_order) else {
        return Ok(Vec::new());
    };
    let Some(Found::Live(parent)) = view.task(parent)? else {
        return Ok(Vec::new());
    };
    let mut parts = open_children(view, &parent)?;
    parts.retain(|other| other.id != task.id && other.merge_order.is_some_and(|its| its < place));
    Ok(parts)
}

fn open(repo: &Repo, view: &TreeView<'_>, task: Task, tip: Oid) -> Result<Option<First>, CliError> {
    if comes_along(repo, view, &task, tip)? {
        return Ok(None);
    }
    Ok(Some(First {
        task: task.id,
        status: task.status,
        place: None,
    }))
}

/// Whether what the task handed off is a part of what lands.
fn comes_along(repo: &Repo, view: &TreeView<'_>, task: &Task, tip: Oid) -> Result<bool, CliError> {
    match handed_off(view, task) {
        Some(theirs) if repo.has_object(theirs)? => Ok(repo.is_ancestor(theirs, tip)?),
        _ => Ok(false),
    }
}

/// The commit that the task's handoff names. One that cannot be read is told by another rule.
pub(crate) fn handed_off(view: &TreeView<'_>, task: &Task) -> Option<Oid> {
    let record = view.checkpoint(&task.id, task.handoff.as_ref()?).ok().flatten()?;
    record.tip.parse().ok()
}
