//! `git lane resume`: goes on where a lane was left.

use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_store::Actor;

use super::Outcome;
use super::ended;
use super::first_branch;
use super::first_branch::Held;
use super::start;
use super::worktrees;
use super::worktrees::Way;
use crate::actions;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::ResumePoint;
use crate::lane_tip::LaneTip;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;

/// Go on where a lane was left: finds its worktree or makes it again, and prints how far it is.
///
/// A task that nobody holds is claimed, as by `start`. One that you handed off is in progress again, and needs a new
/// handoff. What an agent wrote into its checkpoint is shown as its words; its next command is not run.
#[derive(Debug, clap::Args)]
pub(crate) struct Resume {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    /// Take what somebody else left: uncommitted work in its worktree, or a branch of its name that no lane of this task made
    #[arg(long)]
    pub(crate) take_over: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Resume) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    let store = session.store();
    let view = store.view()?;
    let here = session.repo.work_dir().map(|_| session.binding()).transpose()?;
    let bound = here.flatten().map(|binding| binding.task);
    if let Some(id) = args.id.as_ref().or(bound.as_ref()) {
        not_over(session, id)?;
    }
    let task = evidence::spoken_for(session, &view, args.id.as_ref())?;
    let (task, path) = match view.policy()?.lanes.mode {
        Mode::A => (hold(session, &actor, &task)?.0, None),
        Mode::B => {
            let hold = |task: &Task| hold(session, &actor, task);
            let (task, path) = entered(
                session,
                &actor,
                &task,
                Taking::Free {
                    take_over: args.take_over,
                },
                &hold,
            )?;
            (task, Some(path))
        }
    };
    report(session, task, path, args.json)?;
    Ok(ExitCode::SUCCESS)
}

/// Prints how far a lane is, and what comes next.
pub(super) fn report(
    session: &Session<'_>,
    task: Task,
    path: Option<PathBuf>,
    as_json: bool,
) -> Result<(), CliError> {
    // Whoever judged it may have mended it elsewhere.
    if !task.verdict.is_empty()
        && let Some(way) = LaneTip::look(session, &task)?.way_on(session, &task)?
    {
        paint::warning(&format!(
            "branch {} is further on the remote than here",
            task.branch
        ));
        paint::hint(&way);
    }
    let point = ResumePoint::read(session.repo, &session.store().view()?, task, path)?;
    if as_json {
        json::out(&point.as_json());
    } else {
        let lines = evidence::resume_lines(&point, session.source.now());
        lines.iter().for_each(|line| paint::out(line));
    }
    lead_on(&point);
    Ok(())
}

/// How a task is held: the task then, and whether it was claimed by that.
type Hold<'a> = dyn Fn(&Task) -> Result<(Task, bool), CliError> + 'a;

/// What is taken of a lane.
#[derive(Clone, Copy)]
pub(super) enum Taking {
    /// What nobody else holds; what another one left uncommitted only if asked for.
    Free { take_over: bool },
    /// What somebody holds, with all that lies in its worktree; not a branch that no lane of the task made.
    Held,
}

/// The task, held by what `hold` does, and its worktree, entered. `hold` says too whether the task was claimed by it.
pub(super) fn entered(
    session: &Session<'_>,
    actor: &Actor,
    task: &Task,
    taking: Taking,
    hold: &Hold<'_>,
) -> Result<(Task, PathBuf), CliError> {
    let turn = worktrees::turn(session)?;
    let way = Way {
        verb: "resume",
        here: is_borrowed(session, actor, task)?,
        take_over: matches!(taking, Taking::Held | Taking::Free { take_over: true }),
        take_branch: matches!(taking, Taking::Free { take_over: true }),
        where_it_was: true,
    };
    let claim = task.claim.as_ref();
    let ours = claim.is_none_or(|claim| claim.is_held_by(&actor.by, &actor.clone));
    if ours || matches!(taking, Taking::Held) {
        // What can be known beforehand is refused before anything changes. A task that somebody else holds is refused
        // for that, whatever lies in its worktree.
        if way.here && !worktrees::stands_here(session, actor, Some(&task.id))? {
            worktrees::here_is_free(session)?;
        }
        worktrees::place(session, actor, task, &way)?;
    }
    let (task, fresh) = hold(task)?;
    let held = if fresh { Held::No } else { Held::Before };
    let free = first_branch::is_free(session, &task, &way, held);
    match free.and_then(|()| worktrees::settle_in(session, actor, &task, &way, &turn)) {
        Ok(path) => Ok((task, path)),
        Err(fault) => {
            worktrees::leave(session, &task, fresh);
            Err(fault)
        }
    }
}

/// Refuses where the task has ended: what became of it is said, and nothing is made of it again.
fn not_over(session: &Session<'_>, id: &TaskId) -> Result<(), CliError> {
    ended::of(session, id)?.map_or(Ok(()), |no| Err(no.into()))
}

/// Whether the current worktree was borrowed for this lane (`start --here`) by the agent who acts.
fn is_borrowed(session: &Session<'_>, actor: &Actor, task: &Task) -> Result<bool, CliError> {
    let binding = session.binding()?;
    Ok(session.repo.work_dir().is_some()
        && binding.is_some_and(|b| b.here && b.task == task.id && b.agent == actor.by))
}

/// The task, held by this agent and worked on: claimed or resumed now, or held before. Says whether it was claimed now.
fn hold(session: &Session<'_>, actor: &Actor, task: &Task) -> Result<(Task, bool), CliError> {
    // It may have landed while we waited for our turn.
    not_over(session, &task.id)?;
    let mine = task
        .claim
        .as_ref()
        .is_some_and(|claim| claim.is_held_by(&actor.by, &actor.clone));
    if !mine {
        return start::hold(session, actor, &task.id);
    }
    if !task.status.is_handed_off() {
        return Ok((task.clone(), false));
    }
    // Elsewhere it may have been sent back already.
    publishing::refresh(session)?;
    not_over(session, &task.id)?;
    let now = session.store().view()?.task(&task.id)?;
    let task = &now.map_or_else(|| task.clone(), Found::into_task);
    if !task.status.is_handed_off() {
        return Ok((task.clone(), false));
    }
    let payload = Payload::TaskResumed {
        task: task.id.clone(),
    };
    if let Err(fault) = actions::put(session, Role::Worker, &payload) {
        not_over(session, &task.id)?;
        return Err(fault);
    }
    paint::note(&format!(
        "{} is in progress again: its handoff no longer stands, and a push of finished work needs a new one",
        task.id
    ));
    let now = session.store().view()?.task(&task.id)?;
    Ok((now.map_or_else(|| task.clone(), Found::into_task), false))
}

fn lead_on(point: &ResumePoint) {
    if point.task.status == Phase::Escalated {
        paint::note(&format!(
            "{} is escalated: it waits for the orchestrator, who retries, returns, rescopes or abandons it; until then nobody commits in its lane",
            point.task.id
        ));
    }
    if point.task.status == Phase::Blocked {
        paint::note(&format!("{} is blocked", point.task.id));
        paint::hint(&command(&["git", "lane", "unblock", point.task.id.as_str()]));
    }
    if let Some(path) = &point.path {
        paint::hint(&format!(
            "cd {}",
            crate::setup::quoted(&path.display().to_string())
        ));
    }
}
