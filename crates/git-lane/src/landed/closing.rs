//! Closing a task whose work has landed: the event, what it lacked, and what it leaves behind.

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::TreeView;

use super::Answer;
use super::Asks;
use super::Branch;
use super::Landed;
use super::find;
use crate::actions;
use crate::commands::worktree::cleanup;
use crate::error::CliError;
use crate::lane_tip::LaneTip;
use crate::session::Session;
use crate::show::error;
use crate::show::moves_next::never_judged;
use crate::show::paint;
use crate::unbinding;

/// Closes a task, and says what it landed without.
///
/// # Errors
/// A refusal of the state; when git cannot be asked.
pub(crate) fn close(session: &Session<'_>, task: &Task, role: Role, landed: &Landed) -> Result<(), CliError> {
    let id = &task.id;
    let payload = Payload::TaskDone {
        task: id.clone(),
        tip: landed.tip.to_string(),
        landed: landed.commit.to_string(),
        how: Some(landed.how),
        landing: None,
    };
    let borrowed = unbinding::borrowed(session, id)?;
    actions::put(session, role, &payload)?;
    unbinding::free(&borrowed)?;
    let tip = landed.tip.short();
    paint::note(&match landed.how {
        Known::PatchId => format!(
            "done {id}: {} makes the same change as {tip}, and the task is archived",
            landed.commit.short()
        ),
        _ => format!("done {id}: archived at {tip}"),
    });
    if let Err(fault) = super::reverted::tell(session, task, landed) {
        paint::warning(&format!(
            "whether {id} was reverted since cannot be told: {fault}"
        ));
    }
    // It has landed, and that is a fact; what stood in its way is for who looks.
    let policy = session.store().view()?.policy()?;
    if policy.lanes.mode == Mode::B {
        let missing = never_judged(task, &landed.tip.to_string(), &policy.pipeline);
        let names: Vec<&str> = missing.iter().map(|stage| stage.name()).collect();
        if !names.is_empty() {
            paint::note(&format!("it landed without a verdict of {}", names.join(", ")));
        }
    }
    Ok(())
}

/// Closes every task that was handed off and has landed meanwhile, as others merged it. What cannot be closed is said, and left.
///
/// # Errors
/// When git or the state cannot be read.
pub(crate) fn close_all(session: &Session<'_>) -> Result<Vec<(TaskId, Landed)>, CliError> {
    let store = session.store();
    let view = store.view()?;
    let mut handed_off = Vec::new();
    for lane in view.lanes()? {
        if let Some(Found::Live(task)) = view.task(&lane.task)?
            && task.status.is_handed_off()
        {
            handed_off.push(*task);
        }
    }
    let mut closed = Vec::new();
    if handed_off.is_empty() {
        return Ok(closed);
    }
    let branch = Branch::look(session, Asks::Remote)?;
    for task in handed_off {
        let landed = match whole(session, &view, &branch, &task) {
            Ok(Some(landed)) => landed,
            Ok(None) => continue,
            Err(fault) => {
                let why = error::sentence(&fault);
                paint::warning(&format!("whether {} has landed cannot be told: {why}", task.id));
                error::hints(&fault).iter().for_each(|hint| paint::hint(hint));
                continue;
            }
        };
        match close(session, &task, Role::Worker, &landed) {
            Ok(()) => {
                clean_up(session, &task.id);
                closed.push((task.id, landed));
            }
            Err(CliError::Refused(no)) => {
                paint::note(&format!("{} has landed, and stays open: {}", task.id, no.what));
                no.hints.first().iter().for_each(|hint| paint::hint(hint));
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(closed)
}

/// What has landed of a task, if that is all: its branch is fetched before anybody says so.
///
/// # Errors
/// When git or a record cannot be read.
pub(crate) fn whole(
    session: &Session<'_>,
    view: &TreeView<'_>,
    branch: &Branch<'_>,
    task: &Task,
) -> Result<Option<Landed>, CliError> {
    if let Answer::Missing(_) = find(session, view, branch, task)? {
        return Ok(None);
    }
    LaneTip::look(session, task)?;
    Ok(match find(session, view, branch, task)? {
        Answer::Landed(landed) => Some(landed),
        Answer::Missing(_) => None,
    })
}

/// What has landed stands, whatever becomes of its worktree and branches.
pub(crate) fn clean_up(session: &Session<'_>, id: &TaskId) {
    let done = || -> Result<(), CliError> {
        match session.store().view()?.task(id)?.map(Found::into_task) {
            Some(task) => cleanup::after_landing(session, &task),
            None => Ok(()),
        }
    };
    if let Err(fault) = done() {
        paint::warning(&format!("the worktree and branches of {id} remain: {fault}"));
        paint::hint("git lane worktree list");
    }
}
