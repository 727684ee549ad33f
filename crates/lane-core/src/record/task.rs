//! A task: a contract, and who holds it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use super::Holder;
use super::Phase;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::text;
use crate::text::LineFault;
use crate::time::Timestamp;

/// The most entries in any list of a task.
pub const LIST_MAX: usize = 256;

/// `.agents/queue/<xx>/<task>.toml`, and after completion `.agents/archive/<xx>/<task>/task.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Task {
    /// The task's id.
    pub id: TaskId,
    /// What it is about: one line.
    pub title: String,
    /// What sort of work it is.
    #[serde(default)]
    pub kind: Kind,
    /// Where it is in its life.
    pub status: Phase,
    /// How soon it is wanted.
    #[serde(default)]
    pub priority: Priority,
    /// How much care it takes; absent = normal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<Risk>,
    /// The area that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<AreaName>,
    /// The branch that its commits are on.
    pub branch: String,
    /// An issue elsewhere, like `#123`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue: Option<String>,
    /// Free labels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The globs that it may change; they become its lock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scope: Vec<String>,
    /// The globs that it must not change, whatever its scope says.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_scope: Vec<String>,
    /// Globs that further locks of this lane were granted for. It only grows, so that commits stay judged
    /// by what was granted when they were made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub granted: Vec<String>,
    /// The tasks that must be done before this one starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub depends_on: Vec<TaskId>,
    /// Free text: problem, locations, references, testing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
    /// When it was added.
    pub created: Timestamp,
    /// How often it has been claimed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub attempts: u32,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
    /// What must be true at the end, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub acceptance: BTreeMap<String, Acceptance>,
    /// What it waits for, while blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claim: Option<Claim>,
    /// How it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub completion: Option<Completion>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde hands a reference
fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// What sort of work a task is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something new.
    #[default]
    Feature,
    /// Something broken.
    Defect,
    /// An interface that others build on.
    Contract,
    /// Words.
    Docs,
    /// Upkeep.
    Chore,
}

/// How soon a task is wanted. The order is the order of the ready list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Priority {
    /// First.
    High,
    /// As it comes.
    #[default]
    Medium,
    /// When nothing else is there.
    Low,
}

/// How much care a task takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Risk {
    /// The usual care; the same as no risk given.
    Normal,
    /// Needs further evidence.
    High,
}

/// One thing that must be true at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// In words: one line.
    pub text: String,
    /// How to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// A check of an acceptance criterion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Check {
    /// The name of a check that the policy declares.
    Named(String),
    /// A command with its arguments, run as it is, without a shell.
    Command(Vec<String>),
}

