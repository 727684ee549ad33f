//! `git lane worktree rebuild`: a lane's worktree is made again from its branch, and what was in it is kept.

use std::path::Path;
use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Worktree;
use lane_git::same_place;
use lane_store::Actor;

use super::areas;
use super::judge::Whose;
use super::look::Look;
use super::look::look;
use super::look::shown;
use super::prune;
use super::removing::Removed;
use super::removing::remove;
use crate::commands::Outcome;
use crate::commands::making;
use crate::commands::worktrees;
use crate::error::CliError;
use crate::session::Session;
use crate::setup::quoted;
use crate::show::paint;
use crate::show::refusal;

/// Make a lane's worktree again, whether its folder is gone, damaged or full of what is not wanted; what was in it is kept.
///
/// For whoever holds the task, or reviews or tests it now. What is in the worktree is kept or refuses as by `prune`:
/// uncommitted and untracked files and commits under `refs/rescue/TASK/TIME`; ignored files outside of `[lanes]
/// disposable`, submodules that hold something, repositories within, an operation under way refuse. Then it is made from the
/// branch, and is the claim's again. Cut off at any moment, the same command goes on.
#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// The task
    pub(crate) id: TaskId,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Rebuild) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    let task = held(session, &args.id)?;
    let turn = worktrees::turn(session)?;
    let list = session.repo.worktree_list()?;
    let at = worktrees::registered(session, &task, &list)?;
    may(session, &actor, &task, at.map(|at| &list[at]))?;
    branch_is_free(&task, &list, at)?;
    let (path, mark) = match at {
        None => {
            let (path, mark) = match areas::of(session, &task)? {
                None => (worktrees::new_place(session, &task, &list)?, None),
                Some(area) => areas::new_place(session, &task, &area)?,
            };
            if args.dry_run {
                paint::out(&format!(
                    "would make {} from branch {}",
                    shown(&path),
                    task.branch
                ));
            }
            (path, mark)
        }
        Some(at) => {
            let look = given_up(session, &task, (&list, at))?;
            let outcome = match args.dry_run {
                true => prune::would(&look),
                false => remove(session, &look)?,
            };
            if let Some(code) = refused(session, outcome) {
                return Ok(code);
            }
            if args.dry_run {
                paint::out(&format!(
                    "would make {} again from branch {}{}",
                    look.seen.path,
                    task.branch,
                    prune::would_keep(&look)
                ));
            }
            (look.worktree.path, look.mark)
        }
    };
    if args.dry_run {
        return Ok(ExitCode::SUCCESS);
    }
    session.source.failpoint("worktree-removed");
    making::worktree(session, &task, &path, mark.as_ref(), &turn)?;
    session.source.failpoint("worktree-made");
    worktrees::bind(&path, &actor, &task, false)?;
    tell(&task, &path);
    Ok(ExitCode::SUCCESS)
}

fn tell(task: &Task, path: &Path) {
    paint::out(&path.display().to_string());
    paint::note(&format!("made again from branch {}", task.branch));
    paint::hint(&format!("cd {}", quoted(&path.display().to_string())));
}

/// The task, if it lives, somebody holds it, and lanes have worktrees.
fn held(session: &Session<'_>, id: &TaskId) -> Result<Task, CliError> {
    let store = session.store();
    let view = store.view()?;
    let task = match view.task(id)? {
        Some(Found::Live(task)) => *task,
        Some(Found::Archived(_)) => {
            let what = format!("{id} has ended, and its worktree is not made again");
            let no = Refusal::new(&ground::NOT_IN_PHASE, what);
            return Err(no.hint("git lane worktree prune").into());
        }
        None => {
            let no = Refusal::new(&ground::NO_SUCH_TASK, format!("there is no task {id}"));
            return Err(no.hint("git lane task list").into());
        }
    };
    if view.policy()?.lanes.mode == Mode::A {
        return Err(Refusal::input("the policy's mode is A: one branch, no worktrees")
            .hint("git switch")
            .into());
    }
    if task.claim.is_none() {
        let what = format!("nobody holds {id}, so it has no worktree to be made again");
        let start = command(&["git", "lane", "start", id.as_str()]);
        return Err(Refusal::new(&ground::NOT_HOLDER, what).hint(start).into());
    }
    Ok(task)
}

/// For its holder, for whoever's turn it is in its lane, and for whom its worktree is bound to.
fn may(
    session: &Session<'_>,
    actor: &Actor,
    task: &Task,
    worktree: Option<&Worktree>,
) -> Result<(), CliError> {
    let Some(claim) = &task.claim else { return Ok(()) };
    let binding = worktree.and_then(|one| worktrees::binding_of(session, &one.path));
    let is_turn = task
        .committer()
        .is_some_and(|holder| holder.agent == actor.by && holder.clone == actor.clone);
    let is_bound =
        binding.is_some_and(|b| b.task == task.id && b.agent == actor.by && b.fence == claim.fence);
    if is_turn || is_bound || claim.is_held_by(&actor.by, &actor.clone) {
        return Ok(());
    }
    let elsewhere = match claim.by == actor.by {
        true => " in another clone",
        false => "",
    };
    let what = format!("{} is held by {}{elsewhere}", task.id, claim.by);
    let show = command(&["git", "lane", "show", task.id.as_str()]);
    Err(Refusal::new(&ground::NOT_HOLDER, what).hint(show).into())
}

/// No other worktree has the branch, so that it can be made after the old one went.
fn branch_is_free(task: &Task, list: &[Worktree], own: Option<usize>) -> Result<(), CliError> {
    let branch = format!("refs/heads/{}", task.branch);
    let own = own.map(|at| &list[at].path);
    let is_other = |one: &&Worktree| {
        one.branch.as_ref() == Some(&branch) && own.is_none_or(|own| !same_place(own, &one.path))
    };
    let Some(other) = list.iter().find(is_other) else {
        return Ok(());
    };
    let path = shown(&other.path);
    let what = format!("branch {} is checked out in {path}", task.branch);
    let away = format!("git -C {} switch --detach", quoted(&path));
    Err(Refusal::new(&ground::WORKTREE_IN_USE, what).hint(away).into())
}

/// The worktree, looked at as one that its holder gives up: one that was there before the lane is none.
fn given_up(session: &Session<'_>, task: &Task, (list, at): (&[Worktree], usize)) -> Result<Look, CliError> {
    let mut look = look(session, list, at)?;
    look.seen.rests = false;
    let lent = worktrees::binding_of(session, &list[at].path).is_some_and(|binding| binding.here);
    match lent {
        true => look.seen.whose = Whose::Borrowed(task.id.clone()),
        false => look.give_up(&task.id),
    }
    Ok(look)
}

/// Says what stands against it, and gives the exit code then.
fn refused(session: &Session<'_>, outcome: Removed) -> Option<ExitCode> {
    let all = match outcome {
        Removed::Gone | Removed::Rests(_) => return None,
        Removed::InUse(no) if no.hints.is_empty() => vec![no.hint("git lane worktree list")],
        Removed::InUse(no) => vec![no],
        Removed::Refused(all) => all,
    };
    all.iter().for_each(|no| refusal::print(no, session.source.now()));
    Some(ExitCode::from(3))
}
