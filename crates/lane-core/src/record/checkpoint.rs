//! A checkpoint of a lane: how far it is. One with evidence is a handoff.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use super::GATE_RUNS_MAX;
use super::GateRun;
use super::LIST_MAX;
use super::Outcome;
use super::Phase;
use super::Task;
use super::line_fault;
use crate::id::Agent;
use crate::id::CheckpointId;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::time::Timestamp;

/// The most checkpoints of one task.
pub const CHECKPOINTS_MAX: u32 = 9_999;

/// The longest path of a cause, in bytes.
const PATH_BYTES: usize = 4096;

/// `.agents/handoffs/<xx>/<task>/<checkpoint>.toml`. Commits, files and results come from git and from runs, never
/// from the writer's word; a plain checkpoint has none of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The task.
    pub task: TaskId,
    /// Its place among the task's checkpoints.
    pub checkpoint: CheckpointId,
    /// The lane that it was made in.
    pub lane: String,
    /// The phase that the task is in with it: `review` for a handoff.
    pub status: Phase,
    /// Whether every task that it depends on was done.
    pub depends_satisfied: bool,
    /// Where the lane left the integration branch: a commit's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The lane's tip: a commit's id.
    pub tip: String,
    /// The tip's tree.
    pub tree: String,
    /// The commits from base to tip, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub commits: Vec<String>,
    /// The paths that differ between base and tip, sorted; a path that is no UTF-8 is escaped.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
    /// What is left to worry about: a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risks: Vec<String>,
    /// What comes next: a command of a checkpoint, the next slice of a handoff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// What is done: a line each.
    #[serde(default)]
    pub done: Vec<String>,
    /// What is not: a line each.
    #[serde(default)]
    pub pending: Vec<String>,
    /// What stands in the way: a line each.
    #[serde(default)]
    pub blockers: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// The checks of the gate, by name: at most [`GATE_RUNS_MAX`]. Older versions keep them among the keys that they do not
    /// know, so they are written in that place.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gate: BTreeMap<String, GateRun>,
    /// The commits that are not listed, when there are too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_commits: Option<Omitted>,
    /// The paths that are not listed, when there are too many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_files: Option<Omitted>,
    /// Tests and checks that were removed on purpose, by path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub removes: BTreeMap<String, Removal>,
    /// Of a defect: what was wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// The run of each regression check at the base, by its criterion's key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Outcome>,
    /// The run that shows each acceptance criterion, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acceptance: BTreeMap<String, Outcome>,
    /// Who made it and when. Not in the event, which says that itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
}

/// What a list that is cut leaves out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Omitted {
    /// How many entries there are in all.
    pub total: u64,
    /// `sha256:` of all entries, a line each.
    pub digest: String,
}

/// A removal that is declared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removal {
    /// Why: one line.
    pub why: String,
}

/// The cause of a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What was wrong: one sentence.
    pub text: String,
    /// The layer that owns it: one line.
    pub layer: String,
    /// The file in which it was mended, as [`Checkpoint::files`] has it.
    pub file: String,
}

/// By which event a record was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Made {
    /// Who acted.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// When, by the decider's clock.
    pub at: Timestamp,
    /// The event's place in the ledger.
    pub seq: u64,
}

/// What is wrong with a checkpoint by itself.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct CheckpointFault(pub String);

/// Whether `text` can be the id of a commit or tree.
pub(crate) fn is_object(text: &str) -> bool {
    [40, 64].contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
}

impl Checkpoint {
    /// A checkpoint that says nothing yet but where the lane is.
    pub fn plain(
        task: TaskId,
        checkpoint: CheckpointId,
        lane: String,
        status: Phase,
        tip: String,
        tree: String,
    ) -> Self {
        Self {
            task,
            checkpoint,
            lane,
            status,
            depends_satisfied: true,
            base: None,
            tip,
            tree,
            commits: Vec::new(),
            files: Vec::new(),
            risks: Vec::new(),
            next: None,
            done: Vec::new(),
            pending: Vec::new(),
            blockers: Vec::new(),
            extra: toml::Table::new(),
            gate: BTreeMap::new(),
            more_commits: None,
            more_files: None,
            removes: BTreeMap::new(),
            cause: None,
            before: BTreeMap::new(),
            acceptance: BTreeMap::new(),
            made: None,
        }
    }

    /// The next checkpoint of `task`, in its lane: what [`Checkpoint::plain`] says, derived from the task.
    pub fn next(task: &Task, status: Phase, tip: String, tree: String) -> Self {
        let number = CheckpointId::nth(task.checkpoints.saturating_add(1));
        let lane = task.claim.as_ref().map(|claim| claim.lane.clone());
        Self::plain(
            task.id.clone(),
            number,
            lane.unwrap_or_default(),
            status,
            tip,
            tree,
        )
    }

    /// Checks the texts and ids by themselves.
    pub fn check(&self) -> Result<(), CheckpointFault> {
        let fault = |text: String| Err(CheckpointFault(text));
        let lists = [
            ("risk", &self.risks),
            ("done", &self.done),
            ("pending", &self.pending),
            ("blocker", &self.blockers),
        ];
        for (name, list) in lists {
            if list.len() > LIST_MAX {
                return fault(format!("`{name}` is given more than {LIST_MAX} times"));
            }
            if let Some(bad) = list.iter().find_map(|text| line_fault(name, text)) {
                return fault(bad.to_string());
            }
        }
        let lines = self.next.iter().map(|next| ("next", next));
        let whys = self.removes.values().map(|removal| ("why", &removal.why));
        if let Some(bad) = lines.chain(whys).find_map(|(name, text)| line_fault(name, text)) {
            return fault(bad.to_string());
        }
        if let Some(bad) = self.cause.as_ref().and_then(|cause| self.fault_of(cause)) {
            return fault(bad);
        }
        if self.before.len() > LIST_MAX {
            return fault(format!("`before` has more than {LIST_MAX} runs"));
        }
        if let Some(bad) = self.before.iter().find_map(|(key, run)| run.check(key).err()) {
            return fault(bad.to_string());
        }
        if self.gate.len() > GATE_RUNS_MAX {
            return fault(format!("`gate` has more than {GATE_RUNS_MAX} checks"));
        }
        let runs = self.gate.iter();
        if let Some(bad) = runs.filter_map(|(name, run)| run.fault(name, &self.tree)).next() {
            return fault(bad);
        }
        let ids = self
            .base
            .iter()
            .chain([&self.tip, &self.tree])
            .chain(&self.commits);
        match ids.into_iter().find(|id| !is_object(id)) {
            Some(id) => fault(format!("{} is no commit or tree", crate::text::excerpt(id, 64))),
            None => Ok(()),
        }
    }

    /// What is wrong with the cause. Of a list of files that is cut only git knows the rest.
    fn fault_of(&self, cause: &Cause) -> Option<String> {
        let lines = [("cause", &cause.text), ("layer", &cause.layer)];
        if let Some(bad) = lines.iter().find_map(|(name, text)| line_fault(name, text)) {
            return Some(bad.to_string());
        }
        let file = &cause.file;
        let bounded =
            !file.is_empty() && file.len() <= PATH_BYTES && !file.chars().any(crate::text::is_unsafe);
        let known = self.files.contains(file) || self.more_files.is_some();
        (!bounded || !known).then(|| {
            let file = crate::text::excerpt(file, 120);
            format!("the cause lies in {file:?}, which this handoff does not change")
        })
    }

    /// Whether it carries evidence, and so hands the work off.
    pub fn is_handoff(&self) -> bool {
        self.status.is_handed_off()
    }
}
