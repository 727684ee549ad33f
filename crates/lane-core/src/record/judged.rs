//! What stages leave on a task: who is at it, the verdicts, and what went wrong.

use std::fmt;

use serde::Deserialize;
use serde::Serialize;

use super::Holder;
use super::LIST_MAX;
use super::Made;
use super::Stage;
use super::checkpoint::is_object;
use super::line_fault;
use crate::id::Agent;
use crate::id::CloneId;
use crate::policy::Role;
use crate::time::Timestamp;

/// Who reviews or tests a task now. The author's claim stays beside it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assigned {
    /// The agent.
    pub by: Agent,
    /// The clone that it acts in.
    pub clone: CloneId,
    /// The duty that it took.
    pub role: Role,
    /// Since when; the role's time limit counts from here.
    pub since: Timestamp,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Assigned {
    /// Whether `agent` in `clone` is at it.
    pub fn is_held_by(&self, agent: &Agent, clone: &CloneId) -> bool {
        self.by == *agent && self.clone == *clone
    }

    /// Who is at it.
    pub fn holder(&self) -> Holder {
        Holder {
            agent: self.by.clone(),
            clone: self.clone.clone(),
        }
    }
}

/// What a stage says of one commit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Whether the work is ready for the next stage.
    pub ready: bool,
    /// The commit that was judged. The verdict says nothing of any other.
    pub tip: String,
    /// What the work is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<Class>,
    /// Why it could not land, where that was tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Conflict>,
    /// What was found: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// What whoever judged mended in the lane: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixed: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// Who said so and when. Not in the event, which says that itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
}

impl Verdict {
    /// What is wrong with it by itself, in words.
    pub fn fault(&self) -> Option<String> {
        if !is_object(&self.tip) {
            return Some(format!("{} is no commit", crate::text::excerpt(&self.tip, 64)));
        }
        for (name, list) in [("finding", &self.findings), ("fixed", &self.fixed)] {
            if list.len() > LIST_MAX {
                return Some(format!("`{name}` is given more than {LIST_MAX} times"));
            }
            if let Some(bad) = list.iter().find_map(|text| line_fault(name, text)) {
                return Some(bad.to_string());
            }
        }
        None
    }
}

/// What a reviewer found the work to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// The active path is there and runs.
    Implemented,
    /// Words and tests only: nothing that runs.
    DesignOnly,
}

impl Class {
    /// All classes.
    pub const ALL: [Self; 2] = [Self::Implemented, Self::DesignOnly];

    /// The class as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Implemented => "implemented",
            Self::DesignOnly => "design-only",
        }
    }
}

/// Why work could not land.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conflict {
    /// Both sides changed the same lines.
    Textual,
    /// It merges, and a check fails on what comes of it.
    Interface,
    /// It merges, and only expected results are other ones.
    Golden,
}

impl Conflict {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Textual => "textual",
            Self::Interface => "interface",
            Self::Golden => "golden",
        }
    }
}

/// How badly it went: shown with the task in every list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// A stage failed once and is tried again in its place.
    Retry,
    /// It failed again: the orchestrator has a word in it.
    Escalated,
}

impl Mark {
    /// The mark as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Escalated => "escalated",
        }
    }
}

impl fmt::Display for Mark {
    /// As lists show it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Retry => "[RETRY]",
            Self::Escalated => "[ESCALATED]",
        })
    }
}

/// What went wrong with a task last. It goes when the stage in which it happened is passed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trouble {
    /// How badly.
    pub mark: Mark,
    /// In which stage.
    pub stage: Stage,
    /// What is wrong: one line.
    pub why: String,
    /// Who said so.
    pub by: Agent,
    /// Since when.
    pub since: Timestamp,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}
