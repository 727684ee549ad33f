//! What changed, as a value that planning takes: paths with what they were and are, or everything with the reason.

mod editions;
mod find;

pub use editions::editions;
pub use find::Base;

use lane_git::PathChange;

/// What a gate is asked to judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The full name of the commit (or tree) that the change is compared with, for `{base}`. On an unborn branch the
    /// empty tree's; absent when nobody knows.
    pub base: Option<String>,
    /// Which paths.
    pub extent: Extent,
}

/// Which paths changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extent {
    /// These and no others. Both sides of a rename are in it, as two paths.
    Files(Vec<Changed>),
    /// Nobody knows (missing base, shallow clone, unreadable index), or it was asked for: nothing may be left out.
    Everything {
        /// Why, as a part of a sentence: `the base is missing`.
        why: String,
        /// Every file that there is, for `{files}` and formatting; absent when they cannot be listed.
        files: Option<Vec<Changed>>,
    },
}

/// One path that differs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Changed {
    /// From the repository's root, in git's bytes.
    pub path: Vec<u8>,
    /// The mode before, as in git's trees; 0 = it was not there.
    pub old_mode: u32,
    /// The mode after; 0 = it is not there any more.
    pub new_mode: u32,
}

/// The kinds of things in git's trees, as the upper bits of a mode.
const KIND: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;
const GITLINK: u32 = 0o160_000;

impl Change {
    /// Whether it is known that nothing changed.
    pub fn is_nothing(&self) -> bool {
        matches!(&self.extent, Extent::Files(files) if files.is_empty())
    }

    /// The paths, whatever the extent; none where they cannot be listed.
    pub fn files(&self) -> &[Changed] {
        match &self.extent {
            Extent::Files(files) => files,
            Extent::Everything { files, .. } => files.as_deref().unwrap_or_default(),
        }
    }
}

impl Changed {
    /// Whether a regular file is there now: no symbolic link (it may lead anywhere), no submodule.
    pub fn is_file(&self) -> bool {
        self.new_mode & KIND == REGULAR
    }

    /// Whether it is or was a submodule, whose inside nobody compares here.
    pub fn is_gitlink(&self) -> bool {
        self.new_mode & KIND == GITLINK || self.old_mode & KIND == GITLINK
    }
}

impl From<&PathChange> for Changed {
    fn from(change: &PathChange) -> Self {
        Self {
            path: change.path.clone(),
            old_mode: change.old_mode,
            new_mode: change.new_mode,
        }
    }
}