/// What a blocked task waits for: another task, a reason, or both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Blocked {
    /// The task that must be done first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<TaskId>,
    /// Why, in words: one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who said so.
    pub by: Agent,
    /// Since when.
    pub since: Timestamp,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// One agent's hold on a task.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Claim {
    /// The agent.
    pub by: Agent,
    /// The clone that it acts in.
    pub clone: CloneId,
    /// The lane: `backend:1` in an area, else the task's id.
    pub lane: String,
    /// The fence of this grant.
    pub fence: u64,
    /// Since when.
    pub since: Timestamp,
    /// The how-manieth attempt this is, from 1.
    pub attempt: u32,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Claim {
    /// Who holds the task.
    pub fn holder(&self) -> Holder {
        Holder {
            agent: self.by.clone(),
            clone: self.clone.clone(),
        }
    }

    /// Whether `agent` in `clone` is the holder.
    pub fn is_held_by(&self, agent: &Agent, clone: &CloneId) -> bool {
        self.by == *agent && self.clone == *clone
    }
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Completion {
    /// Who said so.
    pub by: Agent,
    /// When.
    pub at: Timestamp,
    /// The tip of the task's branch that landed.
    pub tip: String,
    /// The commit of the integration branch that it was found in.
    pub landed: String,
    /// Who had held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Agent>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// What is wrong with a task's contract. The text names the field.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum TaskFault {
    /// A text field.
    #[error("`{field}` {}", fault_words(*.fault))]
    Line {
        /// Which.
        field: String,
        /// What is wrong with it.
        fault: LineFault,
    },
    /// A glob.
    #[error("`{field}`: {fault}: {}", .fault.problem)]
    Glob {
        /// Which.
        field: &'static str,
        /// What is wrong with it.
        fault: GlobError,
    },
    /// Anything else.
    #[error("`{field}` {fault}")]
    Field {
        /// Which.
        field: String,
        /// What is wrong with it.
        fault: String,
    },
}

fn fault_words(fault: LineFault) -> String {
    match fault {
        LineFault::Empty => "is empty".to_owned(),
        LineFault::TooLong => format!("is longer than {} characters", text::LINE_CHARS),
        LineFault::Unsafe(c) => format!(
            "contains the character U+{:04X}, which must not be there",
            u32::from(c)
        ),
    }
}

fn line(field: &str, value: &str) -> Result<(), TaskFault> {
    text::check_line(value).map_err(|fault| TaskFault::Line {
        field: field.to_owned(),
        fault,
    })
}

fn field(field: &str, fault: &str) -> TaskFault {
    TaskFault::Field {
        field: field.to_owned(),
        fault: fault.to_owned(),
    }
}

impl Task {
    /// A task with nothing but what every task has.
    pub fn new(id: TaskId, title: &str, created: Timestamp) -> Self {
        Self {
            branch: id.to_string(),
            id,
            title: title.to_owned(),
            kind: Kind::default(),
            status: Phase::Todo,
            priority: Priority::default(),
            risk: None,
            area: None,
            issue: None,
            labels: Vec::new(),
            scope: Vec::new(),
            out_of_scope: Vec::new(),
            granted: Vec::new(),
            depends_on: Vec::new(),
            notes: None,
            created,
            attempts: 0,
            extra: toml::Table::new(),
            acceptance: BTreeMap::new(),
            blocked: None,
            claim: None,
            completion: None,
        }
    }

    /// Checks the contract by itself: texts, globs, bounds. Says the first fault.
    pub fn check_contract(&self) -> Result<(), TaskFault> {
        line("title", &self.title)?;
        self.check_lists()?;
        check_branch(&self.branch).map_err(|fault| field("branch", fault))?;
        if let Some(issue) = &self.issue {
            line("issue", issue)?;
        }
        if self
            .notes
            .as_ref()
            .is_some_and(|notes| notes.len() > text::NOTES_BYTES)
        {
            return Err(field("notes", "is longer than 64 KiB"));
        }
        for (key, criterion) in &self.acceptance {
            criterion.check_contract(key)?;
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), TaskFault> {
        let sizes = [
            self.labels.len(),
            self.scope.len(),
            self.out_of_scope.len(),
            self.depends_on.len(),
            self.acceptance.len(),
        ];
        if sizes.iter().any(|n| *n > LIST_MAX) {
            return Err(field("a list", &format!("has more than {LIST_MAX} entries")));
        }
        for label in &self.labels {
            line("labels", label)?;
        }
        Scope::parse(&self.scope).map_err(|fault| TaskFault::Glob {
            field: "scope",
            fault,
        })?;
        Scope::parse(&self.out_of_scope).map_err(|fault| TaskFault::Glob {
            field: "out_of_scope",
            fault,
        })?;
        if self
            .depends_on
            .iter()
            .any(|on| on.as_str().eq_ignore_ascii_case(self.id.as_str()))
        {
            return Err(field("depends_on", "names the task itself"));
        }
        Ok(())
    }

    /// The globs that this task's lane may change: its scope and what was granted on top.
    pub fn reach(&self) -> Result<Scope, GlobError> {
        Scope::parse(&[self.scope.as_slice(), self.granted.as_slice()].concat())
    }
}

impl Acceptance {
    fn check_contract(&self, key: &str) -> Result<(), TaskFault> {
        let name = format!("acceptance.{}", text::excerpt(key, 64));
        if TaskId::new(key).is_err() {
            return Err(field(
                &name,
                "must have a key of letters, digits, `.`, `_` or `-`",
            ));
        }
        line(&name, &self.text)?;
        match &self.check {
            Some(Check::Command(words)) if words.first().is_none_or(String::is_empty) => {
                Err(field(&name, "has a check without a command"))
            }
            Some(Check::Command(words)) if words.iter().any(|w| w.contains('\0')) => {
                Err(field(&name, "has a check with a NUL byte"))
            }
            Some(Check::Named(check)) => line(&name, check),
            _ => Ok(()),
        }
    }
}

/// What is wrong with a one-line text, if anything.
pub fn line_fault(name: &str, value: &str) -> Option<TaskFault> {
    line(name, value).err()
}

/// What is wrong with a branch's name, if anything.
pub fn task_branch_fault(name: &str) -> Option<&'static str> {
    check_branch(name).err()
}

/// Whether `name` can be a branch: git's own rules narrowed to letters, digits and `._/-`.
fn check_branch(name: &str) -> Result<(), &'static str> {
    let charset = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    if name.is_empty() || name.len() > 200 || !name.chars().all(charset) {
        return Err("must be 1 to 200 letters, digits, `.`, `_`, `/` or `-`");
    }
    for part in name.split('/') {
        let edge = part.is_empty() || part.starts_with(['.', '-']) || part.ends_with('.');
        if edge || part.contains("..") || part.to_ascii_lowercase().ends_with(".lock") {
            return Err("has a part that git does not take in a branch name");
        }
    }
    if name.eq_ignore_ascii_case("HEAD") {
        Err("is what git calls the commit that is checked out")
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec;

    const EXAMPLE: &str = r##"id = "T-7k2m"
title = "Parser accepts empty groups"
kind = "defect"
status = "in-progress"
priority = "high"
risk = "high"
area = "backend"
branch = "T-7k2m"
issue = "#123"
labels = ["parser"]
scope = ["crates/parser/**"]
out_of_scope = ["crates/parser/generated/**"]
depends_on = ["A-P7-001"]
notes = """Free text: problem, locations, references, testing."""
created = "2026-11-20T09:00:00Z"
sprint = 7

[acceptance.a1]
text = "empty groups parse to an empty list"
check = ["cargo", "test", "-p", "parser", "empty_groups"]
weight = 3

[claim]
by = "agent-a"
clone = "9c41"
lane = "backend:1"
fence = 17
since = "2026-11-21T08:31:04Z"
attempt = 1
mood = "good"

[tracker]
url = "x"
"##;

    #[test]
    fn the_example_of_the_format_page_is_read_and_keeps_unknown_keys() {
        let task: Task = codec::decode(EXAMPLE.as_bytes()).unwrap();
        task.check_contract().unwrap();
        let again: Task = codec::decode(codec::encode(&task).unwrap().as_bytes()).unwrap();
        assert_eq!(again, task);
        assert_eq!(task.extra["sprint"].as_integer(), Some(7));
        assert_eq!(task.extra["tracker"]["url"].as_str(), Some("x"));
        assert_eq!(task.claim.unwrap().extra["mood"].as_str(), Some("good"));
        assert_eq!(task.acceptance["a1"].extra["weight"].as_integer(), Some(3));
    }

    #[test]
    fn keys_are_written_in_the_order_of_the_format_page() {
        let task: Task = codec::decode(EXAMPLE.as_bytes()).unwrap();
        let text = codec::encode(&task).unwrap();
        let at = |key: &str| text.find(key).unwrap_or_else(|| panic!("{key} in {text}"));
        let order = [
            "id =",
            "title =",
            "kind =",
            "status =",
            "scope =",
            "created =",
            "[acceptance.a1]",
            "[claim]",
        ];
        assert!(order.windows(2).all(|w| at(w[0]) < at(w[1])), "{text}");
        assert!(text.ends_with('\n'));
    }

    #[test]
    fn a_bad_contract_is_refused_by_field() {
        let base = || Task::new(TaskId::new("T-1").unwrap(), "t", Timestamp::default());
        let with = |change: fn(&mut Task)| {
            let mut task = base();
            change(&mut task);
            task.check_contract().unwrap_err().to_string()
        };
        base().check_contract().unwrap();
        assert!(with(|t| t.title = "a\u{202e}b".into()).contains("title"));
        assert!(with(|t| t.scope = vec!["a[".into()]).contains("scope"));
        assert!(with(|t| t.branch = "-x".into()).contains("branch"));
        assert!(with(|t| t.branch = "a//b".into()).contains("branch"));
        assert!(with(|t| t.depends_on = vec![TaskId::new("t-1").unwrap()]).contains("depends_on"));
        assert!(with(|t| t.notes = Some("x".repeat(70_000))).contains("notes"));
        let empty = Acceptance {
            text: "x".into(),
            check: Some(Check::Command(vec![])),
            extra: toml::Table::new(),
        };
        let mut task = base();
        task.acceptance.insert("a1".into(), empty);
        assert!(
            task.check_contract()
                .unwrap_err()
                .to_string()
                .contains("acceptance.a1")
        );
    }
}
