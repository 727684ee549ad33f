//! A merge from outside: which strategy, three texts in, one out.

use crate::Conflicts;
use crate::changelog;
use crate::record;
use crate::registry;

/// Three versions of one file, as bytes. A file that two sides added has an empty base.
#[derive(Clone, Copy, Debug)]
pub struct Sides<'a> {
    /// The common ancestor.
    pub base: &'a [u8],
    /// Our version.
    pub ours: &'a [u8],
    /// Their version.
    pub theirs: &'a [u8],
}

/// How a file is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// A TOML record below `.agents/`; its path names the schema.
    Record,
    /// A changelog after Keep a Changelog.
    Changelog,
    /// Sorted lines, each known by itself or by its first word.
    Registry,
}

/// What came of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Merged {
    /// One file, whichever side was ours.
    Clean(Vec<u8>),
    /// What both sides changed in different ways stands between markers.
    Conflicts(Conflicts),
    /// The file is not what the strategy is for, and why: a text merge is the better answer.
    Unsuited(String),
}

/// Merges `sides` of the file at `path` (relative to the repository's root). Total: whatever the bytes are.
pub fn merge(strategy: Strategy, path: &str, sides: &Sides<'_>) -> Merged {
    if let Some(settled) = sides.settled() {
        return Merged::Clean(settled.to_vec());
    }
    match strategy {
        Strategy::Record => record::merge(path, sides),
        Strategy::Changelog => changelog::merge(sides),
        Strategy::Registry => registry::merge(sides),
    }
}

impl<'a> Sides<'a> {
    /// The result where one side did not change, or both changed alike.
    fn settled(&self) -> Option<&'a [u8]> {
        let Self { base, ours, theirs } = *self;
        if ours == theirs || base == theirs {
            Some(ours)
        } else if base == ours {
            Some(theirs)
        } else {
            None
        }
    }
}
