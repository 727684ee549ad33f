//! A fault in each crate, one at a time: every test that fails must be of a package that would have been tested.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use lane_gate::Changed;

use super::scratch::Scratch;
use super::selection::Selection;
use super::selection::select;
use super::suite;
use crate::Error;
use crate::bench::Report;
use crate::bench::table::Table;

/// A change of behaviour: `from` stands once in the file, and becomes `to`.
struct Fault {
    path: &'static str,
    from: &'static str,
    to: &'static str,
}

/// Central functions that give a wrong answer, and files that tests of another folder read. What reaches few comes last.
const FAULTS: &[Fault] = &[
    Fault {
        path: "crates/lane-core/src/glob/scope.rs",
        from: "self.covering(path).is_some()",
        to: "self.covering(path).is_none()",
    },
    Fault {
        path: "crates/lane-git/src/hash.rs",
        from: "hash(ObjectType::Blob, content)",
        to: "hash(ObjectType::Tree, content)",
    },
    Fault {
        path: "crates/lane-store/src/listing.rs",
        from: "layout::sort(path) != Sort::Other",
        to: "layout::sort(path) == Sort::Other",
    },
    Fault {
        path: "crates/lane-rules/src/commit.rs",
        from: "} else if !is_repair(edit) {",
        to: "} else if is_repair(edit) {",
    },
    Fault {
        path: "crates/lane-merge/src/sides.rs",
        from: "ours == theirs || base == theirs",
        to: "ours == theirs || base != theirs",
    },
    Fault {
        path: "crates/lane-gate/src/run/ending.rs",
        from: "*self == Self::Exit(0)",
        to: "*self != Self::Exit(0)",
    },
    Fault {
        path: "crates/git-lane/src/show/paint.rs",
        from: "{CYAN}hint:{CYAN:#}",
        to: "{CYAN}hunt:{CYAN:#}",
    },
    Fault {
        path: "crates/lane-testkit/src/output.rs",
        from: "line.strip_prefix(\"hint: \")",
        to: "line.strip_prefix(\"hint; \")",
    },
    Fault {
        path: "crates/lane-model/src/history/witness.rs",
        from: "Some(reason) if states.explain(",
        to: "Some(reason) if !states.explain(",
    },
    Fault {
        path: "crates/lane-chaos/src/run.rs",
        from: "Ok(report.into_inner().unwrap_or_else(PoisonError::into_inner))",
        to: "Ok(Report::default())",
    },
    Fault {
        path: "crates/lane-scenarios/src/history/laws.rs",
        from: "    one == other\n",
        to: "    one != other\n",
    },
    Fault {
        path: "crates/lane-fuzz/src/run.rs",
        from: "measure(target, input).map(|cost| cost.peak)",
        to: "measure(target, input).map(|_| 0)",
    },
    Fault {
        path: "xtask/src/markdown.rs",
        from: ".match_indices(\"](\")",
        to: ".match_indices(\"]<\")",
    },
    Fault {
        path: "tests/src/bin/git-lane-frozen.rs",
        from: "std::env::args_os()",
        to: "std::env::args_os().take(1)",
    },
    Fault {
        path: "hooks/shim.sh",
        from: "exec \"$lane\" hook @HOOK@ -- \"$@\"",
        to: "exit 0",
    },
    Fault {
        path: "docs/merging.md",
        from: "error: conflict in .agents",
        to: "error: conflict of .agents",
    },
    Fault {
        path: "docs/refusals.md",
        from: "| `foreign-lock` |",
        to: "| `strange-lock` |",
    },
    Fault {
        path: "crates/lane-scenarios/scenarios/task_title_twice.toml",
        from: "driver = \"conflict\"",
        to: "driver = \"right\"",
    },
    Fault {
        path: "crates/lane-merge/tests/cases/changelog/edit_remove/says",
        from: "was removed on one side",
        to: "was removed by nobody",
    },
];

/// What a fault did.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    path: &'static str,
    failing: BTreeMap<String, usize>,
    /// The failing tests of packages that would not have been tested.
    missed: BTreeSet<String>,
    /// Packages that would have been tested, of how many.
    affected: (usize, usize),
}

/// Injects one after the other.
pub(super) fn run(scratch: &Scratch) -> Result<Report, Error> {
    // Before the first long run: a stale entry of the table is said at once.
    for fault in FAULTS {
        fault.text(scratch)?;
    }
    let mut found = Vec::new();
    for (n, fault) in FAULTS.iter().enumerate() {
        anstream::eprintln!("faults: {} of {}, {}", n + 1, FAULTS.len(), fault.path);
        let one = inject(scratch, fault)?;
        anstream::eprintln!("faults: {one:?}");
        found.push(one);
    }
    Ok(report(&found, scratch.before.tests()))
}

impl Fault {
    /// The file as it is and with the fault.
    fn text(&self, scratch: &Scratch) -> Result<(String, String), Error> {
        let path = scratch.tree.root().join(self.path);
        let text = fs::read_to_string(&path).map_err(|source| Error::Read { path, source })?;
        match text.matches(self.from).count() {
            1 => Ok((text.clone(), text.replace(self.from, self.to))),
            count => Err(Error::Stale {
                path: self.path,
                from: self.from,
                count,
            }),
        }
    }
}

