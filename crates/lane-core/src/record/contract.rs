//! What a task's contract must be like: bounded, readable, without anything invisible.

use thiserror::Error;

use super::Acceptance;
use super::COMMAND_CHARS;
use super::Check;
use super::Task;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::id::TaskId;
use crate::text;
use crate::text::LineFault;

/// The most entries in any list of a task or lock.
pub const LIST_MAX: usize = 256;

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
    /// Checks the contract by itself: texts, globs, bounds. Says the first fault.
    pub fn check_contract(&self) -> Result<(), TaskFault> {
        line("title", &self.title)?;
        self.check_lists()?;
        check_branch(&self.branch).map_err(|fault| field("branch", fault))?;
        if let Some(issue) = &self.issue {
            line("issue", issue)?;
        }
        self.check_part()?;
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

    fn check_part(&self) -> Result<(), TaskFault> {
        if let Some(slice) = &self.slice {
            line("slice", slice)?;
        }
        let is_part = self.slice.is_some() || self.merge_order.is_some();
        if is_part && self.parent.is_none() {
            return Err(field("parent", "must be named for a slice or a merge order"));
        }
        if self.merge_order == Some(0) {
            return Err(field("merge_order", "counts from 1"));
        }
        if self
            .parent
            .as_ref()
            .is_some_and(|parent| parent.as_str().eq_ignore_ascii_case(self.id.as_str()))
        {
            return Err(field("parent", "names the task itself"));
        }
        Ok(())
    }

    fn check_lists(&self) -> Result<(), TaskFault> {
        let sizes = [
            self.labels.len(),
            self.scope.len(),
            self.out_of_scope.len(),
            self.depends_on.len(),
            self.children.len(),
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
        self.check_purpose(&name)?;
        match &self.check {
            Some(Check::Command(words)) if words.first().is_none_or(String::is_empty) => {
                Err(field(&name, "has a check without a command"))
            }
            Some(Check::Command(words)) if words.iter().any(|w| w.contains('\0')) => {
                Err(field(&name, "has a check with a NUL byte"))
            }
            Some(Check::Command(words))
                if words.iter().map(|w| w.chars().count() + 1).sum::<usize>() > COMMAND_CHARS =>
            {
                Err(field(
                    &name,
                    "has a check longer than 1,000 characters; put it into a script",
                ))
            }
            Some(Check::Named(check)) => line(&name, check),
            _ => Ok(()),
        }
    }
}

impl Acceptance {
    fn check_purpose(&self, name: &str) -> Result<(), TaskFault> {
        let twice = |(n, purpose)| self.purpose[..n].contains(purpose);
        if self.purpose.iter().enumerate().any(twice) {
            return Err(field(name, "has a purpose twice"));
        }
        if !self.purpose.is_empty() && self.check.is_none() {
            return Err(field(name, "has a purpose and no check that it could be of"));
        }
        Ok(())
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
    use crate::record::Purpose;
    use crate::time::Timestamp;

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
    fn a_purpose_is_said_once_and_of_a_check() {
        let fault = |acceptance: &str| {
            let text = EXAMPLE.replace("[acceptance.a1]\n", &format!("[acceptance.a1]\n{acceptance}\n"));
            let task: Task = codec::decode(text.as_bytes()).unwrap();
            let fault = task.check_contract().err();
            fault.map(|fault| fault.to_string()).unwrap_or_default()
        };
        assert_eq!(fault("purpose = ['anchor', 'runtime', 'regression']"), "");
        assert!(
            fault("purpose = ['anchor', 'runtime', 'anchor']").contains("acceptance.a1` has a purpose twice")
        );
        let mut task: Task = codec::decode(EXAMPLE.as_bytes()).unwrap();
        let a1 = task.acceptance.get_mut("a1").unwrap();
        (a1.purpose, a1.check) = (vec![Purpose::Regression], None);
        assert!(
            task.check_contract()
                .unwrap_err()
                .to_string()
                .contains("no check")
        );
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
            purpose: Vec::new(),
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
