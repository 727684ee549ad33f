//! What a commit brings to the records and to the files of the merge driver that none of its parents has.

use lane_core::audit::Flaw;

/// What is new in a commit and should not be. Empty for nearly all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Records that contradict each other or themselves.
    pub disagreements: Vec<Disagreement>,
    /// Records that cannot be read, or lie in a wrong place.
    pub unreadable: Vec<Unread>,
    /// Files with conflicts that were left in them.
    pub marked: Vec<Marked>,
}

/// A contradiction, and where the records lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// What is wrong.
    pub flaw: Flaw,
    /// The files of both records.
    pub paths: Vec<Vec<u8>>,
    /// Those of them that the commit changes.
    pub changed: Vec<Vec<u8>>,
}

/// A record that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Its file.
    pub path: Vec<u8>,
    /// What is wrong with it, its line included.
    pub fault: String,
}

/// A file with conflict markers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marked {
    /// The file.
    pub path: Vec<u8>,
    /// The line, from 1, where the first conflict begins.
    pub line: usize,
}
