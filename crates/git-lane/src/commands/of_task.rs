//! The events of one task, its locks' among them, gathered while the ledger is read backwards.

use lane_core::event::Payload;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_store::Entry;

/// What was gathered. What happened to a lock comes before the claim or grant that says whose it is: such events wait
/// until then.
pub(super) struct OfTask {
    task: TaskId,
    limit: usize,
    found: Vec<Entry>,
    pending: Vec<(Vec<LockId>, Entry)>,
    known: bool,
    born: bool,
}

impl OfTask {
    /// At most `limit` events, the newest.
    pub(super) fn new(task: &TaskId, limit: usize) -> Self {
        Self {
            task: task.clone(),
            limit,
            found: Vec::new(),
            pending: Vec::new(),
            known: false,
            born: false,
        }
    }

    /// The next event before the last one. One that is not `wanted` may still say whose a lock was.
    pub(super) fn take(&mut self, entry: &Entry, wanted: bool) {
        let what = &entry.event.what;
        let wait = |locks: Vec<LockId>| wanted.then(|| (locks, entry.clone()));
        match what {
            Payload::LockReleased { lock } | Payload::LockReclaimed { lock, .. } => {
                self.pending.extend(wait(vec![lock.clone()]));
            }
            Payload::LockRenewed { locks, .. } => self.pending.extend(wait(locks.clone())),
            _ => {
                let own = what.task() == Some(&self.task);
                if own {
                    self.known = true;
                    self.found.extend(wanted.then(|| entry.clone()));
                    // Nothing happened to a task before it was added.
                    self.born = matches!(what, Payload::TaskAdded { .. });
                }
                if let Payload::TaskClaimed { lock, .. } | Payload::LockGranted { lock, .. } = what {
                    self.settle(lock, own);
                }
            }
        }
    }

    /// Whose a lock was is known now.
    fn settle(&mut self, lock: &LockId, own: bool) {
        let mut pending = Vec::new();
        for (mut locks, entry) in std::mem::take(&mut self.pending) {
            let before = locks.len();
            locks.retain(|other| other != lock);
            match (own && locks.len() < before, locks.is_empty()) {
                (true, _) => self.found.push(entry),
                (false, false) => pending.push((locks, entry)),
                (false, true) => {}
            }
        }
        self.pending = pending;
    }

    /// Whether no event before the last one can be among those that are wanted.
    pub(super) fn is_enough(&mut self) -> bool {
        if self.born {
            return true;
        }
        if self.found.len() < self.limit {
            return false;
        }
        self.sort();
        let oldest = self.found.last().map_or(0, |entry| entry.event.seq);
        self.pending.retain(|(_, entry)| entry.event.seq > oldest);
        self.pending.is_empty()
    }

    /// Whether the task was met at all.
    pub(super) fn is_known(&self) -> bool {
        self.known
    }

    /// The events, the newest first.
    pub(super) fn finish(mut self) -> Vec<Entry> {
        self.sort();
        self.found
    }

    fn sort(&mut self) {
        self.found.sort_by_key(|entry| std::cmp::Reverse(entry.event.seq));
        self.found.truncate(self.limit);
    }
}
