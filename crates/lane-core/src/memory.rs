//! The state in memory: for replay, and for tests.

use std::collections::BTreeMap;

use crate::apply::Write;
use crate::id::CheckpointId;
use crate::id::LockId;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Checkpoint;
use crate::record::Exception;
use crate::record::Lock;
use crate::record::Meta;
use crate::record::Results;
use crate::record::Task;
use crate::view::Found;
use crate::view::Lane;
use crate::view::Unreadable;
use crate::view::View;

/// All records of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Memory {
    meta: Meta,
    policy: Option<Adopted>,
    live: BTreeMap<TaskId, Task>,
    archive: BTreeMap<TaskId, Task>,
    folded: BTreeMap<String, TaskId>,
    lanes: BTreeMap<TaskId, Lane>,
    locks: BTreeMap<LockId, Lock>,
    exceptions: BTreeMap<OverrideId, Exception>,
    checkpoints: BTreeMap<(TaskId, CheckpointId), Checkpoint>,
    results: BTreeMap<TaskId, Results>,
}

impl Memory {
    /// The state after genesis.
    pub fn genesis(repository: &str) -> Self {
        Self {
            meta: Meta::genesis(repository),
            policy: None,
            live: BTreeMap::new(),
            archive: BTreeMap::new(),
            folded: BTreeMap::new(),
            lanes: BTreeMap::new(),
            locks: BTreeMap::new(),
            exceptions: BTreeMap::new(),
            checkpoints: BTreeMap::new(),
            results: BTreeMap::new(),
        }
    }

    /// Takes one write.
    pub fn write(&mut self, write: Write) {
        match write {
            Write::Meta(meta) => self.meta = *meta,
            Write::Policy(policy) => self.policy = Some(*policy),
            Write::Task(task) => self.put_task(*task),
            Write::Archive(task) => {
                self.live.remove(&task.id);
                self.lanes.remove(&task.id);
                self.archive.insert(task.id.clone(), *task);
            }
            Write::Lock(lock) => drop(self.locks.insert(lock.id.clone(), *lock)),
            Write::DropLock(id) => drop(self.locks.remove(&id)),
            Write::Checkpoint(c) | Write::ArchiveCheckpoint(c) => {
                self.checkpoints
                    .insert((c.task.clone(), c.checkpoint.clone()), *c);
            }
            Write::Results(r) | Write::ArchiveResults(r) => drop(self.results.insert(r.task.clone(), *r)),
            // No decision asks for notes.
            Write::Note(_) => {}
            Write::Exception(e) => drop(self.exceptions.insert(e.id.clone(), *e)),
            Write::DropException(id) => drop(self.exceptions.remove(&id)),
        }
    }

    fn put_task(&mut self, task: Task) {
        match Lane::of(&task) {
            Some(lane) => drop(self.lanes.insert(task.id.clone(), lane)),
            None => drop(self.lanes.remove(&task.id)),
        }
        self.folded
            .insert(task.id.as_str().to_ascii_lowercase(), task.id.clone());
        self.live.insert(task.id.clone(), task);
    }

    /// The live tasks, by id.
    pub fn live(&self) -> impl Iterator<Item = &Task> {
        self.live.values()
    }
}

impl View for Memory {
    fn meta(&self) -> Result<Meta, Unreadable> {
        Ok(self.meta.clone())
    }

    fn policy(&self) -> Result<Adopted, Unreadable> {
        Ok(self.policy.clone().unwrap_or_default())
    }

    fn task(&self, id: &TaskId) -> Result<Option<Found>, Unreadable> {
        let live = self.live.get(id).map(|t| Found::Live(Box::new(t.clone())));
        Ok(live.or_else(|| self.archive.get(id).map(|t| Found::Archived(Box::new(t.clone())))))
    }

    fn twin(&self, id: &TaskId) -> Result<Option<TaskId>, Unreadable> {
        Ok(self.folded.get(&id.as_str().to_ascii_lowercase()).cloned())
    }

    fn checkpoint(&self, task: &TaskId, id: &CheckpointId) -> Result<Option<Checkpoint>, Unreadable> {
        Ok(self.checkpoints.get(&(task.clone(), id.clone())).cloned())
    }

    fn results(&self, task: &TaskId) -> Result<Option<Results>, Unreadable> {
        Ok(self.results.get(task).cloned())
    }

    fn locks(&self) -> Result<Vec<Lock>, Unreadable> {
        Ok(self.locks.values().cloned().collect())
    }

    fn lanes(&self) -> Result<Vec<Lane>, Unreadable> {
        Ok(self.lanes.values().cloned().collect())
    }

    fn exceptions(&self) -> Result<Vec<Exception>, Unreadable> {
        Ok(self.exceptions.values().cloned().collect())
    }
}
