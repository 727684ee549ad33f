//! Three texts in, one out: the strategies of the merge driver. Pure: no clock, environment, disk or process.
//!
//! What a strategy promises is in `docs/decisions/0006-merging.md`. The laws hold for bytes: a clean result is the same
//! with the sides swapped, and a side that did not change gives way to the other.

mod changelog;
mod conflict;
mod form;
mod order;
mod record;
mod registry;
mod sides;
mod three_way;
mod whole;

pub use changelog::changelog_added;
pub use changelog::changelog_with;
pub use conflict::Conflicts;
pub use conflict::MARKER_MIN;
pub use conflict::Markers;
pub use conflict::Piece;
pub use conflict::Style;
pub use sides::Merged;
pub use sides::Sides;
pub use sides::Strategy;
pub use sides::merge;
pub use whole::conflict as whole_file;
