//! Whose commits are that name no lane: those on the branch of a lane on the remote, behind what was handed off, or merged
//! together with a lane's.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::collections::HashSet;

use lane_core::id::TaskId;
use lane_core::record::Phase;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Remote;
use lane_git::Repo;
use lane_git::check_ref_format;
use lane_store::Queue;
use lane_store::TreeView;

use super::fetching::unreachable;
use crate::error::CliError;
use crate::hooks::Owned;
use crate::range::COMMITS_MAX;
use crate::session::Session;

/// The most lanes whose branches are asked for.
const LANES_MAX: usize = 500;

/// The lanes of commits that are on no base, by commit. What is beyond the bound is said in `unseen`.
///
/// # Errors
/// When a record or git cannot be read, or the remote does not answer: what is a lane's would be taken for a person's.
pub(super) fn of_commits(
    session: &Session<'_>,
    view: &TreeView<'_>,
    remote: &Remote,
    base: Oid,
    unseen: &mut Vec<String>,
) -> Result<HashMap<Oid, TaskId>, CliError> {
    let store = session.store().read_only();
    let queue = Queue::read(&store, view)?;
    let begun = queue.cards().iter().filter(|card| card.status != Phase::Todo);
    let lanes: Vec<(TaskId, String)> = begun
        .map(|card| (card.id.clone(), format!("refs/heads/{}", card.branch)))
        .filter(|(_, name)| check_ref_format(name))
        .collect();
    let (lanes, left) = bounded(&lanes);
    unseen.extend(left);
    let names: Vec<&str> = lanes.iter().map(|(_, name)| name.as_str()).collect();
    let tips = match names.is_empty() {
        true => Vec::new(),
        false => session
            .repo
            .remote_refs(remote, &names)
            .map_err(|fault| unreachable(remote, &fault))?,
    };
    let mut found = HashMap::new();
    for (at, (id, _)) in lanes.iter().enumerate() {
        let tip = tips.get(at).copied().flatten();
        for tip in [tip, handed_off(view, id)?].into_iter().flatten() {
            for commit in behind(session.repo, tip, base)? {
                found.entry(commit).or_insert_with(|| id.clone());
            }
        }
    }
    Ok(found)
}

/// The lanes that are asked for, and in words how many are not.
fn bounded<T>(lanes: &[T]) -> (&[T], Option<String>) {
    let (asked, left) = lanes.split_at(lanes.len().min(LANES_MAX));
    let left = (!left.is_empty()).then(|| {
        format!(
            "not looked into for commits that name no lane: {} lanes, for {LANES_MAX} others come before them",
            left.len()
        )
    });
    (asked, left)
}

/// The commit that a task's handoff names. One that cannot be read is told by another rule.
fn handed_off(view: &TreeView<'_>, id: &TaskId) -> Result<Option<Oid>, CliError> {
    let task = view.task(id)?.map(lane_core::view::Found::into_task);
    let Some(checkpoint) = task.and_then(|task| task.handoff) else {
        return Ok(None);
    };
    let record = view.checkpoint(id, &checkpoint).ok().flatten();
    Ok(record.and_then(|record| record.tip.parse().ok()))
}

/// The commits of a lane that are not on the base; none where its tip is not here, for then it is no part of what is judged.
fn behind(repo: &Repo, tip: Oid, base: Oid) -> Result<Vec<Oid>, CliError> {
    if !repo.has_object(tip)? {
        return Ok(Vec::new());
    }
    Ok(repo.rev_list(&[tip], &[base], COMMITS_MAX)?)
}

/// Gives the commits that a merge brought and that name no lane to the one lane that the others of that merge name: what was
/// committed past the hooks has no trailer, and the branch may be gone by now.
pub(super) fn complete_lines(repo: &Repo, tip: Oid, owned: &mut Owned) -> Result<(), CliError> {
    let new: HashSet<Oid> = owned.iter().map(|(commit, _)| *commit).collect();
    for merge in repo.first_parents(tip) {
        let merge = merge?;
        if !new.contains(&merge.id) {
            break;
        }
        let Some((before, brought)) = merge.parents.split_first().filter(|(_, more)| !more.is_empty()) else {
            continue;
        };
        let line: HashSet<Oid> = repo
            .rev_list(brought, &[*before], COMMITS_MAX)?
            .into_iter()
            .collect();
        let of_line = owned.iter().filter(|(commit, _)| line.contains(commit));
        let named: BTreeSet<TaskId> = of_line.filter_map(|(_, owner)| owner.clone()).collect();
        if named.len() > 1 {
            continue;
        }
        for (_, owner) in owned.iter_mut().filter(|(commit, _)| line.contains(commit)) {
            *owner = owner.take().or_else(|| named.first().cloned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lanes_beyond_the_bound_are_counted_in_words() {
        assert_eq!(bounded(&[0; LANES_MAX]), (&[0; LANES_MAX][..], None));
        let (asked, left) = bounded(&[0; LANES_MAX + 2]);
        assert_eq!(asked.len(), LANES_MAX);
        let left = left.expect("what was left out");
        assert!(left.contains("2 lanes, for 500 others"), "{left}");
    }
}
