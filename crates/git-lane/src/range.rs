//! How much of a range of commits is looked at.

/// The most commits of one range; with more, the command ends instead of passing the rest over.
pub(crate) const COMMITS_MAX: usize = 1_000_000;
