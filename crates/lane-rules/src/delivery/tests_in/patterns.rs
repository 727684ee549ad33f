//! The policy's own patterns of tests: a line each.

use lane_core::policy::Tests;
use lane_core::text;
use regex::bytes::Regex;
use regex::bytes::RegexBuilder;

/// The most patterns that are used.
const PATTERNS_MAX: usize = 64;

/// The longest pattern, in bytes.
const PATTERN_BYTES: usize = 1_000;

/// The most memory that a compiled pattern may take, and its cache, in bytes.
const SIZE: usize = 1 << 20;

/// Compiled patterns.
#[derive(Debug, Default)]
pub(super) struct Patterns(Vec<Regex>);

impl Patterns {
    /// Those of the policy that compile.
    pub(super) fn of(tests: &Tests) -> Self {
        let names = tests.names.iter().take(PATTERNS_MAX);
        Self(names.filter_map(|pattern| compile(pattern).ok()).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The tests of a line, and where what names them ends. In `code` comments and strings are blanks: what begins
    /// there is none.
    pub(super) fn names(&self, code: &[u8], raw: &str) -> impl Iterator<Item = (String, usize)> {
        self.0.iter().filter_map(move |pattern| {
            let found = pattern.captures(raw.as_bytes())?;
            let all = found.get(0)?;
            let named = found.name("name").unwrap_or(all);
            let begin = all.as_bytes().iter().position(|byte| !byte.is_ascii_whitespace());
            let begin = all.start() + begin?;
            let is_code = code.get(begin) == raw.as_bytes().get(begin);
            let name = String::from_utf8_lossy(named.as_bytes()).trim().to_owned();
            is_code.then_some((name, named.end()))
        })
    }
}

/// ASCII only: `\w` and the like know no other letters, which is what keeps them small.
fn compile(pattern: &str) -> Result<Regex, String> {
    if pattern.len() > PATTERN_BYTES {
        return Err(format!("is longer than {PATTERN_BYTES} bytes"));
    }
    let built = RegexBuilder::new(pattern)
        .unicode(false)
        .size_limit(SIZE)
        .dfa_size_limit(SIZE)
        .build();
    built.map_err(|fault| match fault {
        regex::Error::CompiledTooBig(_) => "is too large once it is compiled".to_owned(),
        // The last line says it; those before show the pattern.
        fault => {
            let words = fault.to_string();
            let last = words.lines().last().unwrap_or_default();
            text::excerpt(last.trim_start_matches("error: "), 200)
        }
    })
}

/// What is wrong with the policy's patterns, a sentence each. Such a pattern counts for nothing.
pub fn pattern_faults(tests: &Tests) -> Vec<String> {
    let bad = tests.names.iter().take(PATTERNS_MAX).filter_map(|pattern| {
        let fault = compile(pattern).err()?;
        let shown = text::excerpt(pattern, 64);
        Some(format!(
            "`tests.names` has {shown:?}, which finds nothing: {fault}"
        ))
    });
    let more = tests.names.len().checked_sub(PATTERNS_MAX + 1);
    let more =
        more.map(|_| format!("`tests.names` has more than {PATTERNS_MAX} patterns; the first are used"));
    bad.chain(more).collect()
}

#[cfg(test)]
mod tests {
    use super::super::found::found;
    use super::*;

    fn with(names: &[&str]) -> Tests {
        Tests {
            names: names.iter().map(ToString::to_string).collect(),
            ..Tests::default()
        }
    }

    #[track_caller]
    fn check(path: &str, text: &str, names: &[&str], expected: &[&str]) {
        let found = found(path.as_bytes(), text.as_bytes(), &Patterns::of(&with(names)));
        let seen: Vec<&str> = found.tests.iter().map(|test| test.name.as_str()).collect();
        assert_eq!(seen, expected, "{text}");
    }

    #[test]
    fn a_pattern_names_what_no_language_knows() {
        check(
            "a.ex",
            "  test \"one\" do\nother",
            &["^\\s*test \"(?<name>[^\"]*)\""],
            &["one"],
        );
        check("a.ex", "  test \"one\" do", &["^\\s*test\\b"], &["test"]);
        check(
            "a.rs",
            "// case!(one)\ncase!(two)",
            &["case!\\((?<name>\\w+)\\)"],
            &["two"],
        );
        // Known by its ending already.
        check(
            "a.py",
            "def test_one(): pass",
            &["def (?<name>\\w+)"],
            &["test_one"],
        );
    }

    #[test]
    fn what_does_not_compile_is_told_and_finds_nothing() {
        let bad = with(&["a(", "\u{1b}[", "(?:a{1000}){1000}", "fine"]);
        let faults = pattern_faults(&bad);
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(
            faults[0].contains("\"a(\"") && faults[0].contains("unclosed group"),
            "{}",
            faults[0]
        );
        assert!(!faults.concat().contains('\u{1b}'), "{faults:?}");
        assert!(
            faults[2].ends_with("too large once it is compiled"),
            "{}",
            faults[2]
        );
        check("a.txt", "a( fine", &["a(", "fine"], &["fine"]);
        assert_eq!(pattern_faults(&with(&["x"; 64])), [""; 0]);
        assert_eq!(pattern_faults(&with(&["x"; 65])).len(), 1);
        assert_eq!(pattern_faults(&with(&[&"x".repeat(1_001)])).len(), 1);
    }
}
