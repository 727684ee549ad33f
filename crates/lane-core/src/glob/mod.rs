//! Globs: one language for locks, areas and triggers, and exact decisions about it.
//!
//! - `*` is any number of characters, `?` exactly one, `[a-z]` one of a set, `[!a-z]` or `[^a-z]` one
//!   outside of it; none of them ever matches `/`.
//! - `**` as a whole component is any number of components, also none.
//! - `{a,b}` is either, nested up to [`MAX_DEPTH`] deep and standing for at most [`MAX_ALTERNATIVES`];
//!   braces are spelled out first, as in a shell.
//! - `\` takes the meaning from the character behind it; before a letter, digit or `/` it is refused,
//!   because that is mostly a path of Windows.
//! - Globs start at the root of the repository. Leading `./` and `/` and trailing `/` mean nothing, and
//!   doubled slashes are one.
//! - A glob covers what it matches **and everything below**: `src`, `src/` and `src/**` are the same.
//!   So `src/**` covers `src` itself, which may be a gitlink, a symlink or a file tomorrow.
//! - Patterns and paths are compared [folded]: NFC, one case.

mod automaton;
mod braces;
mod branch;
mod class;
mod decide;
mod error;
mod fold;
mod git_path;
mod matcher;
mod pattern;
mod plain;
mod scope;
#[cfg(test)]
mod tests;
mod walk;

use std::cmp::Ordering;
use std::fmt;
use std::hash::Hash;
use std::hash::Hasher;
use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error as _;

use branch::Branch;

pub use decide::decide;
pub use decide::escapes;
pub use decide::overlap;
pub use error::GlobError;
pub use error::GlobProblem;
pub use error::TooComplex;
pub use fold::folded;
pub use plain::Plain;
pub use scope::Scope;

/// The longest glob, in bytes.
pub const MAX_BYTES: usize = 1024;
/// The most alternatives that the braces of one glob may stand for.
pub const MAX_ALTERNATIVES: usize = 64;
/// The most that the globs of one scope may stand for, spelled out, in characters and marks: some 16 MiB.
pub const MAX_SCOPE: usize = 1_000_000;
/// How deep braces may be nested.
pub const MAX_DEPTH: usize = 8;

/// A pattern for paths; see the [module](self) for the language. A string when serialized.
///
/// Cheap to clone: clones share what was parsed and compiled. Equality, order and hash are those of the
/// text, so `src` and `src/**` differ although they cover the same.
#[derive(Clone)]
pub struct Glob {
    text: Arc<str>,
    /// At least one.
    branches: Arc<[Branch]>,
}

impl Glob {
    /// Reads a glob.
    ///
    /// # Errors
    /// [`GlobError`] with the glob and the [problem](GlobProblem); never panics, and is bounded by the
    /// limits of this module.
    pub fn parse(written: &str) -> Result<Self, GlobError> {
        let text = pattern::trimmed(written);
        let alternatives = pattern::parse(text).map_err(|problem| GlobError::new(written, problem))?;
        Ok(Self {
            text: text.into(),
            branches: alternatives.into_iter().map(Branch::new).collect(),
        })
    }

    /// `**`.
    pub fn everything() -> Self {
        Self {
            text: "**".into(),
            branches: [Branch::new(Vec::new())].into(),
        }
    }

    /// The glob as it was written, without leading `./` and `/` and without trailing `/`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What every covered path starts with, once [folded]: the text up to the first wildcard or brace
    /// in which alternatives differ. May be empty, and may end within a component.
    pub fn literal_prefix(&self) -> &str {
        let mut prefixes = self.branches.iter().map(Branch::prefix);
        let first = prefixes.next().unwrap_or_default();
        prefixes.fold(first, common_prefix)
    }

    /// Whether it is evident that every path is covered: `**`, `*`, `**/*` and the like.
    pub fn is_everything(&self) -> bool {
        self.branches.iter().any(Branch::is_everything)
    }

    /// Whether the path, given as git stores it (any bytes, separated by `/`), is covered.
    pub fn covers(&self, path: &[u8]) -> bool {
        self.covers_folded(&folded(path))
    }

    fn covers_folded(&self, path: &str) -> bool {
        self.branches.iter().any(|branch| branch.covers(path))
    }

    fn weight(&self) -> usize {
        self.branches.iter().map(Branch::weight).sum()
    }

    fn branches(&self) -> &[Branch] {
        &self.branches
    }
}

fn common_prefix<'a>(a: &'a str, b: &str) -> &'a str {
    let end = a
        .char_indices()
        .zip(b.chars())
        .find(|((_, x), y)| x != y)
        .map(|((at, _), _)| at);
    &a[..end.unwrap_or_else(|| a.len().min(b.len()))]
}

impl FromStr for Glob {
    type Err = GlobError;

    fn from_str(text: &str) -> Result<Self, GlobError> {
        Self::parse(text)
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Glob({:?})", self.text)
    }
}

impl PartialEq for Glob {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Glob {}

impl PartialOrd for Glob {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Glob {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for Glob {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Serialize for Glob {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Glob {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Formats keep only the text of an error, so the cause has to be in it.
        Self::parse(&text).map_err(|error| D::Error::custom(format_args!("{error}: {}", error.problem)))
    }
}
