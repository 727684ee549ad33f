//! Whose commits are by what was handed off: a commit between base and tip of a handoff is that task's, whatever its message says, and so
//! is one that makes the same change.

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

/// The most commits of nobody that are compared with what was handed off.
const COMPARED: usize = 200;

/// What was handed off of a task.
struct Handed {
    task: TaskId,
    base: Option<Oid>,
    tip: Oid,
    /// Its commits that are not known.
    commits: Vec<Oid>,
}

/// Gives commits that were handed off to the task of that handoff: of several to the one with the fewest. What carries another
/// task and is on that one's branch, as it is here, stays that one's: it came by a merge. What carries none and is the same
/// change as a handoff in all is a squash of that. `known`: what others have on the integration branch.
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
    let mut tasks_of: HashMap<Oid, Vec<&TaskId>> = HashMap::new();
    for one in &handed {
        for commit in &one.commits {
            tasks_of.entry(*commit).or_default().push(&one.task);
        }
    }
    for (commit, owner) in owned.iter_mut() {
        let Some(tasks) = tasks_of.get(commit) else {
            continue;
        };
        let stays = match owner.as_ref() {
            Some(task) => tasks.contains(&task) || is_on_branch(repo, view, task, *commit)?,
            None => false,
        };
        if !stays {
            *owner = tasks.first().map(|task| (*task).clone());
        }
    }
    squashed(repo, &handed, owned)
}

fn handed(repo: &Repo, view: &TreeView<'_>, known: &[Oid]) -> Result<Vec<Handed>, CliError> {
    let mut handed: Vec<Handed> = Vec::new();
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
        handed.push(Handed {
            task: task.id,
            base,
            tip,
            commits: repo.rev_list(&[tip], &before, COMMITS_MAX)?,
        });
    }
    handed.sort_by_key(|one| one.commits.len());
    Ok(handed)
}

/// Gives what is nobody's and makes the whole change of a handoff to its task.
fn squashed(repo: &Repo, handed: &[Handed], owned: &mut Owned) -> Result<(), CliError> {
    let mut lanes = Vec::new();
    for one in handed {
        if let Some(base) = one.base {
            lanes.push((one, base, repo.patch_paths(base, one.tip)?));
        }
    }
    if lanes.is_empty() {
        return Ok(());
    }
    let of_nobody = owned.iter_mut().filter(|(_, owner)| owner.is_none());
    for (commit, owner) in of_nobody.take(COMPARED) {
        let [parent] = repo.commit(*commit)?.parents[..] else {
            continue;
        };
        let paths = repo.patch_paths(parent, *commit)?;
        for (one, base, _) in lanes.iter().filter(|(.., of_lane)| *of_lane == paths) {
            let ids = (repo.patch_id(parent, *commit), repo.patch_id(*base, one.tip));
            // What cannot be read, as in a clone without blobs, is nobody's still.
            if matches!(ids, (Ok(Some(here)), Ok(Some(there))) if here == there) {
                *owner = Some(one.task.clone());
                break;
            }
        }
    }
    Ok(())
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
