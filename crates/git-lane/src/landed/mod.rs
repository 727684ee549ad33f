//! Whether a task's work is on the integration branch: as the commits that were handed off, or as the same change.

mod branch;
mod closing;
mod contents;
mod line;
mod reverted;
mod steps;

use lane_core::apply::standing_handoff;
use lane_core::id::TaskId;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_git::Oid;
use lane_store::TreeView;

use crate::commands::task_commits::of_task;
use crate::error::CliError;
use crate::hooks::TRAILER;
use crate::session::Session;

pub(crate) use branch::Asks;
pub(crate) use branch::Branch;
pub(crate) use closing::clean_up;
pub(crate) use closing::close;
pub(crate) use closing::close_all;
use contents::Contents;
use line::Line;
pub(crate) use steps::Steps;

/// Work that is on the integration branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Landed {
    /// The lane's tip.
    pub(crate) tip: Oid,
    /// The commit of the integration branch that brought it.
    pub(crate) commit: Oid,
    /// How that is known.
    pub(crate) how: Known,
}

/// Whether it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Landed(Landed),
    /// In words for people: what is not there.
    Missing(String),
}

/// Looks for a task's work on a branch. All that the lane has counts: what was handed off, and its branch, here and as the
/// remote has it. What is on one of them only would be locked out.
///
/// # Errors
/// When git or a record cannot be read. `history-cut` where a shallow clone does not show it and might not see it; when a partial clone
/// lacks contents that are looked at, and cannot fetch them.
pub(crate) fn find(
    session: &Session<'_>,
    view: &TreeView<'_>,
    branch: &Branch<'_>,
    task: &Task,
) -> Result<Answer, CliError> {
    let (name, repo) = (&branch.name, session.repo);
    let handed_off = handed_off(view, task)?;
    if let Some(tip) = handed_off {
        branch.bring(session, tip)?;
    }
    let own = tips(session, task, handed_off)?;
    for tip in own.iter().chain(&handed_off) {
        if !repo.has_object(*tip)? {
            return Ok(Answer::Missing(format!(
                "{}, which was handed off, is not here",
                tip.short()
            )));
        }
    }
    // All of history is searched for that, so only where nothing better is known.
    let carried = match handed_off {
        Some(_) => None,
        None => carried(session, task, branch)?,
    };
    let wanted = match (own.is_empty(), carried) {
        (true, None) => {
            return Ok(Answer::Missing(format!(
                "no commit on {} carries `{TRAILER}: {}`",
                branch.shown(),
                task.id
            )));
        }
        (true, Some(newest)) => vec![newest],
        _ => own,
    };
    let mut landed: Option<Landed> = None;
    for tip in wanted {
        let found = match branch.having(repo, tip)? {
            Some(at) => (
                Line::since(&branch.seen, &Contents::Here, (at, tip))?.bringing(tip)?,
                Known::Ancestor,
            ),
            None => match same_change(session, branch, task, tip)? {
                Some(commit) => (commit, Known::PatchId),
                None => {
                    // What cannot be seen is not missing.
                    if let Some(no) = branch.cut_off(repo, task, tip)? {
                        return Err(no.into());
                    }
                    let what = format!(
                        "the tip of {}, {}, is not on {}",
                        task.branch,
                        tip.short(),
                        branch.shown()
                    );
                    return Ok(Answer::Missing(what));
                }
            },
        };
        let (commit, how) = found;
        let said = landed.get_or_insert(Landed { tip, commit, how });
        if how == Known::PatchId {
            said.how = how;
        }
    }
    Ok(match landed {
        // A branch without a commit of its own is on the integration branch from the start.
        Some(found) if found.how == Known::PatchId || handed_off.is_some() || carried.is_some() => {
            Answer::Landed(found)
        }
        _ => Answer::Missing(format!("no commit on {name} carries `{TRAILER}: {}`", task.id)),
    })
}

/// The commit of the handoff that stands.
///
/// # Errors
/// When the record cannot be read.
pub(crate) fn handed_off(view: &TreeView<'_>, task: &Task) -> Result<Option<Oid>, CliError> {
    let handoff = standing_handoff(view, task)?;
    Ok(handoff.and_then(|handoff| handoff.tip.parse().ok()))
}

/// The tips of the lane that no other of them contains: what was handed off comes first.
fn tips(session: &Session<'_>, task: &Task, handed_off: Option<Oid>) -> Result<Vec<Oid>, CliError> {
    let repo = session.repo;
    let own = crate::integration::tips(repo, &task.branch)?;
    let all: Vec<Oid> = handed_off
        .into_iter()
        .chain(own.iter().map(|(_, tip)| *tip).rev())
        .collect();
    let mut found: Vec<Oid> = Vec::new();
    for tip in &all {
        let mut is_within = found.contains(tip);
        for other in all.iter().filter(|other| *other != tip) {
            is_within = is_within
                || (repo.has_object(*tip)? && repo.has_object(*other)? && repo.is_ancestor(*tip, *other)?);
        }
        if !is_within {
            found.push(*tip);
        }
    }
    Ok(found)
}

/// The newest commit of the branch that carries the task's trailer.
fn carried(session: &Session<'_>, task: &Task, branch: &Branch<'_>) -> Result<Option<Oid>, CliError> {
    let found = of_task(session.repo, &branch.refs(), &task.id, None, 1)?;
    Ok(found.first().map(|commit| commit.id))
}

/// The commits on the first-parent line of `main` that make the same change as the lane's `tip`, the newest first: a squash merge, or
/// what a rebase made. Empty if it came there in no such way.
///
/// # Errors
/// When a commit cannot be read.
pub(crate) fn standing_for(
    seen: &Steps<'_>,
    task: &TaskId,
    tip: Oid,
    main: Oid,
) -> Result<Vec<Oid>, CliError> {
    Line::since(seen, &Contents::Unlike, (main, tip))?.with_same_change(task, tip)
}

fn same_change(
    session: &Session<'_>,
    branch: &Branch<'_>,
    task: &Task,
    tip: Oid,
) -> Result<Option<Oid>, CliError> {
    let contents = branch.contents(session)?;
    for at in branch.tips() {
        let made = Line::since(&branch.seen, &contents, (at, tip))?.with_same_change(&task.id, tip)?;
        if let Some(commit) = made.first() {
            return Ok(Some(*commit));
        }
    }
    Ok(None)
}
