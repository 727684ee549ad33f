//! What was handed off and is not here: a host that squashes or rebases leaves the lane's own commits behind, and what landed is
//! compared with them.

use std::collections::BTreeMap;
use std::collections::HashSet;

use lane_core::apply::standing_handoff;
use lane_core::id::TaskId;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Remote;
use lane_git::Repo;
use lane_store::TreeView;

use crate::error::CliError;
use crate::hooks::Arriving;
use crate::hooks::task_named;

/// The most handoffs that are fetched.
const FETCHED_MAX: usize = 50;

/// Fetches what lanes in flight, and tasks that what landed names, were handed off at. What the remote does not hand out is said in
/// `unseen`: what stands for it is found in nothing then.
///
/// # Errors
/// When a record or git cannot be read.
pub(super) fn fetch(
    arriving: &Arriving<'_>,
    remote: &Remote,
    unseen: &mut Vec<String>,
) -> Result<(), CliError> {
    let (repo, view) = (arriving.repo, arriving.view);
    let commits = &arriving.commits()?;
    if !is_rewritten(repo, arriving.tip, commits)? {
        return Ok(());
    }
    let mut wanted: BTreeMap<TaskId, Oid> = BTreeMap::new();
    for id in tasks(repo, view, commits)? {
        let Some(task) = view.task(&id)?.map(Found::into_task) else {
            continue;
        };
        // One that cannot be read is told by another rule.
        let handoff = standing_handoff(view, &task).ok().flatten();
        let judged = task
            .verdict
            .values()
            .next_back()
            .map(|verdict| verdict.tip.clone());
        let tip = judged.or(handoff.map(|handoff| handoff.tip));
        if let Some(tip) = tip.and_then(|tip| tip.parse::<Oid>().ok())
            && !repo.has_object(tip)?
        {
            wanted.insert(id, tip);
        }
        if wanted.len() == FETCHED_MAX {
            break;
        }
    }
    let all: Vec<Oid> = wanted.values().copied().collect();
    if all.is_empty() || repo.fetch_commits(remote, &all, None).is_ok() {
        return Ok(());
    }
    for (id, tip) in wanted {
        if repo.fetch_commits(remote, &[tip], None).is_err() {
            unseen.push(format!(
                "{id} was judged at {}, which {} does not hand out: whether something else stands for it is not known",
                tip.short(),
                remote.name()
            ));
        }
    }
    Ok(())
}

/// Whether the branch's own line has something new that is no merge: a merge brings the lane's own commits.
fn is_rewritten(repo: &Repo, tip: Oid, commits: &[Oid]) -> Result<bool, CliError> {
    let new: HashSet<&Oid> = commits.iter().collect();
    for commit in repo.first_parents(tip) {
        let commit = commit?;
        if !new.contains(&commit.id) {
            return Ok(false);
        }
        if commit.parents.len() < 2 {
            return Ok(true);
        }
    }
    Ok(false)
}

fn tasks(repo: &Repo, view: &TreeView<'_>, commits: &[Oid]) -> Result<Vec<TaskId>, CliError> {
    let mut tasks: Vec<TaskId> = view.lanes()?.into_iter().map(|lane| lane.task).collect();
    for commit in commits {
        let message = repo.commit(*commit)?.message;
        let named = task_named(&String::from_utf8_lossy(&message)).map(TaskId::new);
        tasks.extend(named.and_then(Result::ok));
    }
    tasks.sort();
    tasks.dedup();
    Ok(tasks)
}
