//! `[sync]`: how the state is shared with the remote. It judges no transition, so it is not part of what is adopted.

use serde::Deserialize;
use serde::Serialize;

use crate::time::Span;

/// The longest wait between two pushes.
const PACE_MAX: i64 = 600;

/// The longest time for one talk with the remote.
const TIMEOUT_MAX: i64 = 600;

/// How the state is shared with the remote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sync {
    /// The remote's ref that holds the state: below `refs/agents/` or `refs/heads/`. Absent: `refs/agents/state`, or
    /// the branch `agents/state` on a remote that takes branches only.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub refname: Option<String>,
    /// The least time between two pushes of one clone; absent = none. What is asked for meanwhile goes in one push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pace: Option<Span>,
    /// How long one talk with the remote may take.
    pub timeout: Span,
}

impl Default for Sync {
    fn default() -> Self {
        Self {
            refname: None,
            pace: None,
            timeout: Span::from_secs(30),
        }
    }
}

impl Sync {
    /// The first key whose value cannot be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        if let Some(name) = &self.refname {
            let below = ["refs/agents/", "refs/heads/"]
                .iter()
                .any(|start| name.len() > start.len() && name.starts_with(start));
            if !below {
                return Err((
                    "ref",
                    "must be a full name below `refs/agents/` or `refs/heads/`".into(),
                ));
            }
        }
        if self.pace.is_some_and(|pace| pace.secs() > PACE_MAX) {
            return Err(("pace", format!("must be at most {}", Span::from_secs(PACE_MAX))));
        }
        if self.timeout.secs() > TIMEOUT_MAX {
            return Err((
                "timeout",
                format!("must be at most {}", Span::from_secs(TIMEOUT_MAX)),
            ));
        }
        Ok(())
    }
}
