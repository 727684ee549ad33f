//! Changelogs after Keep a Changelog: releases, categories, entries.

use crate::Merged;
use crate::Sides;

/// Merges a changelog.
pub(crate) fn merge(sides: &Sides<'_>) -> Merged {
    let _ = sides;
    Merged::Unsuited("changelogs are not merged yet".to_owned())
}
