//! Which of some paths the globs of a table of the policy cover.

use lane_core::glob::Scope;

use crate::delivery::Changed;
use crate::reach;
use crate::reach::ReachError;

/// The globs of the table at `place`, `contract.api`.
pub(super) fn scope(place: &str, globs: &[String]) -> Result<Scope, ReachError> {
    reach::parse(place, globs)
}

/// The paths of a difference that are covered, in its order.
pub(super) fn changed<'a>(changes: &'a [Changed], scope: &Scope) -> Vec<&'a [u8]> {
    let paths = changes.iter().map(|change| change.path.as_slice());
    paths.filter(|path| scope.covers(path)).collect()
}
