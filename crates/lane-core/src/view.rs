//! What `apply` sees of the state: locks and lanes always, other records by id.

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CheckpointId;
use crate::id::CloneId;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Checkpoint;
use crate::record::Exception;
use crate::record::Lock;
use crate::record::Meta;
use crate::record::Phase;
use crate::record::Results;
use crate::record::Task;

/// A record that is there and cannot be read: the state is never written over it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path} on the state ref {fault}")]
pub struct Unreadable {
    /// The record's path in the state's tree.
    pub path: String,
    /// What is wrong with it.
    pub fault: String,
}

/// A task by its id: live, or archived after completion.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// In the queue.
    Live(Box<Task>),
    /// In the archive.
    Archived(Box<Task>),
}

impl Found {
    /// The task, wherever it is.
    pub fn into_task(self) -> Task {
        match self {
            Self::Live(task) | Self::Archived(task) => *task,
        }
    }
}

/// A claimed task, in brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The task.
    pub task: TaskId,
    /// Where it is in its life.
    pub status: Phase,
    /// The lane's name.
    pub lane: String,
    /// The task's area.
    pub area: Option<AreaName>,
    /// The task's branch.
    pub branch: String,
    /// The holder's name.
    pub by: Agent,
    /// The holder's clone.
    pub clone: CloneId,
    /// The claim's fence.
    pub fence: u64,
    /// Who reviews or tests it.
    pub assigned: Option<Agent>,
}

impl Lane {
    /// The lane of a claimed task.
    pub fn of(task: &Task) -> Option<Self> {
        let claim = task.claim.as_ref()?;
        Some(Self {
            task: task.id.clone(),
            status: task.status,
            lane: claim.lane.clone(),
            area: task.area.clone(),
            branch: task.branch.clone(),
            by: claim.by.clone(),
            clone: claim.clone.clone(),
            fence: claim.fence,
            assigned: task.assigned.as_ref().map(|assigned| assigned.by.clone()),
        })
    }

    /// Who has a place of the pool for it: its holder while in progress, else who reviews or tests it.
    pub fn at_work(&self) -> Option<&Agent> {
        match self.status {
            Phase::InProgress => Some(&self.by),
            _ => self.assigned.as_ref(),
        }
    }
}

/// A state to decide on.
pub trait View {
    /// The head record.
    fn meta(&self) -> Result<Meta, Unreadable>;
    /// The adopted policy; the defaults before one was adopted.
    fn policy(&self) -> Result<Adopted, Unreadable>;
    /// A task by its exact id.
    fn task(&self, id: &TaskId) -> Result<Option<Found>, Unreadable>;
    /// The id, live or archived, that equals `id` when case is ignored.
    fn twin(&self, id: &TaskId) -> Result<Option<TaskId>, Unreadable>;
    /// A checkpoint of a task, live or archived.
    fn checkpoint(&self, task: &TaskId, id: &CheckpointId) -> Result<Option<Checkpoint>, Unreadable>;
    /// The results of a task's checks, live or archived.
    fn results(&self, task: &TaskId) -> Result<Option<Results>, Unreadable>;
    /// All live locks, by id.
    fn locks(&self) -> Result<Vec<Lock>, Unreadable>;
    /// All claimed tasks, by id.
    fn lanes(&self) -> Result<Vec<Lane>, Unreadable>;
    /// All overrides that are kept, by id.
    fn exceptions(&self) -> Result<Vec<Exception>, Unreadable>;
    /// An override by its id.
    fn exception(&self, id: &OverrideId) -> Result<Option<Exception>, Unreadable> {
        Ok(self.exceptions()?.into_iter().find(|e| e.id == *id))
    }
}
