//! One thing in three versions.

use crate::three_way::three_way;

/// A thing as the base, ours and theirs have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Three<T> {
    pub(super) base: T,
    pub(super) ours: T,
    pub(super) theirs: T,
}

impl<T> Three<T> {
    pub(super) fn map<'a, U>(&'a self, mut of: impl FnMut(&'a T) -> U) -> Three<U> {
        Three {
            base: of(&self.base),
            ours: of(&self.ours),
            theirs: of(&self.theirs),
        }
    }
}

impl<T: Copy + PartialEq> Three<T> {
    pub(super) fn settled(&self) -> Option<T> {
        three_way(&self.base, self.ours, self.theirs)
    }
}

impl Three<Option<&str>> {
    /// The merged blank lines; a version that does not say gives way, and of two that differ the lesser counts.
    pub(super) fn blank(&self) -> Option<String> {
        let merged = match (self.base, self.ours, self.theirs) {
            (Some(base), ours, theirs) => {
                let (ours, theirs) = (ours.unwrap_or(base), theirs.unwrap_or(base));
                Some(three_way(&base, ours, theirs).unwrap_or_else(|| ours.min(theirs)))
            }
            (None, Some(ours), Some(theirs)) => Some(ours.min(theirs)),
            (None, ours, theirs) => ours.or(theirs),
        };
        merged.map(str::to_owned)
    }
}
