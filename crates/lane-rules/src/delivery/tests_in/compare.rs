//! What was there before and is not there after, over all files that changed.

use std::collections::BTreeMap;

use super::Sides;
use super::found::Found;
use super::found::Test;
use crate::delivery::Removed;
use crate::delivery::What;

/// The longest name that is kept, in characters.
const NAME_CHARS: usize = 200;

/// A file with what was found in it.
pub(super) struct File<'a> {
    pub(super) sides: Sides<'a>,
    /// Whether the policy says that it holds tests and nothing else.
    pub(super) is_tests: bool,
    pub(super) before: Found,
    pub(super) after: Found,
}

/// A name as it is kept.
pub(super) fn bounded(name: &str) -> String {
    name.chars().take(NAME_CHARS).collect()
}

/// How often a name occurs in some files.
type Counts<'a> = BTreeMap<&'a str, usize>;

fn counts<'a>(tests: impl Iterator<Item = &'a Test>) -> Counts<'a> {
    let mut counts = Counts::new();
    for test in tests {
        *counts.entry(&test.name).or_default() += 1;
    }
    counts
}

/// What is more in the first than in the second.
fn more<'a>(these: &Counts<'a>, those: &Counts<'a>) -> Counts<'a> {
    these
        .iter()
        .map(|(name, count)| (*name, count.saturating_sub(those.get(name).copied().unwrap_or(0))))
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// What the files lost of tests.
pub(super) fn compare(files: &[File<'_>]) -> Vec<Removed> {
    let before = counts(files.iter().flat_map(|file| &file.before.tests));
    let after = counts(files.iter().flat_map(|file| &file.after.tests));
    let mut lost = Lost {
        missing: more(&before, &after),
        renamed: renamed(files, more(&after, &before)),
    };
    let mut gone = Vec::new();
    for file in files {
        let names = lost.of(file);
        let mut add = |what: What| {
            gone.push(Removed {
                path: file.sides.path.to_vec(),
                what,
            });
        };
        if is_gone(file, names.len(), files) {
            add(What::File);
        } else {
            names.iter().for_each(|name| add(What::Test(bounded(name))));
        }
    }
    gone.extend(switched_off(files, &before));
    gone
}

/// Tests that are nowhere any more.
struct Lost<'a> {
    missing: Counts<'a>,
    /// What new names do, and how many do it.
    renamed: BTreeMap<u64, usize>,
}

/// What the tests with new names do.
fn renamed<'a>(files: &'a [File<'_>], mut added: Counts<'a>) -> BTreeMap<u64, usize> {
    let mut bodies = BTreeMap::new();
    for file in files {
        let known = counts(file.before.tests.iter());
        let mut new = more(&counts(file.after.tests.iter()), &known);
        for test in &file.after.tests {
            if take(&mut new, test.name.as_str()) && take(&mut added, test.name.as_str()) {
                *bodies.entry(test.body).or_default() += 1;
            }
        }
    }
    bodies
}

fn take<K: Ord + Copy>(counts: &mut BTreeMap<K, usize>, key: K) -> bool {
    match counts.get_mut(&key) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    }
}

impl<'a> Lost<'a> {
    /// The names that this file lost for good.
    fn of(&mut self, file: &'a File<'_>) -> Vec<String> {
        let mut here = more(
            &counts(file.before.tests.iter()),
            &counts(file.after.tests.iter()),
        );
        let mut lost = Vec::new();
        for test in &file.before.tests {
            let is_missing =
                take(&mut here, test.name.as_str()) && take(&mut self.missing, test.name.as_str());
            if is_missing && !take(&mut self.renamed, test.body) {
                lost.push(test.name.clone());
            }
        }
        lost.sort();
        lost.dedup();
        lost
    }
}

