//! A task: a contract, and who holds it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Acceptance;
use super::Holder;
use super::Phase;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CheckpointId;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::time::Timestamp;

/// `.agents/queue/<xx>/<task>.toml`, and after completion `.agents/archive/<xx>/<task>/task.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The task's id.
    pub id: TaskId,
    /// What it is about: one line.
    pub title: String,
    /// What sort of work it is.
    #[serde(default)]
    pub kind: Kind,
    /// Where it is in its life.
    pub status: Phase,
    /// How soon it is wanted.
    #[serde(default)]
    pub priority: Priority,
    /// How much care it takes; absent = normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// The area that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaName>,
    /// The branch that its commits are on.
    pub branch: String,
    /// An issue elsewhere, like `#123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Free labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The globs that it may change; they become its lock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    /// The globs that it must not change, whatever its scope says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_scope: Vec<String>,
    /// Globs that further locks of this lane were granted for. It only grows, so that commits stay judged
    /// by what was granted when they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<String>,
    /// The tasks that must be done before this one starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<TaskId>,
    /// Free text: problem, locations, references, testing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// When it was added.
    pub created: Timestamp,
    /// How often it has been claimed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// How many checkpoints it has: they are `CP-01` and so on.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub checkpoints: u32,
    /// The handoff that stands: its checkpoint. Absent while somebody works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handoff: Option<CheckpointId>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// What must be true at the end, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acceptance: BTreeMap<String, Acceptance>,
    /// What it waits for, while blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What sort of work a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something new.
    #[default]
    Feature,
    /// Something broken.
    Defect,
    /// An interface that others build on.
    Contract,
    /// Words.
    Docs,
    /// Upkeep.
    Chore,
}

/// How soon a task is wanted. The order is the order of the ready list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// First.
    High,
    /// As it comes.
    #[default]
    Medium,
    /// When nothing else is there.
    Low,
}

/// How much care a task takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// The usual care; the same as no risk given.
    Normal,
    /// Needs further evidence.
    High,
}

/// What a blocked task waits for: another task, a reason, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blocked {
    /// The task that must be done first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<TaskId>,
    /// Why, in words: one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who said so.
    pub by: Agent,
    /// Since when.
    pub since: Timestamp,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// One agent's hold on a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The agent.
    pub by: Agent,
    /// The clone that it acts in.
    pub clone: CloneId,
    /// The lane: `backend:1` in an area, else the task's id.
    pub lane: String,
    /// The fence of this grant.
    pub fence: u64,
    /// Since when.
    pub since: Timestamp,
    /// The how-manieth attempt this is, from 1.
    pub attempt: u32,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Claim {
    /// Who holds the task.
    pub fn holder(&self) -> Holder {
        Holder {
            agent: self.by.clone(),
            clone: self.clone.clone(),
        }
    }

    /// Whether `agent` in `clone` is the holder.
    pub fn is_held_by(&self, agent: &Agent, clone: &CloneId) -> bool {
        self.by == *agent && self.clone == *clone
    }
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Who said so.
    pub by: Agent,
    /// When.
    pub at: Timestamp,
    /// The tip of the task's branch that landed.
    pub tip: String,
    /// The commit of the integration branch that it was found in.
    pub landed: String,
    /// Who had held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Agent>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Task {
    /// A task with nothing but what every task has.
    pub fn new(id: TaskId, title: &str, created: Timestamp) -> Self {
        Self {
            branch: id.to_string(),
            id,
            title: title.to_owned(),
            kind: Kind::default(),
            status: Phase::Todo,
            priority: Priority::default(),
            risk: None,
            area: None,
            issue: None,
            labels: Vec::new(),
            scope: Vec::new(),
            out_of_scope: Vec::new(),
            granted: Vec::new(),
            depends_on: Vec::new(),
            notes: None,
            created,
            attempts: 0,
            checkpoints: 0,
            handoff: None,
            extra: toml::Table::new(),
            acceptance: BTreeMap::new(),
            blocked: None,
            claim: None,
            completion: None,
        }
    }

    /// The globs that this task's lane may change: its scope and what was granted on top.
    pub fn reach(&self) -> Result<Scope, GlobError> {
        Scope::parse(&[self.scope.as_slice(), self.granted.as_slice()].concat())
    }
}
