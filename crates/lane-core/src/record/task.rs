//! A task: a contract, and who holds it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Acceptance;
use super::Assigned;
use super::Holder;
use super::Known;
use super::Landing;
use super::Mark;
use super::Phase;
use super::Signed;
use super::Stage;
use super::Trouble;
use super::Verdict;
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
    /// The task that this one is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<TaskId>,
    /// Which part of it this is: one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slice: Option<String>,
    /// Its place among the parts, from 1: a part lands after all with a smaller number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merge_order: Option<u32>,
    /// Its own parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<TaskId>,
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
    /// Everybody who ever claimed it: none of them approves it, unless the policy says so.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Agent>,
    /// When it came to the phase that it is in; absent where it never moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered: Option<Timestamp>,
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
    /// Who reviews or tests it now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned: Option<Assigned>,
    /// What went wrong last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<Trouble>,
    /// How often each stage failed since the contract was last settled.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failed: BTreeMap<Stage, u32>,
    /// The last verdict of each stage.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub verdict: BTreeMap<Stage, Verdict>,
    /// A person's word for the commit that lands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
    /// How it ended, if it landed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
    /// How it ended, if it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abandoned: Option<Abandoned>,
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
    /// How it is known that it landed; absent in records of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Known>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// What the landing did, where it was ours.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landing: Option<Landing>,
}

/// How a task was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Abandoned {
    /// Who said so.
    pub by: Agent,
    /// When.
    pub at: Timestamp,
    /// Why: one line.
    pub why: String,
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
            parent: None,
            slice: None,
            merge_order: None,
            children: Vec::new(),
            notes: None,
            created,
            attempts: 0,
            checkpoints: 0,
            handoff: None,
            authors: Vec::new(),
            entered: None,
            extra: toml::Table::new(),
            acceptance: BTreeMap::new(),
            blocked: None,
            claim: None,
            assigned: None,
            trouble: None,
            failed: BTreeMap::new(),
            verdict: BTreeMap::new(),
            signed: None,
            completion: None,
            abandoned: None,
        }
    }

    /// Since when it is in its phase.
    pub fn since(&self) -> Timestamp {
        self.entered.unwrap_or(self.created)
    }

    /// How often this stage failed.
    pub fn failures(&self, stage: Stage) -> u32 {
        self.failed.get(&stage).copied().unwrap_or(0)
    }

    /// Whether the stage's last verdict is that `tip` is ready.
    pub fn is_ready_by(&self, stage: Stage, tip: &str) -> bool {
        self.verdict
            .get(&stage)
            .is_some_and(|verdict| verdict.ready && verdict.tip == tip)
    }

    /// Who may commit in its lane now: its holder while the work is theirs, then whoever reviews or tests it. Nobody
    /// while it waits for somebody to take it on.
    pub fn committer(&self) -> Option<Holder> {
        match self.status {
            Phase::InProgress | Phase::Blocked => self.claim.as_ref().map(Claim::holder),
            Phase::Review | Phase::Testing => self.assigned.as_ref().map(Assigned::holder),
            Phase::Todo | Phase::Queued | Phase::Escalated | Phase::Done | Phase::Abandoned => None,
        }
    }

    /// How it is marked in lists.
    pub fn mark(&self) -> Option<Mark> {
        self.trouble.as_ref().map(|trouble| trouble.mark)
    }

    /// The globs that this task's lane may change: its scope and what was granted on top.
    pub fn reach(&self) -> Result<Scope, GlobError> {
        Scope::parse(&[self.scope.as_slice(), self.granted.as_slice()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Role;

    #[test]
    fn the_phase_says_who_may_commit_in_a_lane() {
        let agent = |name| Agent::new(name).unwrap();
        let clone = |name| CloneId::new(name).unwrap();
        let mut task = Task::new(TaskId::new("T-1").unwrap(), "x", Timestamp::default());
        task.claim = Some(Claim {
            by: agent("author"),
            clone: clone("c1"),
            lane: "T-1".to_owned(),
            fence: 1,
            since: Timestamp::default(),
            attempt: 1,
            extra: toml::Table::new(),
        });
        task.assigned = Some(Assigned {
            by: agent("reviewer"),
            clone: clone("c2"),
            role: Role::Reviewer,
            since: Timestamp::default(),
            extra: toml::Table::new(),
        });
        let at = |status| {
            Task {
                status,
                ..task.clone()
            }
            .committer()
            .map(|who| who.agent.to_string())
        };
        for (status, who) in [
            (Phase::InProgress, Some("author")),
            (Phase::Blocked, Some("author")),
            (Phase::Review, Some("reviewer")),
            (Phase::Testing, Some("reviewer")),
            (Phase::Queued, None),
            (Phase::Escalated, None),
            (Phase::Todo, None),
        ] {
            assert_eq!(at(status).as_deref(), who, "{status}");
        }
        task.assigned = None;
        task.status = Phase::Review;
        assert_eq!(task.committer(), None);
    }
}
