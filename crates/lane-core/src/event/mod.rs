//! Events: one thing that happened.

mod again;
mod captured;
mod message;

pub use captured::Captured;
pub use captured::CapturedError;
pub use captured::LINE_BYTES;
pub use message::EventError;
pub use message::Message;
pub use message::chain_of;
pub use message::write_message;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::id::Agent;
use crate::id::CloneId;
use crate::id::LockId;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Checkpoint;
use crate::record::LockMode;
use crate::record::Outcome;
use crate::record::Task;
use crate::text;
use crate::time::Span;
use crate::time::Timestamp;

/// The version of `apply`. Changed meaning closes the epoch.
pub const RULES: u32 = 1;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// A random id, so that two equal events are two commits.
    pub id: String,
    /// The place in the ledger: one more than the event before. It is also the fence of what the event grants.
    pub seq: u64,
    /// The decider's clock.
    pub at: Timestamp,
    /// Who acted.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// The duty that they acted in.
    pub role: Role,
    /// The version of `apply` that judged it.
    pub rules: u32,
    /// What happened: `kind` and `[event.data]`.
    #[serde(flatten)]
    pub what: Payload,
}

/// What an event says. The names are the `kind` of an event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data")]
pub enum Payload {
    /// The branch that lanes land on was named.
    #[serde(rename = "integration.named")]
    IntegrationNamed {
        /// Without `refs/heads/`.
        branch: String,
    },
    /// The integration branch's policy changed.
    #[serde(rename = "policy.adopted")]
    PolicyAdopted {
        /// Its judging part.
        policy: Box<Adopted>,
    },
    /// A task was added.
    #[serde(rename = "task.added")]
    TaskAdded {
        /// As it was added.
        task: Box<Task>,
    },
    /// A task's contract was changed.
    #[serde(rename = "task.edited")]
    TaskEdited {
        /// The contract as it is now.
        task: Box<Task>,
    },
    /// A task was claimed.
    #[serde(rename = "task.claimed")]
    TaskClaimed {
        /// Which.
        task: TaskId,
        /// The id for the lock that its scope becomes.
        lock: LockId,
    },
    /// A claim was given back.
    #[serde(rename = "task.released")]
    TaskReleased {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
    },
    /// A task cannot go on.
    #[serde(rename = "task.blocked")]
    TaskBlocked {
        /// Which.
        task: TaskId,
        /// The task that it waits for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        on: Option<TaskId>,
        /// Why, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// A task can go on.
    #[serde(rename = "task.unblocked")]
    TaskUnblocked {
        /// Which.
        task: TaskId,
    },
    /// A task's tip is on the integration branch.
    #[serde(rename = "task.done")]
    TaskDone {
        /// Which.
        task: TaskId,
        /// The tip that landed.
        tip: String,
        /// The commit of the integration branch that it was found in.
        landed: String,
    },
    /// A checkpoint was made.
    #[serde(rename = "task.checkpointed")]
    TaskCheckpointed {
        /// What it says; who made it, and when, is the event's.
        checkpoint: Box<Checkpoint>,
    },
    /// Acceptance checks were run.
    #[serde(rename = "task.checked")]
    TaskChecked {
        /// Of which task.
        task: TaskId,
        /// On which commit.
        tip: String,
        /// What was done about the failures before, in words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        remedy: Option<String>,
        /// What each run showed, by the criterion's key.
        results: BTreeMap<String, Outcome>,
        /// What each regression check showed at the base, by the criterion's key; on the base's tree.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        before: BTreeMap<String, Outcome>,
    },
    /// A source was consulted.
    #[serde(rename = "task.consulted")]
    TaskConsulted {
        /// For which task.
        task: TaskId,
        /// What was asked: a name, one line.
        source: String,
        /// For what: one line.
        query: String,
        /// Whether it stands in for a source that could not be had.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        fallback: bool,
    },
    /// A task was handed off.
    #[serde(rename = "task.handed-off")]
    TaskHandedOff {
        /// The evidence.
        checkpoint: Box<Checkpoint>,
    },
    /// Work on a handed-off task goes on.
    #[serde(rename = "task.resumed")]
    TaskResumed {
        /// Which.
        task: TaskId,
    },
    /// A note was written.
    #[serde(rename = "note.added")]
    NoteAdded {
        /// About which task.
        task: TaskId,
        /// What it says.
        text: String,
    },
    /// A lock was granted.
    #[serde(rename = "lock.granted")]
    LockGranted {
        /// Its id.
        lock: LockId,
        /// The lane that it widens.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
        /// What it covers.
        scope: Vec<String>,
        /// Exclusive or shared.
        mode: LockMode,
        /// What for.
        objective: String,
        /// Where it is not the policy's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lease: Option<Span>,
    },
    /// A lock was given back.
    #[serde(rename = "lock.released")]
    LockReleased {
        /// Which.
        lock: LockId,
    },
    /// Locks were renewed, by their owner's word or sign of life.
    #[serde(rename = "lock.renewed")]
    LockRenewed {
        /// Which.
        locks: Vec<LockId>,
        /// When the sign of life was seen; it may lie before the event.
        seen: Timestamp,
    },
    /// A lock whose lease was over was taken away.
    #[serde(rename = "lock.reclaimed")]
    LockReclaimed {
        /// Which.
        lock: LockId,
        /// Why: one line.
        note: String,
    },
    /// A path may pass against the rules.
    #[serde(rename = "override.granted")]
    OverrideGranted {
        /// Its id.
        id: OverrideId,
        /// The glob.
        path: String,
        /// Why: one line.
        why: String,
        /// The lane that it is for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        task: Option<TaskId>,
    },
    /// A remote that had lost events was given them back.
    #[serde(rename = "state.republished")]
    StateRepublished {
        /// The commit that the remote was at; absent when its ref was gone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found: Option<String>,
        /// The commit that it was brought to, before this event.
        restored: String,
    },
    /// The events of a side that the remote did not have were decided again on the remote's state.
    #[serde(rename = "state.reconciled")]
    StateReconciled {
        /// The tip of that side: a commit.
        rev: String,
        /// Where the sides part: a commit.
        base: String,
        /// How many of its events were taken.
        taken: u64,
        /// The ids of those that were not.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        given_up: Vec<String>,
    },
}

/// The kinds of events, in the order of [`Payload`].
pub const KINDS: &[&str] = &[
    "integration.named",
    "policy.adopted",
    "task.added",
    "task.edited",
    "task.claimed",
    "task.released",
    "task.blocked",
    "task.unblocked",
    "task.done",
    "task.checkpointed",
    "task.checked",
    "task.consulted",
    "task.handed-off",
    "task.resumed",
    "note.added",
    "lock.granted",
    "lock.released",
    "lock.renewed",
    "lock.reclaimed",
    "override.granted",
    "state.republished",
    "state.reconciled",
];

impl Payload {
    /// The `kind` of the event, as written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IntegrationNamed { .. } => "integration.named",
            Self::PolicyAdopted { .. } => "policy.adopted",
            Self::TaskAdded { .. } => "task.added",
            Self::TaskEdited { .. } => "task.edited",
            Self::TaskClaimed { .. } => "task.claimed",
            Self::TaskReleased { .. } => "task.released",
            Self::TaskBlocked { .. } => "task.blocked",
            Self::TaskUnblocked { .. } => "task.unblocked",
            Self::TaskDone { .. } => "task.done",
            Self::TaskCheckpointed { .. } => "task.checkpointed",
            Self::TaskChecked { .. } => "task.checked",
            Self::TaskConsulted { .. } => "task.consulted",
            Self::TaskHandedOff { .. } => "task.handed-off",
            Self::TaskResumed { .. } => "task.resumed",
            Self::NoteAdded { .. } => "note.added",
            Self::LockGranted { .. } => "lock.granted",
            Self::LockReleased { .. } => "lock.released",
            Self::LockRenewed { .. } => "lock.renewed",
            Self::LockReclaimed { .. } => "lock.reclaimed",
            Self::OverrideGranted { .. } => "override.granted",
            Self::StateRepublished { .. } => "state.republished",
            Self::StateReconciled { .. } => "state.reconciled",
        }
    }

    /// The task that the event is about.
    pub fn task(&self) -> Option<&TaskId> {
        match self {
            Self::TaskAdded { task } | Self::TaskEdited { task } => Some(&task.id),
            Self::TaskClaimed { task, .. }
            | Self::TaskReleased { task, .. }
            | Self::TaskBlocked { task, .. }
            | Self::TaskUnblocked { task }
            | Self::TaskDone { task, .. }
            | Self::TaskChecked { task, .. }
            | Self::TaskConsulted { task, .. }
            | Self::TaskResumed { task }
            | Self::NoteAdded { task, .. } => Some(task),
            Self::TaskCheckpointed { checkpoint } | Self::TaskHandedOff { checkpoint } => {
                Some(&checkpoint.task)
            }
            Self::LockGranted { task, .. } | Self::OverrideGranted { task, .. } => task.as_ref(),
            _ => None,
        }
    }
}

