//! Where a task stands after a move: whose move it is now, where its branch and worktree are, and what comes next.

use std::path::Path;
use std::path::PathBuf;

use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_core::whose_move::Turns;

use crate::commands::worktrees;
use crate::error::CliError;
use crate::session::Session;
use crate::show::mark;
use crate::show::paint;
use crate::show::when;

/// Says it on stderr. Nothing of a task that is over.
pub(super) fn tell(session: &Session<'_>, id: &TaskId) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let Some(task) = worktrees::live(session, id)? else {
        return Ok(());
    };
    let now = session.source.now();
    let policy = view.policy()?;
    let mover = Turns::new(&view, now)?.of(&task)?;
    let marked = mark::suffix(task.mark(), task.status);
    if let Some(mover) = &mover {
        let until = mover.until.map(|at| format!(", until {}", when::moment(at, now)));
        paint::note(&format!(
            "{id} is {}{marked}: {}{}",
            task.status,
            words(mover),
            until.unwrap_or_default()
        ));
    }
    let worktree = worktrees::of(session, &task)?;
    tell_place(session, &task, worktree.as_deref())?;
    tell_next(
        session,
        &task,
        mover.as_ref(),
        worktree.as_ref(),
        policy.lanes.mode,
    )
}

/// Where branch and worktree are.
pub(super) fn tell_place(
    session: &Session<'_>,
    task: &Task,
    worktree: Option<&Path>,
) -> Result<(), CliError> {
    let place = match worktree {
        Some(path) => {
            let dirty = match session.repo.dirt(Some(path))?.count {
                0 => String::new(),
                1 => ", with 1 path uncommitted or untracked".to_owned(),
                count => format!(", with {count} paths uncommitted or untracked"),
            };
            format!("worktree {}{dirty}", text::escape(&path.display().to_string()))
        }
        None => "no worktree here".to_owned(),
    };
    paint::note(&format!("branch {}, {place}", text::escape(&task.branch)));
    Ok(())
}

fn words(mover: &Mover) -> String {
    match (&mover.agent, &mover.after) {
        (_, Some(after)) => format!("it waits for {after}"),
        (Some(agent), None) => format!("{agent} moves next, as {}", mover.role),
        (None, None) => format!("any {} moves next", mover.role),
    }
}

/// The next command: a hint where whoever reads may give it, else words about whose it is.
fn tell_next(
    session: &Session<'_>,
    task: &Task,
    mover: Option<&Mover>,
    worktree: Option<&PathBuf>,
    mode: Mode,
) -> Result<(), CliError> {
    let after = mover.and_then(|mover| mover.after.as_ref());
    let Some(line) = next(session, task, after, worktree, mode)? else {
        return Ok(());
    };
    match mover.and_then(|mover| mover.agent.as_ref()) {
        Some(agent) if *agent != session.agent()? => tell_them(agent, &line),
        _ => paint::hint(&line),
    }
    Ok(())
}

fn tell_them(agent: &Agent, line: &str) {
    paint::note(&format!("{agent} goes on by: {line}"));
    paint::hint("git lane status");
}

fn next(
    session: &Session<'_>,
    task: &Task,
    after: Option<&TaskId>,
    worktree: Option<&PathBuf>,
    mode: Mode,
) -> Result<Option<String>, CliError> {
    let id = task.id.as_str();
    if let Some(after) = after {
        return Ok(Some(command(&["git", "lane", "task", "show", after.as_str()])));
    }
    Ok(Some(match task.status {
        Phase::Todo if mode == Mode::A => command(&["git", "lane", "claim", id]),
        // Also what is uncommitted there is gone on with.
        Phase::Todo => match worktree {
            Some(path) if session.repo.is_dirty(Some(path))? => {
                command(&["git", "lane", "resume", id, "--take-over"])
            }
            Some(_) => command(&["git", "lane", "resume", id]),
            None => command(&["git", "lane", "start", id]),
        },
        Phase::InProgress => command(&["git", "lane", "resume", id]),
        Phase::Blocked => command(&["git", "lane", "unblock", id]),
        Phase::Review => command(&["git", "lane", "review", id]),
        Phase::Testing => command(&["git", "lane", "test", id]),
        Phase::Escalated => {
            paint::note(
                "the orchestrator chooses: retry, return, rescope, deprioritise, take-over or abandon",
            );
            command(&["git", "lane", "retry", id, "--why", "TEXT"])
        }
        Phase::Queued | Phase::Done | Phase::Abandoned => return Ok(None),
    }))
}
