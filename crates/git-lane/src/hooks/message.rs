//! The trailer `Lane-Task:` of a commit's message.

use std::fs;
use std::path::Path;

use lane_git::Repo;

use crate::error::CliError;
use crate::placeholders::SUBJECT;

/// The trailer that ties a commit to its task.
pub(crate) const TRAILER: &str = "Lane-Task";

/// The task that a finished message names, as text: the last trailer of that name in the last paragraph.
pub(crate) fn task_named(message: &str) -> Option<&str> {
    let last = message.trim_end().rsplit("\n\n").next()?;
    last.lines().rev().find_map(value)
}

fn value(line: &str) -> Option<&str> {
    // What is indented is a quotation, as in the message of a squashing merge.
    let (key, value) = line.split_once(':')?;
    key.trim_end().eq_ignore_ascii_case(TRAILER).then(|| value.trim())
}

/// Whether the first line that says something is the word that stands in our hints for a subject.
pub(super) fn subject_is_placeholder(message: &str) -> bool {
    let first = message.lines().map(str::trim).find(|line| !line.is_empty());
    first == Some(SUBJECT)
}

/// Adds the trailer to a message that no editor will change, so that no line of it is a comment. An empty message stays empty, so that git still aborts.
pub(super) fn add_quietly(repo: &Repo, file: &Path, task: &str) -> Result<(), CliError> {
    let failed = |e| CliError::io(format!("the message in {} could not be read", file.display()), e);
    let bytes = fs::read(file).map_err(failed)?;
    let Ok(text) = String::from_utf8(bytes) else {
        return Ok(repo.interpret_trailers(file, TRAILER, task)?);
    };
    if text.trim().is_empty() || task_named(&text).is_some() {
        return Ok(());
    }
    let written = fs::write(file, with_trailer(&text, task));
    written.map_err(|e| {
        CliError::io(
            format!("the trailer could not be written to {}", file.display()),
            e,
        )
    })
}

/// Adds the trailer to a message as an editor left it, comments and all.
pub(super) fn add_edited(repo: &Repo, file: &Path, task: &str) -> Result<(), CliError> {
    let text = fs::read(file)
        .map_err(|e| CliError::io(format!("the message in {} could not be read", file.display()), e))?;
    let text = String::from_utf8_lossy(&text);
    let mark = comment_char(repo)?;
    let content: Vec<&str> = text
        .lines()
        .take_while(|line| !(line.starts_with(&mark) && line.contains(" >8 ")))
        .filter(|line| !line.starts_with(&mark))
        .collect();
    let empty = content
        .iter()
        .all(|line| line.trim().is_empty() || is_trailer(line));
    if empty || task_named(&content.join("\n")).is_some() {
        return Ok(());
    }
    Ok(repo.interpret_trailers(file, TRAILER, task)?)
}

/// What begins a comment in a message; `auto` picks what no line begins with, and `#` first.
fn comment_char(repo: &Repo) -> Result<String, CliError> {
    let string = repo.config_get("core.commentString")?;
    let set = if string.is_some() {
        string
    } else {
        repo.config_get("core.commentChar")?
    };
    Ok(set
        .filter(|c| !c.is_empty() && c != "auto")
        .unwrap_or_else(|| "#".to_owned()))
}

/// `Key: value` with a key that git takes.
fn is_trailer(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, value)| {
        !key.is_empty()
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && value.starts_with(' ')
    })
}

/// The message with one more trailer: in the last paragraph if that is all trailers, else in one of its own.
fn with_trailer(text: &str, task: &str) -> String {
    let body = text.trim_end();
    let block = body
        .rsplit_once("\n\n")
        .is_some_and(|(_, last)| last.lines().all(is_trailer));
    let gap = if block { "\n" } else { "\n\n" };
    format!("{body}{gap}{TRAILER}: {task}\n")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Messages of pieces that the reader and the writer look at.
    fn message() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("\n"),
            Just("\n\n"),
            Just("\r\n"),
            Just(" "),
            Just(":"),
            Just("Lane-Task: T-9"),
            Just("lane-task :"),
            Just("Signed-off-by: x"),
            Just("# >8 "),
            Just("fix"),
            Just("\u{301}\u{2028}"),
        ];
        prop::collection::vec(prop_oneof![piece.prop_map(str::to_owned), any::<String>()], 0..12)
            .prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn in_any_text_the_task_is_a_piece_of_it_and_a_trailer_that_is_written_is_read(text in message()) {
            if let Some(task) = task_named(&text) {
                prop_assert!(text.contains(task));
                prop_assert_eq!(task, task.trim());
            }
            let written = with_trailer(&text, "T-7k2m");
            prop_assert_eq!(task_named(&written), Some("T-7k2m"), "{:?}", written);
        }
    }

    #[test]
    fn a_subject_that_only_holds_the_placeholder_says_something() {
        for (message, expected) in [
            ("TEXT\n\nLane-Task: T-1\n", true),
            ("\n TEXT \n", true),
            ("TEXT is escaped\n", false),
            ("fix\n\nTEXT\n", false),
            ("text\n", false),
            ("", false),
        ] {
            assert_eq!(subject_is_placeholder(message), expected, "{message:?}");
        }
    }

    #[test]
    fn a_trailer_joins_a_block_of_trailers_and_else_stands_alone() {
        assert_eq!(with_trailer("fix\n", "T-1"), "fix\n\nLane-Task: T-1\n");
        assert_eq!(
            with_trailer("fix\n\nbody\n\n", "T-1"),
            "fix\n\nbody\n\nLane-Task: T-1\n"
        );
        assert_eq!(
            with_trailer("fix\n\nSigned-off-by: x\n", "T-1"),
            "fix\n\nSigned-off-by: x\nLane-Task: T-1\n"
        );
        assert_eq!(with_trailer("feat: x\n", "T-1"), "feat: x\n\nLane-Task: T-1\n");
    }

    #[test]
    fn the_task_is_read_from_the_last_paragraph_only() {
        assert_eq!(task_named("fix\n\nLane-Task: T-1\n"), Some("T-1"));
        assert_eq!(
            task_named("fix\n\nlane-task:T-2\nSigned-off-by: x\n"),
            Some("T-2")
        );
        assert_eq!(task_named("fix\n\nLane-Task: T-1\n\nmore words\n"), None);
        assert_eq!(task_named("fix\n"), None);
    }
}