impl Event {
    /// The sentence that is the commit's subject: for people who read `git log`.
    pub fn sentence(&self) -> String {
        let by = &self.by;
        let line = |s: &str| text::excerpt(s, 72);
        match &self.what {
            Payload::IntegrationNamed { branch } => format!("lanes land on {}, says {by}", line(branch)),
            Payload::PolicyAdopted { policy } => {
                format!(
                    "adopt policy of {} by {by}",
                    line(&policy.commit.chars().take(12).collect::<String>())
                )
            }
            Payload::TaskAdded { task } => format!("add {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskEdited { task } => format!("edit {} by {by}: {}", task.id, line(&task.title)),
            Payload::TaskClaimed { task, .. } => format!("claim {task} by {by}"),
            Payload::TaskReleased { task, why } => format!("release {task} by {by}: {}", line(why)),
            Payload::TaskBlocked {
                task, on: Some(on), ..
            } => format!("block {task} on {on} by {by}"),
            Payload::TaskBlocked { task, why, .. } => {
                format!(
                    "block {task} by {by}: {}",
                    line(why.as_deref().unwrap_or_default())
                )
            }
            Payload::TaskUnblocked { task } => format!("unblock {task} by {by}"),
            Payload::TaskDone { task, tip, .. } => {
                format!(
                    "done {task} by {by} at {}",
                    line(&tip.chars().take(12).collect::<String>())
                )
            }
            Payload::TaskCheckpointed { checkpoint } => {
                format!(
                    "checkpoint {} of {} by {by}",
                    checkpoint.checkpoint, checkpoint.task
                )
            }
            Payload::TaskChecked {
                task,
                results,
                before,
                ..
            } => format!("check {task} by {by}: {}", counted(results, before)),
            Payload::TaskConsulted {
                task,
                source,
                query,
                fallback,
            } => {
                let instead = if *fallback { " instead" } else { "" };
                format!(
                    "consult {}{instead} for {task} by {by}: {}",
                    line(source),
                    line(query)
                )
            }
            Payload::TaskHandedOff { checkpoint } => {
                let tip: String = checkpoint.tip.chars().take(12).collect();
                format!(
                    "hand off {} by {by}: {} at {}",
                    checkpoint.task,
                    checkpoint.checkpoint,
                    line(&tip)
                )
            }
            Payload::TaskResumed { task } => format!("resume {task} by {by}"),
            Payload::NoteAdded { task, text } => {
                let first = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
                format!("note on {task} by {by}: {}", line(first))
            }
            Payload::LockGranted {
                lock,
                task,
                scope,
                objective,
                ..
            } => {
                let lane = task.as_ref().map_or(String::new(), |task| format!(" for {task}"));
                let scope = line(&scope.join(" "));
                format!("lock {lock}{lane} by {by}: {scope} ({})", line(objective))
            }
            Payload::LockReleased { lock } => format!("unlock {lock} by {by}"),
            Payload::LockRenewed { locks, .. } => match locks.as_slice() {
                [one] => format!("renew {one} by {by}"),
                many => format!("renew {} locks by {by}", many.len()),
            },
            Payload::LockReclaimed { lock, note } => format!("reclaim {lock} by {by}: {}", line(note)),
            Payload::OverrideGranted { path, why, .. } => {
                format!("override {} by {by}: {}", line(path), line(why))
            }
            Payload::StateRepublished { restored, .. } => {
                let restored: String = restored.chars().take(12).collect();
                format!(
                    "republish by {by}: the remote had lost events before {}",
                    line(&restored)
                )
            }
            Payload::StateReconciled {
                rev, taken, given_up, ..
            } => {
                let rev: String = rev.chars().take(12).collect();
                let lost = given_up.len();
                format!("reconcile {} by {by}: {taken} taken, {lost} given up", line(&rev))
            }
        }
    }
}

/// How runs ended; those at the base prove something by failing.
fn counted(results: &BTreeMap<String, Outcome>, before: &BTreeMap<String, Outcome>) -> String {
    let passed = |runs: &BTreeMap<String, Outcome>| runs.values().filter(|run| run.passed()).count();
    let now = format!("{} of {} passed", passed(results), results.len());
    let then = || {
        let failed = before.len() - passed(before);
        format!("{failed} of {} failed at the base", before.len())
    };
    match (results.is_empty(), before.is_empty()) {
        (_, true) => now,
        (true, false) => then(),
        (false, false) => format!("{now}, {}", then()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_are_listed() {
        let fault = serde_json::from_str::<Payload>(r#"{"kind":"none"}"#).unwrap_err();
        let fault = fault.to_string();
        let (_, known) = fault
            .split_once("expected one of ")
            .expect("serde lists the kinds");
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        assert_eq!(known, KINDS);
    }
}
