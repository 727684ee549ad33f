//! Whose commits are by what was handed off: a commit between base and tip of a handoff is that task's, whatever its message says.

use std::collections::HashMap;

use lane_core::id::TaskId;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_store::TreeView;

use super::arriving::Owned;
use crate::error::CliError;
use crate::range::COMMITS_MAX;

/// The tasks of commits, the one whose handoff has the fewest first.
type Handed = HashMap<Oid, Vec<TaskId>>;

/// Gives commits that were handed off to the task of that handoff. What carries another task and is on that one's branch, as
/// it is here, stays that one's: it came by a merge. `known`: what others have on the integration branch.
///
/// # Errors
/// When git or a record cannot be read.
pub(super) fn claim(
    repo: &Repo,
    view: &TreeView<'_>,
    known: &[Oid],
    owned: &mut Owned,
) -> Result<(), CliError> {
    let handed = handed(repo, view, known)?;
    for (commit, owner) in owned {
        let Some(tasks) = handed.get(commit) else { continue };
        let stays = match owner.as_ref() {
            Some(task) => tasks.contains(task) || is_on_branch(repo, view, task, *commit)?,
            None => false,
        };
        if !stays {
            *owner = tasks.first().cloned();
        }
    }
    Ok(())
}

fn handed(repo: &Repo, view: &TreeView<'_>, known: &[Oid]) -> Result<Handed, CliError> {
    let mut ranges: Vec<(TaskId, Vec<Oid>)> = Vec::new();
    for lane in view.lanes()? {
        let Some(task) = view.task(&lane.task)?.map(Found::into_task) else {
            continue;
        };
        // One that cannot be read is told by another rule.
        let record = task
            .handoff
            .as_ref()
            .and_then(|id| view.checkpoint(&task.id, id).ok().flatten());
        let Some(record) = record else { continue };
        let here = |name: &str| {
            let oid = name.parse::<Oid>().ok()?;
            repo.has_object(oid).is_ok_and(|has| has).then_some(oid)
        };
        // What is not here is no part of what arrives.
        let Some(tip) = here(&record.tip) else { continue };
        let base = record.base.as_deref().and_then(here);
        let before: Vec<Oid> = known.iter().copied().chain(base).collect();
        ranges.push((task.id, repo.rev_list(&[tip], &before, COMMITS_MAX)?));
    }
    ranges.sort_by_key(|(_, commits)| commits.len());
    let mut handed = Handed::new();
    for (task, commits) in ranges {
        for commit in commits {
            handed.entry(commit).or_default().push(task.clone());
        }
    }
    Ok(handed)
}

fn is_on_branch(repo: &Repo, view: &TreeView<'_>, task: &TaskId, commit: Oid) -> Result<bool, CliError> {
    let Some(task) = view.task(task)?.map(Found::into_task) else {
        return Ok(false);
    };
    for tip in crate::delivery::branch_tips(repo, view, &task)? {
        if repo.has_object(tip)? && repo.is_ancestor(commit, tip)? {
            return Ok(true);
        }
    }
    Ok(false)
}
