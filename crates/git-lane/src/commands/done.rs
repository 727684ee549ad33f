//! `git lane done`: a task whose tip is on the integration branch is complete.

use std::path::Path;
use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;

use super::Outcome;
use crate::actions;
use crate::cli::One;
use crate::error::CliError;
use crate::hooks::TRAILER;
use crate::integration;
use crate::session::Session;
use crate::show::moves_next::never_judged;
use crate::show::paint;
use crate::unbinding;

pub(super) fn run(session: &Session<'_>, args: &One) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let (found, policy) = (view.task(&args.id)?, view.policy()?);
    let task = found.clone().map(Found::into_task);
    let (tip, landed) = match found {
        // A task that cannot be done for other reasons is refused for those, by `apply`.
        Some(Found::Live(task)) if task.claim.is_some() => landed(session, &task)?,
        _ => (Oid::ZERO, Oid::ZERO),
    };
    let payload = Payload::TaskDone {
        task: args.id.clone(),
        tip: tip.to_string(),
        landed: landed.to_string(),
        how: Some(Known::Ancestor),
        landing: None,
    };
    let borrowed = unbinding::borrowed(session, &args.id)?;
    actions::put(session, Role::Worker, &payload)?;
    unbinding::free(&borrowed)?;
    paint::note(&format!("done {}: archived at {}", args.id, tip.short()));
    // It has landed, and that is a fact; what stood in its way is for who looks.
    if let Some(task) = task.filter(|_| policy.lanes.mode == Mode::B) {
        let missing = never_judged(&task, &tip.to_string(), &policy.pipeline);
        let names: Vec<&str> = missing.iter().map(|stage| stage.name()).collect();
        if !names.is_empty() {
            paint::note(&format!("it landed without a verdict of {}", names.join(", ")));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The command that lands a task, or that closes it once it has landed.
pub(crate) fn landing(session: &Session<'_>, task: &Task) -> Result<String, CliError> {
    let mode = session.store().view()?.policy()?.lanes.mode;
    match landed(session, task) {
        Ok(_) => Ok(command(&["git", "lane", "done", task.id.as_str()])),
        Err(CliError::Refused(_)) if mode == Mode::B => {
            Ok(command(&["git", "lane", "land", task.id.as_str()]))
        }
        Err(CliError::Refused(no)) if !no.hints.is_empty() => Ok(no.hints[0].clone()),
        Err(fault) => Err(fault),
    }
}

/// The tip of the task's branch, and the integration branch's commit that contains it.
fn landed(session: &Session<'_>, task: &Task) -> Result<(Oid, Oid), CliError> {
    let repo = session.repo;
    let main = integration::name(&session.store())?;
    let tips = integration::tips(repo, &main)?;
    let names: Vec<&str> = tips.iter().map(|(name, _)| name.as_str()).collect();
    let carried = carried(session, &task.id, &names)?;
    let Some(newest) = carried else {
        let what = format!("no commit on {main} carries `{TRAILER}: {}`", task.id);
        return Err(not_landed(session, task, &main, what)?);
    };
    let own = integration::tips(repo, &task.branch)?;
    let mut first = None;
    // Every tip of the branch, here and on the remote: work that is on one of them only would be locked out.
    for tip in own.iter().map(|(_, tip)| *tip).rev().chain([newest]) {
        let Some((_, landed)) = find_landed(repo, tip, &tips)? else {
            let what = format!("the tip of {}, {}, is not on {main}", task.branch, tip.short());
            return Err(not_landed(session, task, &main, what)?);
        };
        first.get_or_insert((tip, landed));
    }
    Ok(first.unwrap_or((newest, newest)))
}

fn find_landed(repo: &Repo, tip: Oid, tips: &[(String, Oid)]) -> Result<Option<(String, Oid)>, CliError> {
    for (name, landed) in tips {
        if repo.is_ancestor(tip, *landed)? {
            return Ok(Some((name.clone(), *landed)));
        }
    }
    Ok(None)
}

fn not_landed(session: &Session<'_>, task: &Task, main: &str, what: String) -> Result<CliError, CliError> {
    let hint = merging(session, main, &task.branch)?;
    Ok(Refusal::new(&ground::NOT_LANDED, what).hint(hint).into())
}

/// The command that merges the lane. A branch is checked out in one worktree only, so it is run where that is.
fn merging(session: &Session<'_>, main: &str, branch: &str) -> Result<String, CliError> {
    let wanted = format!("refs/heads/{main}");
    let list = session.repo.worktree_list()?;
    let there = list
        .iter()
        .find(|w| w.branch.as_deref() == Some(wanted.as_str()) && !w.prunable);
    let merge = command(&["git", "merge", "--no-ff", "--no-edit", branch]);
    let folder = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let here = session.repo.work_dir().map(folder);
    Ok(match there {
        Some(w) if here == Some(folder(&w.path)) => merge,
        Some(w) => {
            let main_folder = w.path.display().to_string();
            command(&["git", "-C", &main_folder, "merge", "--no-ff", "--no-edit", branch])
        }
        None => format!("{} && {merge}", command(&["git", "switch", main])),
    })
}

/// The newest commit of the integration branch that carries the task's trailer.
fn carried(session: &Session<'_>, id: &TaskId, refs: &[&str]) -> Result<Option<Oid>, CliError> {
    let found = super::task_commits::of_task(session.repo, refs, id, None, 1)?;
    Ok(found.first().map(|commit| commit.id))
}
