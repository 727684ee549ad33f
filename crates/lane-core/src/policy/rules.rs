//! What the policy says of the rules: their levels and settings, and what they need to know of the repository.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::id::AreaName;
use crate::record::Kind;

/// How much a rule's finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// It is not asked.
    Off,
    /// It is said, and refuses nothing.
    Advice,
    /// It refuses.
    Refuse,
}

/// `[rule.ID]`. Each rule takes those settings that it names; the others mean nothing to it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleSettings {
    /// How much it weighs; absent = the rule's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<Level>,
    /// `large-commit`: the most paths of one commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u32>,
    /// `large-commit`: the most lines, added and removed, of one commit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lines: Option<u32>,
    /// `changelog-missing`: the kinds of tasks that need an entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
    /// `consult-missing`: the sources that count, the first one first; none = any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// `[generated.NAME]`: files that are made from others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Generated {
    /// Globs of what is made.
    pub files: Vec<String>,
    /// Globs of what it is made from, the generator's own settings among them.
    pub from: Vec<String>,
    /// The command that makes it, for people; never run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// `[co_change.NAME]`: what changes together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CoChange {
    /// Globs: when one of these changes,
    pub when: Vec<String>,
    /// one of these must change too.
    pub must: Vec<String>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// `[contract.NAME]`: an interface that others build on.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contract {
    /// Globs of its files.
    pub files: Vec<String>,
    /// The checks of `.agents/gates.toml` that must pass when these change.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// The areas whose lanes are told.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tells: Vec<AreaName>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// `[tests]`: what counts as a test.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tests {
    /// Globs of files that hold tests and nothing else.
    pub files: Vec<String>,
    /// Patterns (syntax of the `regex` crate) of lines that are a test each, besides those that are known by the file's
    /// ending. A group `name` names the test.
    pub names: Vec<String>,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Default for Tests {
    fn default() -> Self {
        let files = [
            "**/tests/**",
            "**/test/**",
            "**/__tests__/**",
            "**/*_test.*",
            "**/*.test.*",
            "**/*.spec.*",
            "**/test_*.py",
        ];
        Self {
            files: files.map(str::to_owned).to_vec(),
            names: Vec::new(),
            extra: toml::Table::new(),
        }
    }
}

impl Tests {
    /// Whether the policy says nothing of its own.
    pub(super) fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// The settings of rules by id.
pub type RuleTable = BTreeMap<String, RuleSettings>;
