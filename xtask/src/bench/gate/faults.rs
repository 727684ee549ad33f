//! A fault in each crate, one at a time: every test that fails must be of a package that would have been tested.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;

use lane_gate::Changed;

use super::Ask;
use super::scratch::Scratch;
use super::selection::select;
use super::suite;
use super::suite::Suite;
use super::suite::Which;
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
    /// Its place in the table, from one.
    number: usize,
    path: &'static str,
    /// The failing tests of packages that would have been tested: the first, or, if all were run, all.
    failing: BTreeMap<String, BTreeSet<String>>,
    /// The failing tests of packages that would not have been tested.
    missed: BTreeSet<String>,
    /// Packages that would have been tested.
    affected: usize,
    /// Packages that would not, and how many tests these have: all were run.
    others: (usize, usize),
}

/// Injects one after the other. Unless `whole`, the affected packages are tested until one test fails, which they are
/// there for; what they would not have found is sought among the others, to the last test.
pub(super) fn run(scratch: &Scratch, ask: &Ask<'_>) -> Result<Report, Error> {
    // Before the first long run: a stale entry of the table is said at once.
    for fault in FAULTS {
        fault.text(scratch)?;
    }
    let mut found = Vec::new();
    for (fault, number) in FAULTS.iter().zip(1..).skip(ask.from_fault.saturating_sub(1)) {
        anstream::eprintln!("faults: {number} of {}, {}", FAULTS.len(), fault.path);
        let one = inject(scratch, (number, fault), ask.whole)?;
        anstream::eprintln!("faults: {} {:?}", one.found_by(), one.missed);
        found.push(one);
    }
    Ok(report(&found))
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

fn inject(scratch: &Scratch, (number, fault): (usize, &Fault), whole: bool) -> Result<Found, Error> {
    let path = scratch.tree.root().join(fault.path);
    let (sound, faulty) = fault.text(scratch)?;
    let write = |text: &str| {
        fs::write(&path, text).map_err(|source| Error::Write {
            path: path.clone(),
            source,
        })
    };
    write(&faulty)?;
    let judged = judge(scratch, (number, fault.path), whole);
    write(&sound)?;
    judged
}

fn judge(scratch: &Scratch, (number, path): (usize, &'static str), whole: bool) -> Result<Found, Error> {
    let file = Changed {
        path: path.into(),
        old_mode: 0o100_644,
        new_mode: 0o100_644,
    };
    let place = scratch.place()?;
    let members = place.workspace.iter().flat_map(|it| &it.packages);
    let members: Vec<(String, bool)> = members
        .map(|(name, package)| (name.clone(), is_in(path, &package.dir)))
        .collect();
    let selection = select(&scratch.gates, place, vec![file])?;
    let (affected, others): (Vec<_>, Vec<_>) = members
        .into_iter()
        .partition(|(name, _)| selection.contains(name));
    let others: Vec<String> = others.into_iter().map(|(name, _)| name).collect();
    let mut failing = BTreeMap::new();
    // Its own package first, which is most likely to know.
    for own in [true, false] {
        let those = affected.iter().filter(|(_, owns)| whole || *owns == own);
        let those: Vec<String> = those.map(|(name, _)| name.clone()).collect();
        if those.is_empty() || !failing.is_empty() {
            continue;
        }
        let which = match whole {
            true => Which::Of(&those),
            false => Which::UntilOneFails(&those),
        };
        failing = suite::run(&scratch.tree, &scratch.target, which)?.failing(&scratch.before);
    }
    let of_others = match others.as_slice() {
        [] => Suite::default(),
        others => suite::run(&scratch.tree, &scratch.target, Which::Of(others))?,
    };
    let missed = again(scratch, &of_others.failing(&scratch.before))?;
    Ok(Found {
        number,
        path,
        failing,
        missed: missed.into_values().flatten().collect(),
        affected: affected.len(),
        others: (others.len(), of_others.tests()),
    })
}

/// Whether a path lies in a package's folder.
fn is_in(path: &str, dir: &[u8]) -> bool {
    let rest = path.as_bytes().strip_prefix(dir);
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// What failed twice: a machine under load fails tests that no fault reaches.
fn again(
    scratch: &Scratch,
    first: &BTreeMap<String, BTreeSet<String>>,
) -> Result<BTreeMap<String, BTreeSet<String>>, Error> {
    if first.is_empty() {
        return Ok(BTreeMap::new());
    }
    let packages: Vec<String> = first.keys().cloned().collect();
    anstream::eprintln!("faults: {packages:?} failed and would not have been tested; once more");
    let second = suite::run(&scratch.tree, &scratch.target, Which::Of(&packages))?;
    Ok(common(first, second.failing(&scratch.before)))
}

fn common(
    first: &BTreeMap<String, BTreeSet<String>>,
    mut second: BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, BTreeSet<String>> {
    for (package, tests) in &mut second {
        tests.retain(|test| first.get(package).is_some_and(|first| first.contains(test)));
    }
    second.retain(|_, tests| !tests.is_empty());
    second
}

impl Found {
    /// The one test that failed, or how many in which packages.
    fn found_by(&self) -> String {
        let all: Vec<&String> = self.failing.values().flatten().collect();
        match all.as_slice() {
            [one] => format!("`{one}`"),
            _ => {
                let counts = self
                    .failing
                    .iter()
                    .map(|(name, tests)| format!("{name} {}", tests.len()));
                counts.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn report(found: &[Found]) -> Report {
    let mut missed = Vec::new();
    let mut table = Table::new(&[
        "no.",
        "fault in",
        "affected packages",
        "failing there",
        "other packages",
        "their tests, all run",
        "failing there: missed",
    ]);
    for one in found {
        table.row(&[
            format!("{} of {}", one.number, FAULTS.len()),
            format!("`{}`", one.path),
            one.affected.to_string(),
            one.found_by(),
            one.others.0.to_string(),
            one.others.1.to_string(),
            one.missed.len().to_string(),
        ]);
        if one.failing.is_empty() {
            missed.push(format!(
                "the fault in {} is found by no test of an affected package",
                one.path
            ));
        }
        let tests = one.missed.iter();
        missed.extend(tests.map(|test| format!("{}: {test} would not have been run", one.path)));
    }
    let text = format!(
        "## A fault in each crate\n\nOne at a time: a line of the file is changed so that a central function answers wrongly (the table is in\n`xtask/src/bench/gate/faults.rs`). The packages that the check `test` of `.agents/gates.toml` runs for a change of that one\nfile are tested until a test fails (with `--whole` to the last); all others are tested to the last test, and none may fail\nthere. What fails without a fault, or only once in two runs, does not count.\n\n{}",
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
    fn what_fails_once_in_two_runs_is_not_missed() {
        let first = failing(&[("a", &["one", "two"]), ("b", &["three"])]);
        let second = failing(&[("a", &["two", "four"]), ("c", &["three"])]);
        assert_eq!(common(&first, second), failing(&[("a", &["two"])]));
    }

    #[test]
    fn a_missed_test_and_a_fault_that_nobody_finds_are_failures() {
        let found = |path, packages: &[(&str, &[&str])], missed: &[&str]| Found {
            number: 3,
            path,
            failing: failing(packages),
            missed: missed.iter().map(|&name| name.to_owned()).collect(),
            affected: 1,
            others: (2, 7),
        };
        let report = report(&[
            found("a.rs", &[("a", &["x", "y"]), ("b", &["z"])], &["c one"]),
            found("c.rs", &[], &[]),
            found("d.rs", &[("d", &["d t"])], &[]),
        ]);
        assert_eq!(
            report.missed,
            [
                "a.rs: c one would not have been run",
                "the fault in c.rs is found by no test of an affected package"
            ]
        );
        for row in [
            "| 3 of 19 | `a.rs` | 1 | a 2, b 1 | 2 | 7 | 1 |",
            "| 3 of 19 | `d.rs` | 1 | `d t` | 2 | 7 | 0 |",
        ] {
            assert!(report.text.contains(row), "{row}\n{}", report.text);
        }
    }

    // That each stands in its file is no test: a fault would fail it, and so be found by the bench's own tests.
    #[test]
    fn every_fault_changes_something_and_names_its_file_once() {
        let files: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.path).collect();
        assert_eq!(files.len(), FAULTS.len());
        assert!(FAULTS.iter().all(|fault| fault.from != fault.to));
    }
}
