//! A task's mark, as lists show it: `[RETRY]` or `[ESCALATED]` before its title.

use lane_core::record::Mark;
use lane_core::text;

/// The title with its mark, the title bounded.
pub(crate) fn titled(mark: Option<Mark>, title: &str, limit: usize) -> String {
    let title = text::excerpt(title, limit);
    match mark {
        Some(mark) => format!("{mark} {title}"),
        None => title,
    }
}

/// The mark behind a word, with the space before it.
pub(crate) fn suffix(mark: Option<Mark>) -> String {
    mark.map_or_else(String::new, |mark| format!(" {mark}"))
}
