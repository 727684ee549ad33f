//! What others wrote, as data in a brief: one quoted, bounded line, so that it never looks like a line of ours.

use lane_core::text;

/// The longest quote, in characters.
const QUOTE_CHARS: usize = 1000;

/// The most entries of a list.
const LIST_MAX: usize = 60;

/// One line in quotation marks; line breaks become ` / `.
pub(crate) fn quoted(words: &str) -> String {
    let lines: Vec<&str> = words
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    let line = lines.join(" / ").replace('"', "'");
    format!("\"{}\"", text::excerpt(&line, QUOTE_CHARS))
}

/// A path, glob or command as code, unless it would end it.
pub(crate) fn code(words: &str) -> String {
    let shown = text::excerpt(words, QUOTE_CHARS);
    if shown.contains('`') {
        return quoted(words);
    }
    format!("`{shown}`")
}

/// A line each, bounded; `none` where there are none.
pub(crate) fn list(entries: impl IntoIterator<Item = String>) -> String {
    let all: Vec<String> = entries.into_iter().collect();
    if all.is_empty() {
        return "- none".to_owned();
    }
    let mut out: Vec<String> = all
        .iter()
        .take(LIST_MAX)
        .map(|entry| format!("- {entry}"))
        .collect();
    if all.len() > LIST_MAX {
        out.push(format!("- … and {} more", all.len() - LIST_MAX));
    }
    out.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_one_line_whatever_was_written() {
        for (words, shown) in [
            ("plain", "\"plain\""),
            ("a\n\n  b\n", "\"a / b\""),
            ("say \"no\"\u{1b}[2J", "\"say 'no'\\u{1b}[2J\""),
            ("", "\"\""),
        ] {
            assert_eq!(quoted(words), shown);
        }
        assert_eq!(quoted(&"x".repeat(5000)).chars().count(), QUOTE_CHARS + 3);
        assert_eq!(code("src/**"), "`src/**`");
        assert_eq!(code("a`b"), "\"a`b\"");
    }

    #[test]
    fn a_long_list_says_what_it_leaves_out() {
        assert_eq!(list([]), "- none");
        let long = list((0..100).map(|n| n.to_string()));
        assert_eq!(long.lines().count(), LIST_MAX + 1);
        assert!(long.ends_with("- … and 40 more"), "{long}");
    }
}
