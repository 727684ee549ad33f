//! After a landing: the lane's worktree and its branches go, by the rules of prune. What has to stay is said, and is no fault.

use std::collections::BTreeSet;
use std::time::Duration;

use lane_core::id::TaskId;
use lane_core::record::Completion;
use lane_core::record::Known;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Arrival;
use lane_git::Oid;

use super::look::Look;
use super::look::look;
use super::removing::Removed;
use super::removing::delete_branch;
use super::removing::remove;
use crate::commands::worktrees;
use crate::error::CliError;
use crate::landed::Asks;
use crate::landed::Branch;
use crate::rescue;
use crate::session::Session;
use crate::show::paint;

/// How long the remote is waited for.
const LIMIT: Duration = Duration::from_secs(30);

/// Removes the worktree of a task that has landed (its record as it is in the archive) and its branch, here and on the shared
/// remote, where `[landing] clean_up` asks for it. A branch goes only at a tip that the integration branch has, as the remote has it,
/// or at exactly what landed as another commit, which is kept under `refs/rescue/` first; there, only at the very commit that landed.
/// What stays is said with its reason.
///
/// # Errors
/// When the state or git cannot be asked. Nothing of it takes back the landing.
pub(crate) fn after_landing(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if !session.store().view()?.policy()?.landing.clean_up {
        return Ok(());
    }
    let turn = worktrees::turn(session)?;
    let list = session.repo.worktree_list()?;
    for at in 0..list.len() {
        // Looking into all would cost seconds: only what can be this lane's.
        if at == 0 || !may_be(session, &list[at], task) {
            continue;
        }
        let look = look(session, &list, at)?;
        if look.seen.whose.task() == Some(&task.id) {
            worktree(session, &look)?;
        }
    }
    let landed = task
        .completion
        .as_ref()
        .and_then(|end| end.tip.parse::<Oid>().ok());
    if let Some(landed) = landed {
        keep(session, task, landed)?;
    }
    local(session, task)?;
    drop(turn);
    match landed {
        Some(landed) => there(session, task, landed),
        None => Ok(()),
    }
}

/// What a clean-up that was cut off left: branches, here and as the remote was last seen, that are at exactly what landed of the task
/// that they are named after. The turn to make worktrees must be free.
///
/// # Errors
/// See [`after_landing`].
pub(super) fn left_over(session: &Session<'_>) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let remote = lane_store::remote_name(session.repo)?;
    let theirs = remote.map(|remote| format!("refs/remotes/{remote}/"));
    let mut seen = BTreeSet::new();
    for prefix in ["refs/heads/".to_owned()].into_iter().chain(theirs) {
        for (name, tip) in session.repo.refs_under(&prefix)? {
            let branch = name.strip_prefix(&prefix).unwrap_or_default();
            let Ok(id) = TaskId::new(branch) else { continue };
            let Some(Found::Archived(task)) = view.task(&id)? else {
                continue;
            };
            let is_it = |end: &Completion| end.tip == tip.to_string();
            if task.branch == branch && task.completion.as_ref().is_some_and(is_it) && seen.insert(id) {
                after_landing(session, &task)?;
            }
        }
    }
    Ok(())
}

fn may_be(session: &Session<'_>, worktree: &lane_git::Worktree, task: &Task) -> bool {
    let on_branch = worktree.branch.as_deref() == Some(format!("refs/heads/{}", task.branch).as_str());
    let bound = worktrees::binding_of(session, &worktree.path);
    on_branch || bound.is_some_and(|binding| binding.task == task.id)
}

