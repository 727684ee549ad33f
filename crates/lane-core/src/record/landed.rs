//! What landing leaves on a task and on the state: how it landed, who signed it, and whether landings are stopped.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::GATE_RUNS_MAX;
use super::GateRun;
use super::Made;
use super::checkpoint::is_object;
use crate::id::Agent;
use crate::id::CloneId;
use crate::policy::MergeStyle;
use crate::time::Timestamp;

/// How it is known that a task has landed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// `git lane land` landed it.
    Landed,
    /// What was handed off is an ancestor of the integration branch.
    Ancestor,
    /// The integration branch has the same change as another commit.
    PatchId,
    /// Somebody said so.
    Said,
}

impl Known {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Landed => "landed",
            Self::Ancestor => "ancestor",
            Self::PatchId => "patch-id",
            Self::Said => "said",
        }
    }
}

/// What a landing did. In the event, and with the completed task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landing {
    /// The fence of the claim whose work it is: an author who took it back meanwhile has another one, or none.
    pub fence: u64,
    /// The integration branch's tip that it was put on.
    pub base: String,
    /// The tree that was checked.
    pub tree: String,
    /// What was made of the commits.
    pub merge: MergeStyle,
    /// What the checks of the wave came to on that tree.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gate: BTreeMap<String, GateRun>,
}

impl Landing {
    /// What is wrong with it by itself, in words.
    pub fn fault(&self) -> Option<String> {
        let odd = [("base", &self.base), ("tree", &self.tree)]
            .into_iter()
            .find(|(_, id)| !is_object(id));
        match odd {
            Some((name, id)) => Some(format!(
                "`{name}`: {} is no object's id",
                crate::text::excerpt(id, 64)
            )),
            None if self.gate.len() > GATE_RUNS_MAX => {
                Some(format!("it names more than {GATE_RUNS_MAX} checks"))
            }
            None => {
                let mut runs = self.gate.iter();
                runs.find_map(|(name, run)| run.fault(name, &self.tree))
            }
        }
    }
}

/// A person's word for exactly one commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Signed {
    /// The commit.
    pub tip: String,
    /// Who said so and when.
    pub made: Made,
}

/// That nothing lands, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Frozen {
    /// Who stopped it.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// Since when.
    pub at: Timestamp,
    /// Why: one line.
    pub why: String,
}
