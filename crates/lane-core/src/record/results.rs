//! What runs of a task's checks showed: the last of each criterion, and the failures with what was done about them.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use super::COMMAND_CHARS;
use super::Check;
use super::Made;
use super::checkpoint::is_object;
use crate::id::TaskId;

/// The most consultations that a task remembers; the oldest goes first.
pub const CONSULTS_MAX: usize = 32;

/// The most failures that a task remembers; the oldest goes first.
pub const FAILURES_MAX: usize = 16;
/// The most bytes of output that a failure keeps.
pub const LINES_BYTES: usize = 2 * 1024;

/// The exit code of a run in which there was no test to run.
pub const NO_TESTS: i32 = 4;

/// The most bytes of output that all failing runs of a task keep together, those at the base among them.
pub const ALL_LINES_BYTES: usize = 64 * 1024;

/// `.agents/receipts/<xx>/<task>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The task.
    pub task: TaskId,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// The last run of each criterion, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acceptance: BTreeMap<String, Outcome>,
    /// The last run of each regression check at the base, by key; its tree is the base's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub before: BTreeMap<String, Outcome>,
    /// Sources that were consulted, keyed by the event that recorded them: at most [`CONSULTS_MAX`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub consult: BTreeMap<String, Consult>,
    /// Failures, keyed by the event that recorded them first and the criterion.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failure: BTreeMap<String, Failure>,
}

/// One run of a check on one exact tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The command line that ran, without a shell.
    pub command: String,
    /// The policy's check that it is; absent for a command of the task.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// The exit code; 128 + n for signal n, 124 for a time limit.
    pub exit: i32,
    /// How long it took, in seconds.
    pub secs: f64,
    /// The tree that it ran on.
    pub tree: String,
    /// `sha256:` of everything that it printed.
    pub digest: String,
    /// `sha256:` of what is the same each time this failure happens; absent when it passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
    /// The end of what a failing run printed, escaped and bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
    /// Who ran it and when. Not in the event, which says that itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Made>,
}

/// A source that was consulted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consult {
    /// What was asked: a name, one line.
    pub source: String,
    /// For what: one line.
    pub query: String,
    /// Whether it stands in for a source that could not be had.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fallback: bool,
    /// When, and by whom.
    pub made: Made,
}

/// A failure, and what was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// The criterion.
    pub key: String,
    /// What is the same each time it happens.
    pub signature: String,
    /// The command line.
    pub command: String,
    /// The exit code.
    pub exit: i32,
    /// The end of what it printed, escaped and bounded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<String>,
    /// The commit on which it was seen last.
    pub tip: String,
    /// How often it was seen.
    pub times: u32,
    /// What was done about it, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The commit on which the check passed again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mended: Option<String>,
    /// When it was seen last, and by whom.
    pub made: Made,
}

/// What is wrong with an outcome by itself.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct OutcomeFault(pub String);

fn is_escaped(lines: &str) -> bool {
    lines
        .chars()
        .all(|c| "\n\t".contains(c) || !crate::text::is_unsafe(c))
}

impl Outcome {
    /// Whether this is a run of `check`.
    pub fn is_of(&self, check: &Check) -> bool {
        match check {
            Check::Named(name) => self.check.as_ref() == Some(name),
            Check::Command(_) => self.check.is_none() && self.command == check.line(),
        }
    }

    /// Whether the run passed.
    pub fn passed(&self) -> bool {
        self.exit == 0
    }

    /// Of a run at the base: whether it shows that the check fails without the change. One that passed shows nothing,
    /// and neither does one that did not start (126 and 127, as shells have it) or, of a policy check, tested nothing
    /// (4, as nextest has it).
    pub fn is_proof(&self) -> bool {
        let tested = self.check.is_none() || self.exit != NO_TESTS;
        !self.passed() && self.started() && tested
    }

    /// Whether the program was there to be run, as far as an exit code says.
    pub fn started(&self) -> bool {
        ![126, 127].contains(&self.exit)
    }

    /// Checks the fields by themselves.
    pub fn check(&self, key: &str) -> Result<(), OutcomeFault> {
        let fault = |what: &str| {
            Err(OutcomeFault(format!(
                "the result of {} {what}",
                crate::text::excerpt(key, 64)
            )))
        };
        let digest = |text: &str| {
            text.strip_prefix("sha256:").is_some_and(|hex| {
                (16..=64).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit())
            })
        };
        match self {
            _ if self.command.is_empty() || self.command.chars().count() > 2 * COMMAND_CHARS => {
                fault("has no command, or one that is too long")
            }
            _ if !is_object(&self.tree) => fault("names no tree"),
            _ if !digest(&self.digest) => fault("has no digest"),
            _ if self.signature.as_ref().is_some_and(|s| !digest(s)) => fault("has a signature that is none"),
            _ if !self.secs.is_finite() || self.secs < 0.0 => fault("has no time"),
            _ if self.lines.as_ref().is_some_and(|l| l.len() > LINES_BYTES) => fault("has too many lines"),
            _ if self.lines.as_ref().is_some_and(|l| !is_escaped(l)) => {
                fault("has lines that are not escaped")
            }
            _ if self.passed() == self.signature.is_some() => {
                fault("says both that it passed and that it failed")
            }
            _ => Ok(()),
        }
    }
}

