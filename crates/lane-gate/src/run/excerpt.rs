//! The end of an output as people may see it: whole lines, escaped, bounded.

use std::fmt::Write as _;

use lane_core::text::escape_block;

/// The longest excerpt, in bytes, after escaping.
pub const EXCERPT_BYTES: usize = 2048;

const CUT: &str = "…";

/// The last whole lines of `tail` that fit, without trailing newlines. Carriage returns before a newline are
/// dropped, bytes that are not UTF-8 are written `\xNN`. A last line that is too long by itself is cut at its front.
pub(super) fn excerpt(tail: &[u8], cut: bool) -> String {
    let lines: Vec<String> = tail
        .trim_ascii_end()
        .split(|byte| *byte == b'\n')
        .map(escape_line)
        .collect();
    let mut room = EXCERPT_BYTES - CUT.len() - 1;
    let fit = lines.iter().rev().take_while(|line| {
        let left = room.checked_sub(line.len() + 1);
        room = left.unwrap_or(0);
        left.is_some()
    });
    let kept = fit.count();
    match &lines[lines.len() - kept..] {
        [] => format!("{CUT}{}", end_of(&lines[lines.len() - 1])),
        all if !cut && kept == lines.len() => all.join("\n"),
        some => format!("{CUT}\n{}", some.join("\n")),
    }
}

fn escape_line(line: &[u8]) -> String {
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let mut out = String::new();
    for chunk in line.utf8_chunks() {
        out.push_str(&escape_block(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn end_of(line: &str) -> &str {
    let from = line.len().saturating_sub(EXCERPT_BYTES - CUT.len());
    let from = (from..=line.len()).find(|at| line.is_char_boundary(*at));
    &line[from.unwrap_or(line.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_is_kept_as_it_is() {
        assert_eq!(excerpt(b"", false), "");
        assert_eq!(excerpt(b"one\r\n\ttwo\n\n", false), "one\n\ttwo");
        assert_eq!(excerpt(b"two\n", true), "…\ntwo");
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_line() {
        let text: String = (0..1000).map(|n| format!("line {n}\n")).collect();
        let shown = excerpt(text.as_bytes(), false);
        assert!(
            shown.starts_with("…\nline ") && shown.ends_with("\nline 999"),
            "{shown}"
        );
        assert!(
            shown.len() <= EXCERPT_BYTES && shown.len() > EXCERPT_BYTES - 20,
            "{}",
            shown.len()
        );
    }

    #[test]
    fn one_endless_line_is_cut_at_its_front() {
        let shown = excerpt("é".repeat(5000).as_bytes(), true);
        assert!(shown.starts_with("…é"), "{shown}");
        assert!(
            (EXCERPT_BYTES - 4..=EXCERPT_BYTES).contains(&shown.len()),
            "{}",
            shown.len()
        );
    }

    #[test]
    fn escaping_counts_towards_the_bound() {
        for byte in [0u8, 0x1b, 0xff] {
            for lines in [1, 40, 4000] {
                let text = [vec![byte; 4000 / lines], vec![b'\n']].concat().repeat(lines);
                let shown = excerpt(&text, false);
                assert!(shown.len() <= EXCERPT_BYTES, "{byte} {lines}: {}", shown.len());
            }
        }
    }
}
