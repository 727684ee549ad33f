//! A lock: a lease on path globs.

use serde::Deserialize;
use serde::Serialize;

use super::Holder;
use crate::id::Agent;
use crate::id::CloneId;
use crate::id::LockId;
use crate::id::TaskId;
use crate::time::LEASE_GRACE_SECS;
use crate::time::Span;
use crate::time::Timestamp;

/// `.agents/locks/<lock>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    /// The lock's id.
    pub id: LockId,
    /// The task whose lane holds it; absent for a lock of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// The agent that holds it.
    pub owner: Agent,
    /// The clone that it was taken in.
    pub clone: CloneId,
    /// The globs that it covers.
    pub scope: Vec<String>,
    /// Exclusive, or shared with other shared locks.
    #[serde(default)]
    pub mode: LockMode,
    /// What it is held for: one line.
    pub objective: String,
    /// Grows with every grant; a newer grant outdates an older.
    pub fence: u64,
    /// The length of the lease, where it is not the policy's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Span>,
    /// When it was granted.
    pub start: Timestamp,
    /// The last published sign of life.
    pub heartbeat: Timestamp,
    /// When it may be reclaimed if no sign of life comes.
    pub expires: Timestamp,
    /// Kept without a sign of life, because the lane's work is handed off: its lease is never over.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// Whether others may hold the same paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LockMode {
    /// Nobody else.
    #[default]
    Exclusive,
    /// Others that are shared too.
    Shared,
}

impl Lock {
    /// Whether the lease is over for a reader whose clock says `now`: past expiry and the grace,
    /// unless it is kept for work that is handed off.
    pub fn is_over(&self, now: Timestamp) -> bool {
        !self.kept && now.since(self.expires) > LEASE_GRACE_SECS
    }

    /// Who holds it.
    pub fn holder(&self) -> Holder {
        Holder {
            agent: self.owner.clone(),
            clone: self.clone.clone(),
        }
    }

    /// Whether `agent` in `clone` is the owner.
    pub fn is_held_by(&self, agent: &Agent, clone: &CloneId) -> bool {
        self.owner == *agent && self.clone == *clone
    }

    /// The length of this lock's lease under a policy whose lease is `default`.
    pub fn lease_or(&self, default: Span) -> Span {
        self.lease.unwrap_or(default)
    }
}
