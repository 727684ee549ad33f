//! An override: a path that may pass against the rules, for one agent, for a time, with a reason.

use serde::Deserialize;
use serde::Serialize;

use crate::id::Agent;
use crate::id::CloneId;
use crate::id::OverrideId;
use crate::id::TaskId;
use crate::time::Timestamp;

/// `.agents/approvals/<id>.toml` with `kind = "override"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exception {
    /// The override's id.
    pub id: OverrideId,
    /// Always `override`; other approvals will have other kinds.
    pub kind: String,
    /// The glob that may pass.
    pub path: String,
    /// Why: one line.
    pub why: String,
    /// Who granted it and may use it.
    pub by: Agent,
    /// The clone that it was granted in.
    pub clone: CloneId,
    /// The lane that it was granted for; absent outside lanes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task: Option<TaskId>,
    /// When it was granted.
    pub at: Timestamp,
    /// Until when new commits may use it.
    pub until: Timestamp,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}
