//! What is known of a delivery, gathered from git and from the records: what the delivery rules judge.

use std::collections::BTreeMap;

use lane_core::id::TaskId;
use lane_core::record::Cause;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::record::Removal;
use lane_core::record::Stage;
use lane_core::record::Task;

use super::Rewritten;
use crate::scene::Consulted;

/// When a delivery is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// `git lane handoff`, before anything is run: what runs show is not known yet.
    BeforeRuns,
    /// `git lane handoff`, when all ran.
    Handoff,
    /// A push of what is handed off.
    Push,
    /// A push to the integration branch.
    Landing,
    /// CI of what is to land, or may.
    Ci,
    /// CI of what has landed.
    Landed,
}

impl Moment {
    /// Whether the runs of checks are known.
    pub fn has_runs(self) -> bool {
        self != Self::BeforeRuns
    }

    /// Whether the integration branch gets it, or has it.
    pub fn lands(self) -> bool {
        matches!(self, Self::Landing | Self::Landed)
    }

    /// Whether this is CI.
    pub fn is_ci(self) -> bool {
        matches!(self, Self::Ci | Self::Landed)
    }
}

/// A path of the net difference from the merge base. A rename is a path that is gone and one that is new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// The path from the root, bytes as git has them.
    pub path: Vec<u8>,
    /// Whether it was there at the merge base.
    pub was: bool,
    /// Whether it is there now.
    pub is: bool,
}

/// A test or a check that the delivery takes away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removed {
    /// The file that it was in.
    pub path: Vec<u8>,
    /// What.
    pub what: What,
}

/// What is taken away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// A whole file of tests.
    File,
    /// One test, by its name; bounded, not escaped.
    Test(String),
    /// How many tests of the file were switched off: skipped, ignored.
    SwitchedOff(usize),
    /// A check of `.agents/gates.toml`, by its name.
    Check(String),
}

/// What a gate's check came to on the tree that is delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateSaid {
    /// It passed.
    Passed,
    /// It was not run, for the change did not call for it.
    Skipped,
    /// It did not pass.
    Failed,
}

/// What the records show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evidence {
    /// Of a defect: the cause, as the handoff says it.
    pub cause: Option<Cause>,
    /// What each acceptance check showed on the tree that is delivered, by key.
    pub acceptance: BTreeMap<String, Outcome>,
    /// What each regression check showed at the base, by key.
    pub before: BTreeMap<String, Outcome>,
    /// What these runs were of, where a handoff stands: what lands has other trees once another lane has landed.
    pub ran_on: Option<RanOn>,
    /// What each check of the gate came to, by name.
    pub gate: BTreeMap<String, GateSaid>,
    /// What is declared as removed, by path as [`lane_core::text::escape_path`] writes it.
    pub removes: BTreeMap<String, Removal>,
    /// Whether a handoff of exactly this commit stands.
    pub handed_off: bool,
    /// The recorded consultations of its task.
    pub consulted: Vec<Consulted>,
    /// The number of the event that recorded last a failure which nothing has mended.
    pub last_failure: Option<u64>,
    /// How its task's acceptance was edited after it was claimed, if it was.
    pub rewritten: Option<Rewritten>,
    /// The last verdict of each stage, as far as the ledger says it too.
    pub verdicts: BTreeMap<Stage, StageSaid>,
    /// What comes before it and has neither landed nor comes along, in order: parts of the same whole with a smaller place, and
    /// the task's own parts.
    pub first: Vec<First>,
}

/// The trees of a handoff, in hex.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RanOn {
    /// Of the commit that it begins at, where that is here.
    pub base: Option<String>,
    /// Of what was handed off.
    pub tip: String,
}

/// What a stage said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageSaid {
    /// Whether it found the work ready.
    pub ready: bool,
    /// The commit that it judged.
    pub tip: String,
    /// Whether that is what is delivered, merges on top apart.
    pub exact: bool,
}

/// A task that lands before another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct First {
    /// The task.
    pub task: TaskId,
    /// Where it is.
    pub status: Phase,
    /// Its place among the parts of the same whole; none for a part of the task itself.
    pub place: Option<u32>,
}

/// What is delivered.
#[derive(Clone, Debug)]
pub struct Delivered<'a> {
    /// The lane's task, live or archived; none for what is no lane's.
    pub task: Option<&'a Task>,
    /// When this is judged.
    pub moment: Moment,
    /// The tree of the merge base, in hex; none where there is none.
    pub base_tree: Option<String>,
    /// The tree that is delivered, in hex.
    pub tree: String,
    /// The net difference from the merge base, sorted by path.
    pub changes: &'a [Changed],
    /// What it takes away of tests and checks.
    pub removed: &'a [Removed],
    /// The entries that it adds under Unreleased of a changelog.
    pub entries: &'a [String],
    /// The changelogs of the tree that is delivered, as the policy names them, sorted: where there is none, nobody is asked for an
    /// entry.
    pub changelogs: &'a [Vec<u8>],
    /// The integration branch, as git takes it from this clone: `main`, `origin/main`.
    pub main: &'a str,
    /// How many of its merges on the first-parent line brought the integration branch.
    pub merges: usize,
    /// The paths that the integration branch changed since they parted, sorted.
    pub elsewhere: &'a [Vec<u8>],
    /// What the records show.
    pub evidence: &'a Evidence,
}