fn inject(scratch: &Scratch, fault: &Fault) -> Result<Found, Error> {
    let path = scratch.tree.root().join(fault.path);
    let (whole, faulty) = fault.text(scratch)?;
    let write = |text: &str| {
        fs::write(&path, text).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })
    };
    write(&faulty)?;
    let judged = judge(scratch, fault.path);
    write(&whole)?;
    judged
}

fn judge(scratch: &Scratch, path: &'static str) -> Result<Found, Error> {
    let file = Changed {
        path: path.into(),
        old_mode: 0o100_644,
        new_mode: 0o100_644,
    };
    let place = scratch.place()?;
    let members: Vec<String> = place
        .workspace
        .iter()
        .flat_map(|it| it.packages.keys().cloned())
        .collect();
    let selection = select(&scratch.gates, place, vec![file])?;
    let all = suite::run(&scratch.tree, &scratch.target, &[])?.failing(&scratch.before);
    let missed = match outside(&all, &selection) {
        first if first.is_empty() => first,
        first => again(scratch, &first, &selection)?,
    };
    let affected = members.iter().filter(|name| selection.contains(name)).count();
    Ok(Found {
        path,
        failing: all
            .iter()
            .map(|(name, tests)| (name.clone(), tests.len()))
            .collect(),
        missed: missed.into_values().flatten().collect(),
        affected: (affected, members.len()),
    })
}

/// What failed in packages that are not selected.
fn outside(
    failing: &BTreeMap<String, BTreeSet<String>>,
    selection: &Selection,
) -> BTreeMap<String, BTreeSet<String>> {
    let outside = failing.iter().filter(|(package, _)| !selection.contains(package));
    outside
        .map(|(package, tests)| (package.clone(), tests.clone()))
        .collect()
}

/// What failed twice: a machine under load fails tests that no fault reaches.
fn again(
    scratch: &Scratch,
    first: &BTreeMap<String, BTreeSet<String>>,
    selection: &Selection,
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    let packages: Vec<&str> = first.keys().map(String::as_str).collect();
    anstream::eprintln!("faults: {packages:?} failed and would not have been tested; once more");
    let second = suite::run(&scratch.tree, &scratch.target, &packages)?.failing(&scratch.before);
    let mut both = outside(&second, selection);
    for (package, tests) in &mut both {
        tests.retain(|test| first.get(package).is_some_and(|first| first.contains(test)));
    }
    Ok(both)
}

fn report(found: &[Found], tests: usize) -> Report {
    let mut missed = Vec::new();
    let mut table = Table::new(&[
        "fault in",
        "failing tests",
        "in packages",
        "affected packages",
        "missed tests",
    ]);
    for one in found {
        let failing: usize = one.failing.values().sum();
        let packages = one.failing.iter().map(|(name, count)| format!("{name} {count}"));
        table.row(&[
            format!("`{}`", one.path),
            failing.to_string(),
            packages.collect::<Vec<_>>().join(", "),
            format!("{} of {}", one.affected.0, one.affected.1),
            one.missed.len().to_string(),
        ]);
        if failing == 0 {
            missed.push(format!("the fault in {} is found by no test", one.path));
        }
        missed.extend(
            one.missed
                .iter()
                .map(|test| format!("{}: {test} would not have been run", one.path)),
        );
    }
    let text = format!(
        "## A fault in each crate\n\nOne at a time: a line of the file is changed so that a central function answers wrongly (the table is in\n`xtask/src/bench/gate/faults.rs`), all {tests} tests are run, and the packages whose tests fail are compared with those that\nthe check `test` of `.agents/gates.toml` would have run for a change of that one file. What fails without a fault does not count.\n\n{}",
        table.text()
    );
    Report { text, missed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(packages: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<String>> {
        let tests = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        packages
            .iter()
            .map(|(package, names)| ((*package).to_owned(), tests(names)))
            .collect()
    }

    #[test]
    fn only_packages_that_would_not_have_been_tested_count_as_missed() {
        let all = failing(&[("a", &["one"]), ("b", &["two"])]);
        let some = Selection::Packages(BTreeSet::from(["a".to_owned()]));
        assert_eq!(outside(&all, &some), failing(&[("b", &["two"])]));
        assert!(outside(&all, &Selection::Everything(String::new())).is_empty());
    }

    #[test]
    fn a_missed_test_and_a_fault_that_nobody_finds_are_failures() {
        let found = |path, failing: &[(&str, usize)], missed: &[&str]| Found {
            path,
            failing: failing
                .iter()
                .map(|(name, count)| ((*name).to_owned(), *count))
                .collect(),
            missed: missed.iter().map(|&name| name.to_owned()).collect(),
            affected: (1, 3),
        };
        let report = report(
            &[
                found("a.rs", &[("a", 2), ("b", 1)], &["b one"]),
                found("c.rs", &[], &[]),
                found("d.rs", &[("d", 1)], &[]),
            ],
            9,
        );
        assert_eq!(
            report.missed,
            [
                "a.rs: b one would not have been run",
                "the fault in c.rs is found by no test"
            ]
        );
        assert!(
            report.text.contains("| `a.rs` | 3 | a 2, b 1 | 1 of 3 | 1 |"),
            "{}",
            report.text
        );
    }

    // That each stands in its file is no test: a fault would fail it, and so be found by the bench's own tests.
    #[test]
    fn every_fault_changes_something_and_names_its_file_once() {
        let files: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.path).collect();
        assert_eq!(files.len(), FAULTS.len());
        assert!(FAULTS.iter().all(|fault| fault.from != fault.to));
    }
}