/// Whether a whole file of tests is gone: all its tests with it, or, where none is known by its name, its content.
fn is_gone(file: &File<'_>, lost: usize, files: &[File<'_>]) -> bool {
    let (true, Some(before), None) = (file.is_tests, file.sides.before, file.sides.after) else {
        return false;
    };
    let named = counts(file.before.tests.iter()).len();
    if named > 0 {
        return lost == named;
    }
    let is_there = files.iter().any(|other| other.sides.after == Some(before));
    !before.trim_ascii().is_empty() && !is_there
}

/// Marks that came to tests which were there before.
fn switched_off(files: &[File<'_>], known: &Counts<'_>) -> Vec<Removed> {
    let mut growth: BTreeMap<&str, usize> = more(
        &marks(files.iter().flat_map(|file| &file.after.tests)),
        &marks(files.iter().flat_map(|file| &file.before.tests)),
    );
    let groups_before: usize = files.iter().map(|file| file.before.off).sum();
    let groups_after: usize = files.iter().map(|file| file.after.off).sum();
    let mut groups = groups_after.saturating_sub(groups_before);
    let mut found = Vec::new();
    for file in files {
        let here = more(&marks(file.after.tests.iter()), &marks(file.before.tests.iter()));
        let mut count = 0;
        for name in here.keys().filter(|name| known.contains_key(*name)) {
            count += usize::from(take(&mut growth, name));
        }
        let holds_old = file
            .after
            .tests
            .iter()
            .any(|test| known.contains_key(test.name.as_str()));
        let more_groups = file.after.off.saturating_sub(file.before.off).min(groups);
        if holds_old {
            groups -= more_groups;
            count += more_groups;
        }
        if count > 0 {
            found.push(Removed {
                path: file.sides.path.to_vec(),
                what: What::SwitchedOff(count),
            });
        }
    }
    found
}

/// How many marks switch off the tests of each name.
fn marks<'a>(tests: impl Iterator<Item = &'a Test>) -> Counts<'a> {
    let mut marks = Counts::new();
    for test in tests {
        *marks.entry(&test.name).or_default() += test.off;
    }
    marks
}

#[cfg(test)]
mod tests {
    use lane_core::policy::Tests;

    use super::super::removed;
    use super::*;

