//! Lists in messages: bounded, and escaped.

use lane_core::text;

/// The most entries that a message names.
const SHOWN: usize = 3;

/// The most characters of one entry.
const CHARS: usize = 100;

/// The first of these paths, and how many more there are: `a, b, c and 4 more`.
pub(crate) fn paths<'a>(paths: impl IntoIterator<Item = &'a [u8]>) -> String {
    words(paths.into_iter().map(text::escape_path))
}

/// The first of these words, and how many more there are.
pub(crate) fn words(words: impl IntoIterator<Item = String>) -> String {
    let mut words = words.into_iter();
    let shown: Vec<String> = words.by_ref().take(SHOWN).map(|word| one(&word)).collect();
    and_more(&shown.join(", "), words.count())
}

/// What is said, and how many more there are.
pub(crate) fn and_more(shown: &str, more: usize) -> String {
    match more {
        0 => shown.to_owned(),
        more => format!("{shown} and {more} more"),
    }
}

/// One word.
pub(crate) fn one(word: &str) -> String {
    text::excerpt(word, CHARS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_bounded_and_says_what_it_leaves_out() {
        let long = [b'x'; 4000];
        let all: Vec<&[u8]> = vec![b"a", b"\x1b[2J\xff", &long, b"d", b"e"];
        let said = paths(all);
        assert!(said.starts_with("a, \\u{1b}[2J\\xff, xxx"), "{said}");
        assert!(said.ends_with("x… and 2 more"), "{said}");
        assert!(said.chars().count() < 200);
        assert_eq!(paths([b"a".as_slice()]), "a");
    }
}
