//! The names of releases and categories, and the order in which new ones stand.

use std::cmp::Reverse;

use crate::changelog::model::Key;

/// The categories of Keep a Changelog, in its order.
const CATEGORIES: &[&str] = &["added", "changed", "deprecated", "removed", "fixed", "security"];

/// The name of the release that is still to come.
pub(super) const UNRELEASED: &str = "unreleased";

/// What joins the names of a category and of a heading below it.
pub(super) const PATH: char = '\u{1f}';

/// The words of a heading, without its marks, in lower case.
pub(super) fn heading(text: &str) -> String {
    let text = text.trim_start();
    let line = if text.starts_with('#') {
        text.trim_end().trim_end_matches('#')
    } else {
        text.trim_end()
            .rsplit_once('\n')
            .map_or(text, |(title, _underline)| title)
    };
    let words = line.trim_start_matches('#').split_whitespace();
    words.collect::<Vec<_>>().join(" ").to_lowercase()
}

/// A release's name: of `## [1.2.0] - 2026-01-01` and of `## v1.2.0 (2026-01-01)` it is `1.2.0`.
pub(super) fn release(text: &str) -> String {
    let words = heading(text);
    let bracketed = words.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let name = bracketed.map_or_else(|| undated(&words), |(name, _)| name.trim().to_owned());
    match name.strip_prefix('v') {
        Some(version) if version.starts_with(|c: char| c.is_ascii_digit()) => version.to_owned(),
        _ => name,
    }
}

/// The words before a date, a dash or a parenthesis; all of them where these come first.
fn undated(words: &str) -> String {
    let is_end =
        |word: &&str| word.starts_with('(') || is_date(word) || !word.contains(|c: char| c.is_alphanumeric());
    let name: Vec<&str> = words.split(' ').take_while(|word| !is_end(word)).collect();
    if name.is_empty() {
        words.to_owned()
    } else {
        name.join(" ")
    }
}

fn is_date(word: &str) -> bool {
    let shape: String = word
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    matches!(
        shape.trim_matches(['(', ')', ',']),
        "0000-00-00" | "0000/00/00" | "0000.00.00"
    )
}

/// Whether a release of this name says that a changelog has its releases at this level.
pub(super) fn is_release(name: &str) -> bool {
    name == UNRELEASED || (version(name).is_some() && !name.contains(' '))
}

/// The numbers of a version, whether it is final, and the rest of its name.
type Version = (Vec<u64>, bool, String);

fn version(name: &str) -> Option<Version> {
    let name = name.strip_prefix('v').unwrap_or(name);
    let end = name
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(name.len());
    let (numbers, rest) = name.split_at(end);
    let numbers: Option<Vec<u64>> = numbers
        .split('.')
        .filter(|n| !n.is_empty())
        .map(|n| n.parse().ok())
        .collect();
    let numbers =
        numbers.filter(|numbers| !numbers.is_empty() && name.starts_with(|c: char| c.is_ascii_digit()))?;
    Some((numbers, rest.is_empty() || rest.starts_with('+'), rest.to_owned()))
}

/// Where a new release or its link stands: what is unreleased first, then the newest version, then the alphabet.
pub(super) fn release_rank(key: &Key) -> (bool, Reverse<Option<Version>>, Key) {
    (key.name != UNRELEASED, Reverse(version(&key.name)), key.clone())
}

/// Where a new category stands: entries without one first, then Keep a Changelog's order, then the alphabet. What is
/// below a category stands behind it.
pub(super) fn category_rank(key: &Key) -> (usize, Vec<String>, usize) {
    let path: Vec<String> = key.name.split(PATH).map(str::to_owned).collect();
    let known = CATEGORIES
        .iter()
        .position(|name| path.first().is_some_and(|first| first == name));
    let class = if key.name.is_empty() {
        0
    } else {
        known.map_or(CATEGORIES.len() + 1, |at| at + 1)
    };
    (class, path, key.nth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_known_without_brackets_dates_and_links() {
        for (text, name) in [
            ("## [Unreleased]\n", "unreleased"),
            ("## Unreleased ##\n", "unreleased"),
            ("## [1.2.0] - 2026-01-01 [YANKED]\n", "1.2.0"),
            ("## [v1.2.0](https://x.y/z) (2026-01-01)\n", "1.2.0"),
            ("## 1.2.0 / 2026-01-01\n", "1.2.0"),
            ("v1.2.0 2026-01-01\n---\n", "1.2.0"),
            ("## Version 1.2.0 (May 3rd)\n", "version 1.2.0"),
            ("## Older versions\n", "older versions"),
            ("## 2026-01-01\n", "2026-01-01"),
        ] {
            assert_eq!(release(text), name, "{text:?}");
        }
    }

    #[test]
    fn versions_stand_newest_first_below_what_is_unreleased() {
        let names = [
            "unreleased",
            "1.10.0",
            "1.9.0",
            "1.9.0-rc.1",
            "0.9",
            "old",
            "older",
        ];
        let keys = names.map(|name| Key {
            name: name.to_owned(),
            nth: 0,
        });
        assert!(keys.is_sorted_by_key(release_rank), "{keys:?}");
    }

    #[test]
    fn a_version_shows_the_level_of_the_releases_and_a_title_does_not() {
        for (name, is) in [
            ("1.0", true),
            ("unreleased", true),
            ("changelog", false),
            ("2026 changes", false),
        ] {
            assert_eq!(is_release(name), is, "{name}");
        }
    }
}
