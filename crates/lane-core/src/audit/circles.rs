//! Tasks that wait for one another, so that none of them can ever begin.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Flaw;
use super::FlawKind;
use super::flaw;
use crate::id::TaskId;
use crate::record::Task;

/// What a task waits for: its dependencies, its parts, and the task that blocks it.
pub(super) fn waits_for(task: &Task) -> impl Iterator<Item = &TaskId> {
    let blocker = task.blocked.iter().filter_map(|b| b.on.as_ref());
    task.depends_on.iter().chain(&task.children).chain(blocker)
}

/// The open parts of the same parent that land before this one.
fn earlier<'a>(task: &Task, live: &BTreeMap<&'a TaskId, &'a Task>) -> Vec<&'a TaskId> {
    let parent = task.parent.as_ref().and_then(|parent| live.get(parent));
    let (Some(parent), Some(own)) = (parent, task.merge_order) else {
        return Vec::new();
    };
    let is_before = |id: &&TaskId| {
        let order = live.get(*id).and_then(|other| other.merge_order);
        order.is_some_and(|order| order < own)
    };
    parent.children.iter().filter(is_before).collect()
}

/// Kahn's order: what can be done, is done; what is left waits for itself.
pub(super) fn find(live: &BTreeMap<&TaskId, &Task>, flaws: &mut Vec<Flaw>) {
    let mut open: BTreeMap<&TaskId, BTreeSet<&TaskId>> = BTreeMap::new();
    let mut waiters: BTreeMap<&TaskId, Vec<&TaskId>> = BTreeMap::new();
    for (id, task) in live {
        let on = waits_for(task).filter(|on| live.contains_key(on));
        let on: BTreeSet<&TaskId> = on.chain(earlier(task, live)).collect();
        for on in &on {
            waiters.entry(on).or_default().push(id);
        }
        open.insert(id, on);
    }
    let mut free: Vec<&TaskId> = open
        .iter()
        .filter(|(_, on)| on.is_empty())
        .map(|(id, _)| *id)
        .collect();
    while let Some(id) = free.pop() {
        open.remove(id);
        for waiter in waiters.remove(id).unwrap_or_default() {
            if let Some(on) = open.get_mut(waiter) {
                on.remove(id);
                if on.is_empty() {
                    free.push(waiter);
                }
            }
        }
    }
    let fault = "waits for itself, or for tasks that do";
    flaws.extend(open.keys().map(|id| flaw(FlawKind::Circle, *id, fault)));
}
