//! Text that somebody else wrote, made safe to show: bounded, escaped, on one line.

use std::fmt::Write as _;

/// The longest title, objective or reason, in characters.
pub const LINE_CHARS: usize = 200;

/// The longest free text (notes), in bytes.
pub const NOTES_BYTES: usize = 64 * 1024;

/// Whether `c` could move a cursor, hide text or change its direction on a terminal:
/// C0 and C1 controls, and Unicode's bidirectional and invisible format characters.
pub fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// `text` with every unsafe character written as `\u{…}`, so that it can be printed anywhere.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_escaped(&mut out, c);
    }
    out
}

/// Like [`escape`], but keeps line breaks and tabs: for notes shown as a block.
pub fn escape_block(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' => out.push(c),
            _ => push_escaped(&mut out, c),
        }
    }
    out
}

/// A path's bytes for people: escaped, bytes that are not UTF-8 as `\xNN`.
pub fn escape_path(path: &[u8]) -> String {
    let mut out = String::new();
    for chunk in path.utf8_chunks() {
        chunk.valid().chars().for_each(|c| push_escaped(&mut out, c));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// At most `limit` characters of `text`, escaped, on one line, with `…` where it was cut.
pub fn excerpt(text: &str, limit: usize) -> String {
    let mut out = escape(&text.chars().take(limit).collect::<String>());
    if text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    if is_unsafe(c) {
        let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
    } else {
        out.push(c);
    }
}

/// Why a one-line text cannot be taken into a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFault {
    /// Nothing but white space.
    Empty,
    /// More than [`LINE_CHARS`] characters.
    TooLong,
    /// A control, bidirectional or invisible character.
    Unsafe(char),
}

/// Checks a title, objective or reason: one line, not empty, bounded, nothing invisible.
pub fn check_line(text: &str) -> Result<(), LineFault> {
    if text.trim().is_empty() {
        return Err(LineFault::Empty);
    }
    if text.chars().count() > LINE_CHARS {
        return Err(LineFault::TooLong);
    }
    text.chars()
        .find(|c| is_unsafe(*c))
        .map_or(Ok(()), |c| Err(LineFault::Unsafe(c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_moves_a_cursor_survives() {
        let hostile = "a\u{1b}[2Jb\u{9b}c\u{202e}d\ne\u{200b}f";
        let shown = escape(hostile);
        assert!(!shown.chars().any(is_unsafe), "{shown}");
        assert_eq!(shown, "a\\u{1b}[2Jb\\u{9b}c\\u{202e}d\\u{a}e\\u{200b}f");
    }

    #[test]
    fn a_path_shows_bytes_that_are_no_text() {
        assert_eq!(escape_path(b"a\xff/\n\xc3\xa9"), "a\\xff/\\u{a}é");
    }

    #[test]
    fn an_excerpt_is_bounded_and_says_that_it_was_cut() {
        assert_eq!(excerpt("abcdef", 3), "abc…");
        assert_eq!(excerpt("abc", 3), "abc");
    }

    #[test]
    fn a_line_is_one_line() {
        assert_eq!(check_line("fine"), Ok(()));
        assert_eq!(check_line("  "), Err(LineFault::Empty));
        assert_eq!(check_line("a\nb"), Err(LineFault::Unsafe('\n')));
        assert_eq!(check_line(&"x".repeat(201)), Err(LineFault::TooLong));
    }
}