    /// Path, before, after; empty is not there.
    type Change<'a> = (&'a str, &'a str, &'a str);

    fn side(text: &str) -> Option<&[u8]> {
        (!text.is_empty()).then_some(text.as_bytes())
    }

    #[track_caller]
    fn check(changes: &[Change<'_>], expected: &[&str]) {
        let sides: Vec<Sides<'_>> = changes
            .iter()
            .map(|(path, before, after)| Sides {
                path: path.as_bytes(),
                before: side(before),
                after: side(after),
            })
            .collect();
        let words = |one: &Removed| {
            let path = String::from_utf8_lossy(&one.path).into_owned();
            match &one.what {
                What::File => path,
                What::Test(name) | What::Check(name) => format!("{path} {name}"),
                What::SwitchedOff(count) => format!("{path} -{count}"),
            }
        };
        let seen: Vec<String> = removed(&sides, &Tests::default()).iter().map(words).collect();
        assert_eq!(seen, expected, "{changes:?}");
    }

    const ONE: &str = "#[test]\nfn one() {\n    a();\n}\n";
    const TWO: &str = "#[test]\nfn two() {\n    b();\n}\n";
    const OFF: &str = "#[test]\n#[ignore]\nfn one() {\n    a();\n}\n";

    #[test]
    fn a_test_that_is_gone_is_found() {
        let both = format!("{ONE}{TWO}");
        check(&[("src/a.rs", &both, TWO)], &["src/a.rs one"]);
        check(&[("src/a.rs", &both, &both)], &[]);
        check(&[("src/a.rs", TWO, &both)], &[]);
        check(
            &[("src/a.rs", ONE, &ONE.replace("#[test]", ""))],
            &["src/a.rs one"],
        );
        check(
            &[("src/a.rs", ONE, &ONE.replace("#[test]", "// #[test]"))],
            &["src/a.rs one"],
        );
        check(&[("src/a.rs", ONE, &ONE.replace("a();", "c();"))], &[]);
        check(&[("src/a.rs", ONE, "")], &["src/a.rs one"]);
    }

    #[test]
    fn what_was_moved_or_renamed_is_not_gone() {
        let both = format!("{ONE}{TWO}");
        check(&[("src/a.rs", &both, ONE), ("src/b.rs", "", TWO)], &[]);
        check(&[("src/a.rs", ONE, &ONE.replace("one", "uno"))], &[]);
        check(
            &[
                ("src/a.rs", ONE, "fn x() {}\n"),
                ("src/b.rs", "x", &ONE.replace("one", "uno")),
            ],
            &[],
        );
        // Renamed and changed at once.
        check(&[("src/a.rs", ONE, TWO)], &["src/a.rs one"]);
        // Two became one.
        check(
            &[("src/a.rs", ONE, "x"), ("src/b.rs", ONE, ONE.trim())],
            &["src/a.rs one"],
        );
        // One new test takes the place of one, not of two.
        let twice = format!("{ONE}{}", ONE.replace("one", "other"));
        check(
            &[("src/a.rs", &twice, &ONE.replace("one", "uno"))],
            &["src/a.rs other"],
        );
    }

    #[test]
    fn a_file_of_tests_that_is_gone_is_found_as_one() {
        let both = format!("{ONE}{TWO}");
        check(&[("tests/a.rs", &both, "")], &["tests/a.rs"]);
        check(&[("tests/a.rs", &both, ""), ("tests/b.rs", "", &both)], &[]);
        check(
            &[("tests/a.rs", &both, ""), ("src/b.rs", "", ONE)],
            &["tests/a.rs two"],
        );
        check(&[("tests/data.json", "{}", "")], &["tests/data.json"]);
        check(&[("tests/data.json", "{}", ""), ("tests/b.json", "", "{}")], &[]);
        check(&[("tests/data.json", "{}", "{ }")], &[]);
        check(&[("tests/empty.py", "\n", "")], &[]);
        check(&[("src/data.json", "{}", "")], &[]);
        check(&[("a/x.spec.ts", "it('a', f)\n", "")], &["a/x.spec.ts"]);
    }

    #[test]
    fn a_test_that_is_switched_off_is_found_and_a_new_one_that_is_off_is_not() {
        check(&[("src/a.rs", ONE, OFF)], &["src/a.rs -1"]);
        check(&[("src/a.rs", OFF, ONE)], &[]);
        check(&[("src/a.rs", OFF, OFF.trim())], &[]);
        check(&[("src/a.rs", "x", OFF)], &[]);
        check(&[("src/a.rs", TWO, &format!("{TWO}{OFF}"))], &[]);
        // It was moved, and switched off there.
        check(&[("src/a.rs", ONE, "x"), ("src/b.rs", "", OFF)], &["src/b.rs -1"]);
        check(&[("src/a.rs", OFF, "x"), ("src/b.rs", "", OFF)], &[]);
        let js = "describe('x', () => {\n  it('a', f)\n})\n";
        check(
            &[("a.js", js, &js.replace("describe", "describe.skip"))],
            &["a.js -1"],
        );
        check(&[("a.js", js, &js.replace("it(", "it.only("))], &["a.js -1"]);
        check(&[("a.js", "", &js.replace("describe", "describe.skip"))], &[]);
    }

    #[test]
    fn a_name_is_bounded() {
        let long = format!("it('{}', f)\n", "é".repeat(4_000));
        let sides = [Sides {
            path: b"a.js",
            before: Some(long.as_bytes()),
            after: Some(b"x"),
        }];
        let gone = removed(&sides, &Tests::default());
        assert_eq!(gone[0].what, What::Test("é".repeat(NAME_CHARS)));
    }
}
