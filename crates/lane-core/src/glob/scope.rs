//! A union of globs: what a lock holds, what an area owns, what a task may touch.

use serde::Deserialize;
use serde::Serialize;

use super::Glob;
use super::MAX_SCOPE;
use super::branch::Branch;
use super::error::GlobError;
use super::error::GlobProblem;
use super::fold::folded;

/// A union of globs, in the order in which they were given; a list of strings when serialized.
///
/// The empty scope covers nothing. Equality is that of the texts, not of what they cover.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scope {
    globs: Vec<Glob>,
}

impl Scope {
    /// The union of these globs.
    pub fn new(globs: Vec<Glob>) -> Self {
        Self { globs }
    }

    /// The union of the globs with these texts.
    ///
    /// # Errors
    /// The first glob that is refused, and why: by itself, see [`Glob::parse`], or because with it the list stands for
    /// more than [`MAX_SCOPE`].
    pub fn parse(globs: &[impl AsRef<str>]) -> Result<Self, GlobError> {
        let (mut parsed, mut weight) = (Vec::with_capacity(globs.len()), 0);
        for text in globs {
            let glob = Glob::parse(text.as_ref())?;
            weight += glob.weight();
            if weight > MAX_SCOPE {
                return Err(GlobError::new(text.as_ref(), GlobProblem::ScopeTooLarge));
            }
            parsed.push(glob);
        }
        Ok(Self::new(parsed))
    }

    /// The scope of the whole repository.
    pub fn everything() -> Self {
        Self::new(vec![Glob::everything()])
    }

    /// Whether there is no glob in it.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// The globs, in the order in which they were given.
    pub fn globs(&self) -> &[Glob] {
        &self.globs
    }

    /// Whether some glob covers the path, given as git stores it (any bytes, separated by `/`).
    pub fn covers(&self, path: &[u8]) -> bool {
        self.covering(path).is_some()
    }

    /// The first glob that covers the path.
    pub fn covering(&self, path: &[u8]) -> Option<&Glob> {
        let path = folded(path);
        self.globs.iter().find(|glob| glob.covers_folded(&path))
    }

    pub(super) fn branches(&self) -> impl Iterator<Item = &Branch> {
        self.globs.iter().flat_map(Glob::branches)
    }
}
