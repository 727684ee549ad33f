//! `.agents/state.toml`: what the state is, and of which repository.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::ApprovedPush;
use super::Frozen;
use crate::id::PushId;

/// The state format that this version reads and writes.
pub const FORMAT: u32 = 1;

/// The head record of the state. Changes rarely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Meta {
    /// The version of the state's format.
    pub format: u32,
    /// The repository's id, as in the policy.
    pub repository: String,
    /// The branch that lanes land on, without `refs/heads/`; empty before it was named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub integration: String,
    /// Replay does not cross epochs.
    pub epoch: u32,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// That nothing lands now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<Frozen>,
    /// The approved pushes that nobody has made yet.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub push: BTreeMap<PushId, ApprovedPush>,
}

impl Meta {
    /// The first record of a repository's state: a pure function of the repository's id.
    pub fn genesis(repository: &str) -> Self {
        Self {
            format: FORMAT,
            repository: repository.to_owned(),
            integration: String::new(),
            epoch: 1,
            extra: toml::Table::new(),
            frozen: None,
            push: BTreeMap::new(),
        }
    }
}
