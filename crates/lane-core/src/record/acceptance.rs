//! What must be true at the end of a task, and how to see it.

use serde::Deserialize;
use serde::Serialize;

/// One thing that must be true at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Acceptance {
    /// In words: one line.
    pub text: String,
    /// How to see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// What its check is good for besides.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purpose: Vec<Purpose>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// What a check shows besides that its criterion is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// The code is there: a task of high risk needs one.
    Anchor,
    /// The active path is exercised: a task of high risk needs one.
    Runtime,
    /// It fails without the change: a defect needs one.
    Regression,
}

impl Acceptance {
    /// Whether its check must have failed before the change.
    pub fn is_regression(&self) -> bool {
        self.check.is_some() && self.purpose.contains(&Purpose::Regression)
    }

    /// What its check is good for besides, in a line; empty when nothing is said.
    pub fn purposes(&self) -> String {
        let names: Vec<&str> = self.purpose.iter().map(|purpose| purpose.name()).collect();
        names.join(", ")
    }
}

impl Purpose {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Anchor => "anchor",
            Self::Runtime => "runtime",
            Self::Regression => "regression",
        }
    }
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

/// The longest command line of a check, in characters as it is shown.
pub const COMMAND_CHARS: usize = 1_000;

impl Check {
    /// The check as a person would type it: the command line, or the policy check's name.
    pub fn line(&self) -> String {
        match self {
            Self::Named(name) => name.clone(),
            Self::Command(words) => {
                crate::refusal::command(&words.iter().map(String::as_str).collect::<Vec<_>>())
            }
        }
    }
}
