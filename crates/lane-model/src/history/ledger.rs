//! The ledger as a witness sees it: what of each event concerns a key, in the order of the chain.

use std::collections::BTreeMap;

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::id::LockId;
use serde::Deserialize;
use serde::Serialize;

use super::operation::Act;

/// An event of the ledger that changed who holds a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The event's place in the ledger.
    pub seq: u64,
    /// The event's id.
    pub event: String,
    /// The agent that acted.
    pub agent: String,
    /// In which clone.
    pub clone: String,
    /// What it did.
    pub act: Act,
    /// To which task or path.
    pub key: String,
}

/// What a lock's id stands for, while it lives.
enum Grant {
    /// It came with a task's claim.
    Claim(String),
    /// It is a lock on these globs.
    Path(String),
}

/// The entries of a ledger, whose events are given from the first to the last. Events that change nobody's hold
/// (notes, renewals, policies) are left out.
pub fn ledger_of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<Entry> {
    let mut grants = BTreeMap::new();
    let concern = |event: &Event| {
        let (act, key) = act_of(&event.what, &mut grants)?;
        Some(Entry {
            seq: event.seq,
            event: event.id.clone(),
            agent: event.by.to_string(),
            clone: event.clone.to_string(),
            act,
            key,
        })
    };
    events.into_iter().filter_map(concern).collect()
}

fn act_of(what: &Payload, grants: &mut BTreeMap<LockId, Grant>) -> Option<(Act, String)> {
    match what {
        Payload::TaskAdded { task } => Some((Act::Add, task.id.to_string())),
        Payload::TaskClaimed { task, lock } => {
            grants.insert(lock.clone(), Grant::Claim(task.to_string()));
            Some((Act::Claim, task.to_string()))
        }
        Payload::TaskReleased { task, .. } => Some((Act::Release, task.to_string())),
        Payload::TaskDone { task, .. } => Some((Act::Done, task.to_string())),
        Payload::LockGranted { lock, scope, .. } => {
            let key = scope.join(" ");
            grants.insert(lock.clone(), Grant::Path(key.clone()));
            Some((Act::Lock, key))
        }
        Payload::LockReleased { lock } => match grants.remove(lock)? {
            Grant::Path(key) => Some((Act::Unlock, key)),
            Grant::Claim(_) => None,
        },
        Payload::LockReclaimed { lock, .. } => match grants.remove(lock)? {
            Grant::Path(key) => Some((Act::ReclaimLock, key)),
            Grant::Claim(task) => Some((Act::Reclaim, task)),
        },
        _ => None,
    }
}
