//! `removed-tests`: tests, files of tests or gate checks are gone or switched off, and the handoff does not declare it.
//! What counts as one is found by [`super::removed`].

use std::collections::BTreeMap;

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::refusal::Refusal;
use lane_core::text;

use super::Delivered;
use super::Judged;
use super::What;
use super::way_on;
use crate::finding::Finding;
use crate::listed;
use crate::remedy::Remedy;

/// The most files that have a finding of their own.
const FILES_SHOWN: usize = 12;

/// The most files that the command declares: what it leaves out would be refused again.
const DECLARED_MAX: usize = 64;

pub(super) fn judge(delivered: &Delivered<'_>, _: &Adopted) -> Judged {
    let mut files: BTreeMap<&[u8], Vec<&What>> = BTreeMap::new();
    for removed in delivered.removed {
        let declared = text::escape_path(&removed.path);
        if !delivered.evidence.removes.contains_key(&declared) {
            files.entry(&removed.path).or_default().push(&removed.what);
        }
    }
    let remedies = remedies(delivered, &files);
    let finding = |path: &[u8], what: String| {
        let refusal = Refusal::new(&ground::REMOVED_TESTS, what);
        Finding::path(path, refusal, remedies.clone())
    };
    let mut found: Vec<Finding> = files
        .iter()
        .take(FILES_SHOWN)
        .map(|(path, what)| finding(path, words(path, what)))
        .collect();
    let more: Vec<&[u8]> = files.keys().skip(FILES_SHOWN).copied().collect();
    if let Some(first) = more.first() {
        found.push(finding(
            first,
            format!("and so it is with {}", listed::paths(more.iter().copied())),
        ));
    }
    Ok(found)
}

/// One declaration of all of them, for a handoff takes the place of the one before it. Then the way back.
fn remedies(delivered: &Delivered<'_>, files: &BTreeMap<&[u8], Vec<&What>>) -> Vec<Remedy> {
    let paths: Vec<String> = files
        .keys()
        .take(DECLARED_MAX)
        .map(|path| format!("--removes={}", text::escape_path(path)))
        .collect();
    let mut words: Vec<&str> = paths.iter().flat_map(|path| declared(path, "TEXT")).collect();
    // Nothing was recorded yet of what the refused handoff declared: it is said again, as it was.
    let said: Vec<(String, &str)> = match delivered.moment.has_runs() {
        true => Vec::new(),
        false => {
            let removes = delivered.evidence.removes.iter();
            removes
                .map(|(path, removal)| (format!("--removes={path}"), removal.why.as_str()))
                .collect()
        }
    };
    words.extend(said.iter().flat_map(|(path, why)| declared(path, why)));
    let declare = way_on::handoff(delivered, &ground::REMOVED_TESTS, &words);
    let gone: Vec<&[u8]> = files
        .iter()
        .filter(|(_, what)| what.contains(&&What::File))
        .map(|(path, _)| *path)
        .collect();
    let back = (!gone.is_empty())
        .then(|| way_on::put_back(delivered, &gone))
        .flatten();
    std::iter::once(declare).chain(back).collect()
}

/// `--removes=PATH` and its reason, as it is written best.
fn declared<'a>(path: &'a str, why: &'a str) -> Vec<&'a str> {
    match path.strip_prefix("--removes=") {
        Some(plain) if !plain.starts_with('-') => vec!["--removes", plain, "--why", why],
        _ => vec![path, "--why", why],
    }
}