fn worktree(session: &Session<'_>, look: &Look) -> Result<(), CliError> {
    let path = &look.seen.path;
    let (left, hint) = match remove(session, look) {
        Ok(Removed::Gone) => {
            paint::note(&format!("removed {path}"));
            return Ok(());
        }
        Ok(Removed::Rests(on)) => {
            paint::note(&format!("{path} rests on {on}"));
            return Ok(());
        }
        Ok(Removed::InUse(no)) => (no.what, no.hints.into_iter().next()),
        Ok(Removed::Refused(all)) => {
            let what: Vec<String> = all
                .iter()
                .map(|no| format!("{}: {}", no.ground.id, no.what))
                .collect();
            let hint = all.into_iter().find_map(|no| no.hints.into_iter().next());
            (what.join("; "), hint)
        }
        Err(fault) => (fault.to_string(), None),
    };
    paint::note(&format!("the worktree {path} stays: {left}"));
    hint.iter().for_each(|line| paint::hint(line));
    Ok(())
}

/// Whether the integration branch, as it counts, has a commit.
fn has_landed(session: &Session<'_>, tip: Oid) -> Result<bool, CliError> {
    let branch = Branch::look(session, Asks::Nobody)?;
    Ok(branch.having(session.repo, tip)?.is_some())
}

/// Whether this is what landed, be it as another commit: put on top of others, squashed or rebased, or as somebody said.
fn as_another(task: &Task, tip: Oid) -> bool {
    let end = task.completion.as_ref();
    end.is_some_and(|end| end.tip == tip.to_string())
}

/// Whether somebody said so, and nobody looked whether it is all there.
fn is_said(task: &Task) -> bool {
    let end = task.completion.as_ref();
    end.is_some_and(|end| end.how == Some(Known::Said))
}

/// The change has landed, and these commits have not: they are kept before any branch goes.
fn keep(session: &Session<'_>, task: &Task, tip: Oid) -> Result<(), CliError> {
    if as_another(task, tip) && session.repo.has_object(tip)? && !has_landed(session, tip)? {
        let kept = rescue::keep(session, &task.id, tip)?;
        paint::note(&format!("{}: its own commits are kept in {}", task.id, kept.name));
    }
    Ok(())
}

fn local(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let Some(tip) = session.repo.find_ref(&format!("refs/heads/{}", task.branch))? else {
        return Ok(());
    };
    let outcome = match as_another(task, tip) || has_landed(session, tip)? {
        true => delete_branch(session, task.id.as_str(), &task.branch)?,
        false => Err(format!("{} is not on the integration branch", tip.short())),
    };
    match outcome {
        Ok(()) => paint::note(&format!("deleted branch {}", task.branch)),
        Err(why) => paint::note(&format!("branch {} stays: {why}", task.branch)),
    }
    Ok(())
}

fn there(session: &Session<'_>, task: &Task, landed: Oid) -> Result<(), CliError> {
    let Some(remote) = lane_store::remote_name(session.repo)?.filter(|_| !session.offline()) else {
        return Ok(());
    };
    if !session.repo.has_object(landed)? || is_said(task) && !has_landed(session, landed)? {
        return Ok(());
    }
    let remote = session.repo.remote(&remote, LIMIT)?;
    let name = format!("refs/heads/{}", task.branch);
    let whose = format!("{}'s branch {}", remote.name(), task.branch);
    let asked = session.repo.remote_refs(&remote, &[&name]);
    let deleted = match asked.map(|tips| tips.into_iter().next().flatten()) {
        Ok(None) => return Ok(()),
        Ok(Some(tip)) if tip == landed => session.repo.delete_remote_branch(&remote, &task.branch, landed),
        Ok(Some(tip)) => {
            paint::note(&format!(
                "{whose} stays: it is at {}, which is not what landed",
                tip.short()
            ));
            return Ok(());
        }
        Err(fault) => Err(fault),
    };
    match deleted {
        Ok(Arrival::Taken | Arrival::Same) => paint::note(&format!("deleted {whose}")),
        Ok(Arrival::Raced(why) | Arrival::Refused(why)) => paint::note(&format!("{whose} stays: {why}")),
        Err(fault) => paint::note(&format!("{whose} stays: {fault}")),
    }
    Ok(())
}
