//! Events: one thing that happened.

mod again;
mod assign;
mod captured;
mod kinds;
mod message;
mod sentence;

pub use assign::AssignVerb;
pub use assign::JudgeVerb;
pub use captured::Captured;
pub use captured::CapturedError;
pub use captured::LINE_BYTES;
pub use kinds::KINDS;
pub use kinds::TRAIL;
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
use crate::id::PushId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Checkpoint;
use crate::record::Forced;
use crate::record::Known;
use crate::record::Landing;
use crate::record::LockMode;
use crate::record::Outcome;
use crate::record::Task;
use crate::record::Verdict;
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
        /// How that is known; absent in events of before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        how: Option<Known>,
        /// What the landing did, where it was ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        landing: Option<Box<Landing>>,
    },
    /// A person gave their word for the commit that lands.
    #[serde(rename = "task.signed")]
    TaskSigned {
        /// Which.
        task: TaskId,
        /// The commit.
        tip: String,
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
    /// Somebody began to review or to test a task.
    #[serde(rename = "task.assigned")]
    TaskAssigned {
        /// Which.
        task: TaskId,
        /// `review` or `test`.
        verb: AssignVerb,
    },
    /// Somebody gave a review or a test back without a verdict.
    #[serde(rename = "task.left")]
    TaskLeft {
        /// Which.
        task: TaskId,
    },
    /// A stage said what it thinks of a commit.
    #[serde(rename = "task.judged")]
    TaskJudged {
        /// Which.
        task: TaskId,
        /// `self-review`, `approve`, `return`, `pass` or `fail`.
        verb: JudgeVerb,
        /// The verdict.
        verdict: Box<Verdict>,
        /// The evidence for the commit that was judged, where it is newer than the handoff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        checkpoint: Option<Box<Checkpoint>>,
    },
    /// An attempt failed.
    #[serde(rename = "task.retried")]
    TaskRetried {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
    },
    /// The orchestrator was asked to decide.
    #[serde(rename = "task.escalated")]
    TaskEscalated {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
    },
    /// A contract was settled anew.
    #[serde(rename = "task.rescoped")]
    TaskRescoped {
        /// The contract as it is now.
        task: Box<Task>,
        /// Why: one line.
        why: String,
    },
    /// A task went to the end of the queue.
    #[serde(rename = "task.deprioritised")]
    TaskDeprioritised {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
    },
    /// A task was taken from its holder by the orchestrator.
    #[serde(rename = "task.taken-over")]
    TaskTakenOver {
        /// Which.
        task: TaskId,
        /// The id for the lock that its locks become.
        lock: LockId,
        /// Why: one line.
        why: String,
    },
    /// A task was given up for good.
    #[serde(rename = "task.abandoned")]
    TaskAbandoned {
        /// Which.
        task: TaskId,
        /// Why: one line.
        why: String,
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
    /// Nothing lands until further notice.
    #[serde(rename = "landing.frozen")]
    LandingFrozen {
        /// Why: one line.
        why: String,
    },
    /// What is queued may land again.
    #[serde(rename = "landing.thawed")]
    LandingThawed {
        /// Why: one line.
        why: String,
    },
    /// A push may rewrite or delete what others have, once.
    #[serde(rename = "push.approved")]
    PushApproved {
        /// Its id.
        id: PushId,
        /// What it does.
        change: Forced,
        /// Why: one line.
        why: String,
    },
    /// A push that rewrites or deletes was let go by an approval, which is used up.
    #[serde(rename = "push.forced")]
    PushForced {
        /// The approval.
        id: PushId,
        /// What it does.
        change: Forced,
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
