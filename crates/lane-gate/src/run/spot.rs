//! A place in a file that a check found fault with: for whoever shows it beside the file.

/// The most places that one run keeps.
pub(crate) const SPOTS: usize = 200;

/// A file and perhaps a line in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spot {
    /// From the repository's root, escaped and bounded.
    pub path: String,
    /// From 1; none where the fault is the whole file's.
    pub line: Option<usize>,
}
