//! A set of characters between brackets, folded like the paths that it is compared with.

use std::fmt::Write as _;
use std::sync::OnceLock;

use super::error::GlobProblem;
use super::fold::fold_char;

/// Past every character that has another case.
const CASED_END: char = '\u{1f000}';

/// `[a-z]` or `[!a-z]`. It never matches `/`: that is the business of whoever asks, see [`Class::regex`].
#[derive(Clone, Debug)]
pub(super) struct Class {
    negated: bool,
    /// Folded members only; sorted, disjoint, both ends included.
    ranges: Vec<(char, char)>,
}

impl Class {
    /// A class from what was written; folding comes before negation, so that `[!A]` excludes `a`.
    pub(super) fn new(negated: bool, written: &[(char, char)]) -> Self {
        let mut ranges = Vec::with_capacity(written.len());
        for &(low, high) in written {
            fold_range(low, high, &mut ranges);
        }
        Self {
            negated,
            ranges: merged(ranges),
        }
    }

    /// Whether a folded character, not a slash, is in the class.
    pub(super) fn contains(&self, c: char) -> bool {
        let next = self.ranges.partition_point(|&(_, high)| high < c);
        let listed = self.ranges.get(next).is_some_and(|&(low, _)| low <= c);
        listed != self.negated
    }

    /// The same set, less the slash, in the syntax of regular expressions.
    pub(super) fn regex(&self, out: &mut String) {
        out.push_str(if self.negated { "[^/" } else { "[" });
        for &(low, high) in &self.ranges {
            // Writing to a string cannot fail.
            let _ = write!(out, r"\x{{{:x}}}-\x{{{:x}}}", u32::from(low), u32::from(high));
        }
        out.push_str(if self.negated { "]" } else { "&&[^/]]" });
    }
}

/// Reads a class from behind its `[` to its `]`, both included; returns it and what follows.
pub(super) fn read(text: &[char]) -> Result<(Class, &[char]), GlobProblem> {
    let negated = matches!(text.first(), Some('!' | '^'));
    let start = &text[usize::from(negated)..];
    let (mut rest, mut ranges) = (start, Vec::new());
    loop {
        match rest {
            // As in a shell, a `]` in the first place is a member.
            [']', after @ ..] if rest.len() < start.len() => {
                return Ok((Class::new(negated, &ranges), after));
            }
            ['[', ':', ..] => return Err(GlobProblem::NamedClass),
            _ => {}
        }
        let (low, after) = member(rest)?;
        let (high, after) = match after {
            ['-', next @ ..] if next.first() != Some(&']') => member(next)?,
            _ => (low, after),
        };
        if high < low {
            return Err(GlobProblem::BackwardRange(low, high));
        }
        ranges.push((low, high));
        rest = after;
    }
}

fn member(text: &[char]) -> Result<(char, &[char]), GlobProblem> {
    match text {
        [] => Err(GlobProblem::UnclosedClass),
        ['/', ..] => Err(GlobProblem::SlashInClass),
        ['\\', after @ ..] => escaped(after),
        [c, after @ ..] => Ok((*c, after)),
    }
}

/// The character behind a backslash. Letters, digits and slashes need none, so one there is a mistake.
pub(super) fn escaped(text: &[char]) -> Result<(char, &[char]), GlobProblem> {
    match text {
        [] => Err(GlobProblem::DanglingEscape),
        [c, ..] if c.is_ascii_alphanumeric() || *c == '/' => Err(GlobProblem::NeedlessEscape(*c)),
        [c, after @ ..] => Ok((*c, after)),
    }
}

/// Adds the folded form of each character of a range. Capitals are left out, not merely unneeded: a
/// decision would take them for paths of their own.
fn fold_range(mut low: char, high: char, ranges: &mut Vec<(char, char)>) {
    if high.is_ascii() {
        ranges.extend((low..=high).map(fold_char).map(|c| (c, c)));
        return;
    }
    let cased = cased();
    let from = cased.partition_point(|&(c, _)| c < low);
    for &(capital, small) in cased[from..].iter().take_while(|&&(c, _)| c <= high) {
        ranges.push((small, small));
        ranges.extend((low..capital).next_back().map(|before| (low, before)));
        match (capital..=high).nth(1) {
            Some(after) => low = after,
            None => return,
        }
    }
    ranges.push((low, high));
}

/// Every character that folds to another, in order; found once, and only if a class goes beyond ASCII.
fn cased() -> &'static [(char, char)] {
    static CASED: OnceLock<Vec<(char, char)>> = OnceLock::new();
    CASED.get_or_init(|| {
        ('A'..CASED_END)
            .map(|c| (c, fold_char(c)))
            .filter(|(c, small)| c != small)
            .collect()
    })
}

fn merged(mut ranges: Vec<(char, char)>) -> Vec<(char, char)> {
    ranges.sort_unstable();
    let mut merged: Vec<(char, char)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match merged.last_mut() {
            Some(last) if low <= last.1 => last.1 = last.1.max(high),
            _ => merged.push((low, high)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn class(text: &str) -> Result<Class, GlobProblem> {
        read(&text.chars().collect::<Vec<_>>()).map(|(class, _)| class)
    }

    #[test]
    fn nothing_beyond_the_table_has_a_case() {
        assert!((CASED_END..=char::MAX).all(|c| fold_char(c) == c));
    }

    #[test]
    fn members_are_folded_before_they_are_negated() {
        let table = [
            ("A-Z]", "az", "1é"),
            ("!A]", "b1é", "a"),
            ("É]", "é", "ÉÈ"),
            ("\u{bf}-\u{df}]", "\u{bf}à×ß", "ÀÞ"),
            ("^a-c]", "d", "abc"),
            ("À-Þ]", "éþ", "a÷"),
            ("!\u{1}-\u{10ffff}]", "", "aé\u{10f7ff}"),
            ("]a]", "]a", "b"),
            ("!]]", "a", "]"),
            ("a-]", "a-", "b"),
            ("-a]", "a-", "b"),
            (r"\]\-a]", "]-a", "b\\"),
            ("[{,]", "[{,", "a"),
        ];
        for (text, members, others) in table {
            let class = class(text).unwrap();
            assert!(members.chars().all(|c| class.contains(c)), "{text}");
            assert!(!others.chars().any(|c| class.contains(c)), "{text}");
        }
    }

    #[test]
    fn a_class_that_makes_no_sense_is_refused() {
        let table = [
            ("", GlobProblem::UnclosedClass),
            ("]", GlobProblem::UnclosedClass),
            ("!]", GlobProblem::UnclosedClass),
            ("a-", GlobProblem::UnclosedClass),
            ("a/b]", GlobProblem::SlashInClass),
            ("+-/]", GlobProblem::SlashInClass),
            ("z-a]", GlobProblem::BackwardRange('z', 'a')),
            ("[:alpha:]]", GlobProblem::NamedClass),
            (r"\", GlobProblem::DanglingEscape),
            (r"\d]", GlobProblem::NeedlessEscape('d')),
        ];
        for (text, problem) in table {
            assert_eq!(class(text).unwrap_err(), problem, "{text}");
        }
    }
}
