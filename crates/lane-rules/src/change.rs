//! One path of a change, as git's raw diff has it. A rename is a deletion and an addition.

/// A path that is added, changed, deleted, or changed in mode or type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The path from the root, bytes as git has them.
    pub path: Vec<u8>,
    /// The new mode in octal and the new content's object name, with a space between; empty for a deletion.
    pub content: String,
}
