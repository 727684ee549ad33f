//! Notes as people read them, and as JSON.

use lane_core::record::Note;
use lane_core::text;
use lane_core::time::Timestamp;
use serde_json::Value;
use serde_json::json;

use super::paint;
use super::when;

/// Prints a block that somebody else wrote: indented, so that no line of it looks like one of ours.
pub(crate) fn block(words: &str, indent: &str) {
    text::escape_block(words)
        .lines()
        .for_each(|line| paint::out(format!("{indent}{line}").trim_end()));
}

/// Number, task, author, role and time on one line.
pub(crate) fn head(note: &Note, now: Timestamp) -> String {
    format!(
        "{}  {}  {} ({})  {}",
        note.seq,
        note.task,
        note.by,
        note.role,
        when::moment(note.at, now)
    )
}

/// All of a note.
pub(crate) fn as_json(note: &Note) -> Value {
    json!({
        "id": note.id,
        "seq": note.seq,
        "task": note.task.as_str(),
        "by": note.by.as_str(),
        "clone": note.clone.as_str(),
        "role": note.role.name(),
        "at": note.at.to_string(),
        "to": note.to,
        "text": note.text,
    })
}
