//! A failure's signature: the same for the same failure, whatever the clock, the machine and the worktree.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;
use sha2::Digest as _;
use sha2::Sha256;

use super::output::hex;

/// How many distinct lines count.
const LINES: usize = 20;

/// What a line that speaks of a failure contains.
const SPEAKS: &str = r"(?i-u)error|fail|panick|assert";

/// What differs between two runs of the same failure, and what stands for it, in the order of replacement. Digits
/// after a letter stay: `E0308` is another failure than `E0277`.
const RULES: &[(&str, &str)] = &[
    // colours
    (r"(?-u)\x1b\[[0-9;?]*[ -/]*[@-~]", ""),
    // temporary paths from a root, on Linux, macOS and Windows; a folder `src/temp` is none
    (
        r#"(?i-u)(^|[\s"'`()<>=,:])(?:/|[a-z]:\\)(?:[^\s"'`()<>=]*[/\\])?(?:tmp|temp|var/folders)[/\\][^\s"'`(),;:]*"#,
        "${1}<tmp>",
    ),
    // and folders as tempfile makes them, anywhere
    (
        r#"(?i-u)[^\s"'`()<>=]*[/\\]\.tmp[a-z0-9]+[^\s"'`(),;:]*"#,
        "<tmp>",
    ),
    // points in time
    (
        r"(?-u)\b[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]+(?:Z|[+-][0-9:]+)?",
        "<time>",
    ),
    // durations, `1m 3.5s` too
    (
        r"(?-u)\b[0-9]+(?:\.[0-9]+)?\s?(?:ns|us|\xc2\xb5s|ms|s|secs?|seconds?|m|mins?|h)\b(?:\s?[0-9.]+\s?(?:ms|s|m)\b)*",
        "<time>",
    ),
    // addresses and hex ids, UUIDs too
    (r"(?i-u)\b0x[0-9a-f]+\b", "#"),
    (r"(?i-u)\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "#"),
    (r"(?i-u)\b[0-9a-f]{7,}\b", "#"),
    // numbers: counts, lines, columns, versions
    (r"(?-u)\b[0-9]+(?:[.,:][0-9]+)*", "#"),
    // alignment
    (r"(?-u)\s+", " "),
];

struct Method {
    speaks: Regex,
    rules: Vec<(Regex, &'static str)>,
}

static METHOD: LazyLock<Option<Method>> = LazyLock::new(|| Method::compile().ok());

impl Method {
    fn compile() -> Result<Self, regex::Error> {
        let rules = RULES.iter().map(|(rule, with)| Ok((Regex::new(rule)?, *with)));
        Ok(Self {
            speaks: Regex::new(SPEAKS)?,
            rules: rules.collect::<Result<_, regex::Error>>()?,
        })
    }

    fn normal(&self, line: &[u8]) -> Vec<u8> {
        let mut line = line.to_vec();
        for (rule, with) in &self.rules {
            line = rule.replace_all(&line, with.as_bytes()).into_owned();
        }
        line.trim_ascii().to_vec()
    }
}

/// `sha256:<16 hex>` of the exit code and the lines that count; the method is told at `Run::signature`.
pub(super) fn signature(code: i32, tail: &[u8], dir: &Path) -> String {
    let mut digest = Sha256::new();
    digest.update(code.to_string());
    for line in lines(tail, dir) {
        digest.update(b"\n");
        digest.update(line);
    }
    format!("sha256:{}", hex(&digest.finalize()[..8]))
}

fn lines(tail: &[u8], dir: &Path) -> BTreeSet<Vec<u8>> {
    // The rules are constants that a test compiles; without them, a signature would be of nothing but the code.
    let Some(method) = &*METHOD else {
        return BTreeSet::new();
    };
    let tail = without(tail, dir);
    let all = || tail.split(|byte| *byte == b'\n').rev();
    let speaking = last(all().filter(|line| method.speaks.is_match(line)), method);
    if speaking.is_empty() {
        last(all(), method)
    } else {
        speaking
    }
}

fn last<'a>(lines: impl Iterator<Item = &'a [u8]>, method: &Method) -> BTreeSet<Vec<u8>> {
    let mut kept = BTreeSet::new();
    for line in lines {
        let line = method.normal(line);
        if !line.is_empty() {
            kept.insert(line);
        }
        if kept.len() == LINES {
            break;
        }
    }
    kept
}

/// The output as if it had been made in another folder: a retry may run in a fresh worktree.
fn without(tail: &[u8], dir: &Path) -> Vec<u8> {
    let mut tail = tail.to_vec();
    let real = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    for dir in [real.as_path(), dir] {
        let named = dir
            .to_str()
            .filter(|_| dir.is_absolute() && dir.parent().is_some());
        let pattern = named.map(|dir| Regex::new(&format!(r"(?-u){}\b", regex::escape(dir))));
        if let Some(Ok(pattern)) = pattern {
            tail = pattern.replace_all(&tail, b".".as_slice()).into_owned();
        }
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(one: &str, other: &str, same: bool) {
        let sign = |text: &str| signature(1, text.as_bytes(), Path::new("/nowhere/lane-1"));
        assert_eq!(sign(one) == sign(other), same, "{one:?} and {other:?}");
    }

    #[test]
    fn every_rule_compiles_and_a_line_is_what_it_should_be() {
        let method = Method::compile().unwrap();
        for (line, normal) in [
            (
                "test a::b ... \x1b[31mFAILED\x1b[0m in 0.53s",
                "test a::b ... FAILED in <time>",
            ),
            (
                "error[E0308] at /tmp/x-12/y.rs:3:4, took 1m 3s",
                "error[E0308] at <tmp>:#, took <time>",
            ),
            (
                "2026-11-21T08:31:04Z assert 0xFFee != 0123456789abcdef",
                "<time> assert # != #",
            ),
            ("  7 failed;\t12 passed\r", "# failed; # passed"),
            ("id 123e4567-e89b-12d3-a456-426614174000", "id #"),
            (
                "(/private/var/folders/x/T/y) target/.tmpAb3/z src/temp/a.rs:7",
                "(<tmp>) <tmp> src/temp/a.rs:#",
            ),
            ("at C:\\Temp\\q\\w and 12 µs", "at <tmp> and <time>"),
        ] {
            let shown = String::from_utf8(method.normal(line.as_bytes())).unwrap();
            assert_eq!(shown, normal);
        }
    }

    #[test]
    fn one_failure_has_one_signature() {
        for (one, other) in [
            ("noise\nerror: x at 3:4", "other noise\nerror: x at 17:1"),
            ("a failed\nb failed", "b failed\na failed\na failed\n"),
            ("panicked at /nowhere/lane-1/a.rs", "panicked at ./a.rs"),
            ("nothing said in 3 ms", "nothing said in 2.5s"),
        ] {
            check(one, other, true);
        }
    }

    #[test]
    fn another_failure_has_another_one() {
        for (one, other) in [
            ("error: x", "error: y"),
            ("error[E0308]", "error[E0277]"),
            ("test a ... FAILED", "test b ... FAILED"),
            ("a failed", "a failed\nb failed"),
            (
                "panicked at /nowhere/lane-1/a.rs",
                "panicked at /nowhere/lane-1/b.rs",
            ),
            ("nothing", "else"),
            ("failed: src/temp/a.rs", "failed: src/temp/b.rs"),
        ] {
            check(one, other, false);
        }
        let sign = |code| signature(code, b"error", Path::new("/"));
        assert_ne!(sign(1), sign(2));
    }
}
