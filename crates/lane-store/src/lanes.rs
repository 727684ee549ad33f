//! The claimed tasks of a state: a small cache, so that finding them costs the same at 100 and at 100,000 tasks.

use std::collections::BTreeMap;

use lane_core::id::TaskId;
use lane_core::view::Lane;
use lane_core::view::Unreadable;
use lane_git::Oid;

use crate::cache;
use crate::cache::Step;
use crate::store::Store;

/// All lanes at a state's tree, by task; kept for the next reader if `keep`.
pub(crate) fn read(store: &Store<'_>, tree: Oid, keep: bool) -> Result<Vec<Lane>, Unreadable> {
    let path = store.local_dir().join("cache/lanes");
    let queue = cache::queue_tree(store, tree)?;
    let cached = cache::load::<Vec<Lane>>(store, &path);
    if let Some((at, lanes)) = &cached
        && *at == queue
    {
        return Ok(lanes.clone());
    }
    let (at, lanes) = cached.map_or((None, Vec::new()), |(at, lanes)| (Some(at), lanes));
    let steps = cache::steps(store, tree, at)?;
    // Against a lost base the steps are the whole queue, and what was cached says nothing.
    let kept = if at.is_some_and(|at| store.repo.has_object(at).unwrap_or(false)) {
        lanes
    } else {
        Vec::new()
    };
    let lanes = follow(kept, steps);
    if keep {
        cache::save(&path, queue, &lanes);
    }
    Ok(lanes)
}

fn follow(lanes: Vec<Lane>, steps: Vec<Step>) -> Vec<Lane> {
    let mut by_task: BTreeMap<TaskId, Lane> =
        lanes.into_iter().map(|lane| (lane.task.clone(), lane)).collect();
    for step in steps {
        match step {
            Step::Put(task) => match Lane::of(&task) {
                Some(lane) => drop(by_task.insert(task.id.clone(), lane)),
                None => drop(by_task.remove(&task.id)),
            },
            Step::Gone(id) | Step::Broken(id, _) => cache::forget(&mut by_task, &id),
        }
    }
    by_task.into_values().collect()
}
