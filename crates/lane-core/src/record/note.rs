//! Notes on a task, and to whom they are addressed.

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use crate::id::Agent;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Role;
use crate::text;
use crate::time::Timestamp;

/// The longest note, in bytes.
pub const NOTE_BYTES: usize = 8 * 1024;
/// The most addressees of one note.
const ADDRESSEES_MAX: usize = 32;

/// `.agents/messages/<xx>/<task>/<id>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Note {
    /// The id of the event that made it.
    pub id: String,
    /// The event's place in the ledger.
    pub seq: u64,
    /// The task that it is about.
    pub task: TaskId,
    /// Who wrote it.
    pub by: Agent,
    /// In which clone.
    pub clone: CloneId,
    /// In which role.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// Agents and roles whose inbox it reaches: those that it mentions, and who held the task. Of a
    /// move that somebody else made, those whose task it was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// What it says; may have several lines.
    pub text: String,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

/// Why a note is not taken.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum NoteFault {
    /// Nothing but space.
    #[error("the note is empty")]
    Empty,
    /// Longer than [`NOTE_BYTES`].
    #[error("the note is longer than 8 KiB; put the text into a file and name it")]
    TooLong,
    /// A character that is not shown as itself.
    #[error("the note contains the character U+{0:04X}, which must not be there")]
    Unsafe(u32),
}

/// Whether a text can be a note: lines and tabs are welcome, other control characters are not.
pub fn check_note(text: &str) -> Result<(), NoteFault> {
    if text.trim().is_empty() {
        return Err(NoteFault::Empty);
    }
    if text.len() > NOTE_BYTES {
        return Err(NoteFault::TooLong);
    }
    let bad = text.chars().find(|c| text::is_unsafe(*c) && !"\n\t".contains(*c));
    bad.map_or(Ok(()), |c| Err(NoteFault::Unsafe(c.into())))
}

/// Whom a text mentions: `@` at the start of a word, then an agent's or role's name. Each once, in order.
pub fn mentions(text: &str) -> Vec<Agent> {
    let mut found: Vec<Agent> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "(),;[]{}<>\"'`".contains(c)) {
        let Some(name) = word.strip_prefix('@') else {
            continue;
        };
        // What ends a sentence ends the name.
        let name = name.trim_end_matches(['.', ':', '!', '?']);
        if let Ok(agent) = Agent::new(name)
            && !found.contains(&agent)
            && found.len() < ADDRESSEES_MAX
        {
            found.push(agent);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mention_is_a_word_that_begins_with_an_at() {
        let names: Vec<String> =
            mentions("@agent-b: see (@reviewer), mail a@b.c, @agent-b. @@x @person:a@b.org!")
                .iter()
                .map(ToString::to_string)
                .collect();
        assert_eq!(names, ["agent-b", "reviewer", "person:a@b.org"]);
    }

    #[test]
    fn a_note_is_text_of_bounded_length() {
        assert_eq!(check_note("two\nlines\tand a tab"), Ok(()));
        assert_eq!(check_note(" \n"), Err(NoteFault::Empty));
        assert_eq!(check_note(&"x".repeat(NOTE_BYTES + 1)), Err(NoteFault::TooLong));
        assert_eq!(check_note("\u{1b}[31m"), Err(NoteFault::Unsafe(0x1b)));
    }
}