fn words(path: &[u8], what: &[&What]) -> String {
    let path = listed::paths([path]);
    let named = |of: fn(&What) -> Option<&String>| -> Vec<String> {
        what.iter().filter_map(|what| of(what)).cloned().collect()
    };
    let tests = named(|what| {
        if let What::Test(name) = what {
            Some(name)
        } else {
            None
        }
    });
    let checks = named(|what| {
        if let What::Check(name) = what {
            Some(name)
        } else {
            None
        }
    });
    let off: usize = what
        .iter()
        .map(|what| {
            if let What::SwitchedOff(count) = what {
                *count
            } else {
                0
            }
        })
        .sum();
    let mut said = Vec::new();
    if what.contains(&&What::File) {
        said.push("is gone, a file of tests".to_owned());
    }
    if !tests.is_empty() {
        said.push(format!(
            "lost the test{} {}",
            plural(tests.len()),
            listed::words(tests)
        ));
    }
    if off > 0 {
        said.push(format!("has {off} more test{} switched off", plural(off)));
    }
    if !checks.is_empty() {
        said.push(format!(
            "lost the check{} {}",
            plural(checks.len()),
            listed::words(checks)
        ));
    }
    format!("{path} {}", said.join(", "))
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lane_core::record::Removal;

    use super::*;
    use crate::delivery::Evidence;
    use crate::delivery::Moment;
    use crate::delivery::Removed;
    use crate::delivery::trial::Trial;

    fn gone(path: &[u8], what: What) -> Removed {
        Removed {
            path: path.to_vec(),
            what,
        }
    }

    fn test(path: &str, name: &str) -> Removed {
        gone(path.as_bytes(), What::Test(name.to_owned()))
    }

    fn removing(removed: Vec<Removed>, declared: &[&str]) -> Trial {
        let why = Removal { why: "x".to_owned() };
        let removes: BTreeMap<String, Removal> = declared
            .iter()
            .map(|path| ((*path).to_owned(), why.clone()))
            .collect();
        Trial {
            removed,
            evidence: Evidence {
                removes,
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    const FOUND: &[&str] = &["removed-tests"];

    #[test]
    fn what_is_gone_is_declared_by_its_path() {
        removing(vec![test("src/a.rs", "one")], &[]).finds(FOUND);
        removing(vec![test("src/a.rs", "one")], &["src/b.rs"]).finds(FOUND);
        removing(vec![test("src/a.rs", "one")], &["src/a.rs"]).finds(&[]);
        removing(vec![], &[]).finds(&[]);
        let odd = || gone(b"t/\xff\x1b", What::File);
        removing(vec![odd()], &[]).finds(FOUND);
        removing(vec![odd()], &["t/\\xff\\u{1b}"]).finds(&[]);
    }

    #[test]
    fn one_finding_a_file_says_all_of_it() {
        let names = ["one", "two", "three", "four"].map(|name| test("a.rs", name));
        let removed = [names.to_vec(), vec![gone(b"a.rs", What::SwitchedOff(2))]].concat();
        removing(removed, &[]).says(
            "a.rs lost the tests one, two, three and 1 more, has 2 more tests switched off",
            "git lane handoff T-1 --removes a.rs --why TEXT",
        );
        removing(
            vec![gone(b".agents/gates.toml", What::Check("fmt".to_owned()))],
            &[],
        )
        .says(
            ".agents/gates.toml lost the check fmt",
            "git lane handoff T-1 --removes .agents/gates.toml --why TEXT",
        );
    }

    #[test]
    fn one_command_declares_all_files_and_what_is_declared_already_is_not_asked_again() {
        let removed = vec![
            gone(b"-t/a b", What::File),
            test("a.rs", "one"),
            test("b.rs", "two"),
        ];
        let found = removing(removed, &["b.rs"]).finds(&["removed-tests"; 2]);
        assert_eq!(found[0].remedies, found[1].remedies);
        let lines: Vec<&Remedy> = found[0].remedies.iter().collect();
        let expected = [
            "git lane handoff T-1 '--removes=-t/a b' --why TEXT --removes a.rs --why TEXT",
            "git restore --source b0 --staged --worktree -- ':(top,literal)-t/a b' && git commit -m TEXT",
        ];
        assert_eq!(
            lines,
            expected
                .map(|line| Remedy::Run(line.to_owned()))
                .iter()
                .collect::<Vec<_>>()
        );
    }

    #[test]
    fn what_a_refused_handoff_declared_is_in_the_command_again() {
        let mut trial = removing(vec![test("a.rs", "one"), test("b.rs", "two")], &["b.rs"]);
        trial.moment = Moment::BeforeRuns;
        let found = trial.finds(FOUND);
        let line = "git lane handoff T-1 --removes a.rs --why TEXT --removes b.rs --why x";
        assert_eq!(found[0].remedies, [Remedy::Run(line.to_owned())]);
    }

    #[test]
    fn a_great_many_files_are_told_in_few_lines() {
        let many: Vec<Removed> = (0..500)
            .map(|n| gone(format!("t/{n:04}").as_bytes(), What::File))
            .collect();
        let found = removing(many, &[]).judge();
        assert_eq!(found.len(), FILES_SHOWN + 1);
        let last = &found[FILES_SHOWN].refusal.what;
        assert_eq!(last, "and so it is with t/0012, t/0013, t/0014 and 485 more");
    }
}
