//! Where lanes are worked on in this clone: what rules about commits elsewhere ask.

use lane_core::id::TaskId;

use crate::change::Edit;

/// The lanes' own places. Looked up only when a rule asks.
pub trait Desks {
    /// The folder of another worktree of this clone that has the lane's branch checked out.
    fn of(&self, task: &TaskId) -> Option<String>;

    /// Whether the lane itself has what the edit makes of its path, so that a commit of it lands the lane's work.
    fn has(&self, task: &TaskId, edit: &Edit) -> bool;
}

/// The same places for edits that are not made yet: no lane has their outcome.
pub(crate) struct Unmade<'a>(pub(crate) &'a dyn Desks);

impl Desks for Unmade<'_> {
    fn of(&self, task: &TaskId) -> Option<String> {
        self.0.of(task)
    }

    fn has(&self, _: &TaskId, _: &Edit) -> bool {
        false
    }
}