impl Results {
    /// No results yet.
    pub fn none(task: &TaskId) -> Self {
        Self {
            task: task.clone(),
            extra: toml::Table::new(),
            acceptance: BTreeMap::new(),
            before: BTreeMap::new(),
            consult: BTreeMap::new(),
            failure: BTreeMap::new(),
        }
    }

    /// Takes a run on the tree of commit `tip`.
    pub fn take(&mut self, key: &str, outcome: &Outcome, tip: &str, remedy: Option<&String>, made: &Made) {
        for failure in self
            .failure
            .values_mut()
            .filter(|f| f.key == key && f.mended.is_none())
        {
            if let Some(remedy) = remedy {
                failure.remedy = Some(remedy.clone());
            }
            if outcome.passed() {
                failure.mended = Some(tip.to_owned());
            }
        }
        if let Some(signature) = &outcome.signature {
            self.fail(key, signature, outcome, tip, made);
        }
        let kept = Outcome {
            made: Some(made.clone()),
            ..outcome.clone()
        };
        self.acceptance.insert(key.to_owned(), kept);
        self.shorten();
    }

    /// Takes a run of a regression check at the base. It must fail there, so it is no failure to be mended.
    pub fn take_before(&mut self, key: &str, outcome: &Outcome, made: &Made) {
        let kept = Outcome {
            made: Some(made.clone()),
            ..outcome.clone()
        };
        self.before.insert(key.to_owned(), kept);
        self.shorten();
    }

    /// Takes a consultation; the newest [`CONSULTS_MAX`] are kept.
    pub fn consulted(&mut self, consult: Consult) {
        self.consult.insert(format!("C-{:08}", consult.made.seq), consult);
        while self.consult.len() > CONSULTS_MAX {
            let oldest = self
                .consult
                .iter()
                .min_by_key(|(id, c)| (c.made.seq, (*id).clone()));
            let Some(id) = oldest.map(|(id, _)| id.clone()) else {
                return;
            };
            self.consult.remove(&id);
        }
    }

    /// The consultations, the newest first.
    pub fn consultations(&self) -> Vec<&Consult> {
        let mut all: Vec<&Consult> = self.consult.values().collect();
        all.sort_by_key(|c| std::cmp::Reverse(c.made.seq));
        all
    }

    /// Keeps the record within its bound: of many failures the newest keep their lines.
    fn shorten(&mut self) {
        let mut runs: Vec<&mut Outcome> = self
            .acceptance
            .values_mut()
            .chain(self.before.values_mut())
            .filter(|o| o.lines.is_some())
            .collect();
        runs.sort_by_key(|run| std::cmp::Reverse(run.made.as_ref().map_or(0, |made| made.seq)));
        let mut kept = 0;
        for run in runs {
            kept += run.lines.as_ref().map_or(0, String::len);
            if kept > ALL_LINES_BYTES {
                run.lines = None;
            }
        }
    }

    fn fail(&mut self, key: &str, signature: &str, outcome: &Outcome, tip: &str, made: &Made) {
        let again = self
            .failure
            .values_mut()
            .find(|f| f.key == key && f.signature == signature);
        if let Some(failure) = again {
            failure.times = failure.times.saturating_add(1);
            failure.lines.clone_from(&outcome.lines);
            tip.clone_into(&mut failure.tip);
            failure.mended = None;
            failure.made = made.clone();
            return;
        }
        let failure = Failure {
            key: key.to_owned(),
            signature: signature.to_owned(),
            command: outcome.command.clone(),
            exit: outcome.exit,
            lines: outcome.lines.clone(),
            tip: tip.to_owned(),
            times: 1,
            remedy: None,
            mended: None,
            made: made.clone(),
        };
        self.failure.insert(format!("F-{:08}-{key}", made.seq), failure);
        while self.failure.len() > FAILURES_MAX {
            // What is mended goes before what is not, the oldest first.
            let oldest = self
                .failure
                .iter()
                .min_by_key(|(id, f)| (f.mended.is_none(), f.made.seq, (*id).clone()));
            let Some(id) = oldest.map(|(id, _)| id.clone()) else {
                return;
            };
            self.failure.remove(&id);
        }
    }

    /// The failures that nothing has mended, the newest first.
    pub fn open_failures(&self) -> Vec<&Failure> {
        let mut open: Vec<&Failure> = self.failure.values().filter(|f| f.mended.is_none()).collect();
        open.sort_by_key(|f| std::cmp::Reverse(f.made.seq));
        open
    }
}
