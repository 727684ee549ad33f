//! A fault in each crate, one at a time: every test that fails must be of a package that would have been tested.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use lane_gate::Changed;

use super::Ask;
use super::scratch::Scratch;
use super::selection::select;
use super::suite;
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

/// Tests that failed, by package.
type Failing = BTreeMap<String, BTreeSet<String>>;

/// What a fault did.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    /// Its place in the table, from one.
    number: usize,
    path: &'static str,
    /// The failing tests of packages that would have been tested: the first, or, if all were run, all.
    failing: Failing,
    /// Packages that would have been tested.
    affected: usize,
}

/// What packages did whose tests no one of these faults makes run, with all of them injected.
#[derive(Debug, PartialEq, Eq)]
struct Spared {
    faults: Vec<usize>,
    packages: Vec<String>,
    /// How many tests they have: all were run.
    tests: usize,
    missed: BTreeSet<String>,
}

/// A fault's place in the table and, of each package, whether its tests would run.
struct Reach<'a> {
    number: usize,
    fault: &'a Fault,
    affected: Vec<String>,
    others: Vec<String>,
}

/// First each fault alone: unless `whole`, the affected packages are tested until one test fails, which they are there
/// for. Then, for the packages that would not have been tested, all the faults at once that should not reach them: to
/// the last test, and none may fail. (One fault at a time, these would be the same tests run over and over.)
pub(super) fn run(scratch: &Scratch, ask: &Ask<'_>) -> Result<Report, Error> {
    // Before the first long run: a stale entry of the table is said at once.
    let mut reaches = Vec::new();
    for (fault, number) in FAULTS.iter().zip(1..) {
        fault.text(scratch)?;
        if number >= ask.from_fault {
            reaches.push(reach(scratch, fault, number)?);
        }
    }
    let mut found = Vec::new();
    for reach in &reaches {
        anstream::eprintln!(
            "faults: {} of {}, {}",
            reach.number,
            FAULTS.len(),
            reach.fault.path
        );
        let failing = with(scratch, &[reach.fault], || find(scratch, reach, ask.whole))?;
        let one = Found {
            number: reach.number,
            path: reach.fault.path,
            failing,
            affected: reach.affected.len(),
        };
        anstream::eprintln!("faults: {}", one.found_by());
        found.push(one);
    }
    let mut spared = Vec::new();
    for (numbers, packages) in apart(&reaches) {
        anstream::eprintln!("faults: {numbers:?} at once, for {}", packages.join(", "));
        let faults = reaches.iter().filter(|it| numbers.contains(&it.number));
        let faults: Vec<&Fault> = faults.map(|it| it.fault).collect();
        let (tests, missed) = with(scratch, &faults, || spare(scratch, &packages))?;
        spared.push(Spared {
            faults: numbers,
            packages,
            tests,
            missed: missed.into_values().flatten().collect(),
        });
    }
    Ok(report(&found, &spared))
}

/// The packages that some fault should not reach, together where these faults are the same.
fn apart(reaches: &[Reach<'_>]) -> Vec<(Vec<usize>, Vec<String>)> {
    let mut faults: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for reach in reaches {
        for package in &reach.others {
            faults.entry(package).or_default().push(reach.number);
        }
    }
    let mut groups: BTreeMap<Vec<usize>, Vec<String>> = BTreeMap::new();
    for (package, numbers) in faults {
        groups.entry(numbers).or_default().push(package.to_owned());
    }
    groups.into_iter().collect()
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

/// Does something with these faults in the tree, and takes them out again.
fn with<T>(scratch: &Scratch, faults: &[&Fault], run: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    let mut sound = Vec::new();
    for fault in faults {
        let path = scratch.tree.root().join(fault.path);
        let (text, faulty) = fault.text(scratch)?;
        write(&path, &faulty)?;
        sound.push((path, text));
    }
    let done = run();
    for (path, text) in sound {
        write(&path, &text)?;
    }
    done
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|source| Error::Write {
        path: path.to_owned(),
        source,
    })
}

/// Which packages the gate would test for a change of the fault's file, those first that it lies in.
fn reach<'a>(scratch: &Scratch, fault: &'a Fault, number: usize) -> Result<Reach<'a>, Error> {
    let file = Changed {
        path: fault.path.into(),
        old_mode: 0o100_644,
        new_mode: 0o100_644,
    };
    let place = scratch.place()?;
    let members = place.workspace.iter().flat_map(|it| &it.packages);
    let mut members: Vec<(bool, String)> = members
        .map(|(name, package)| (!is_in(fault.path, &package.dir), name.clone()))
        .collect();
    members.sort();
    let selection = select(&scratch.gates, place, vec![file])?;
    let names = members.into_iter().map(|(_, name)| name);
    let (affected, others) = names.partition(|name| selection.contains(name));
    Ok(Reach {
        number,
        fault,
        affected,
        others,
    })
}

/// What fails of the packages that would be tested: of its own first, which is most likely to know.
fn find(scratch: &Scratch, reach: &Reach<'_>, whole: bool) -> Result<Failing, Error> {
    let runs: Vec<Which<'_>> = match (whole, reach.affected.split_at_checked(1)) {
        (true, _) => vec![Which::Of(&reach.affected)],
        (false, Some((own, rest))) => vec![Which::UntilOneFails(own), Which::UntilOneFails(rest)],
        (false, None) => vec![],
    };
    for which in runs.into_iter().filter(|it| !it.packages().is_empty()) {
        let failing = suite::run(&scratch.tree, &scratch.target, which)?.failing(&scratch.before);
        if !failing.is_empty() {
            return Ok(failing);
        }
    }
    Ok(Failing::new())
}

/// How many tests these packages have, and which fail.
fn spare(scratch: &Scratch, packages: &[String]) -> Result<(usize, Failing), Error> {
    let first = suite::run(&scratch.tree, &scratch.target, Which::Of(packages))?;
    Ok((first.tests(), again(scratch, &first.failing(&scratch.before))?))
}

/// Whether a path lies in a package's folder.
fn is_in(path: &str, dir: &[u8]) -> bool {
    let rest = path.as_bytes().strip_prefix(dir);
    rest.is_some_and(|rest| rest.starts_with(b"/"))
}

/// What failed twice: a machine under load fails tests that no fault reaches.
fn again(scratch: &Scratch, first: &Failing) -> Result<Failing, Error> {
    if first.is_empty() {
        return Ok(Failing::new());
    }
    let packages: Vec<String> = first.keys().cloned().collect();
    anstream::eprintln!("faults: {packages:?} failed and would not have been tested; once more");
    let second = suite::run(&scratch.tree, &scratch.target, Which::Of(&packages))?;
    Ok(common(first, second.failing(&scratch.before)))
}

fn common(first: &Failing, mut second: Failing) -> Failing {
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

fn report(found: &[Found], spared: &[Spared]) -> Report {
    let mut missed = Vec::new();
    let mut table = Table::new(&["no.", "fault in", "affected packages", "failing there"]);
    for one in found {
        table.row(&[
            format!("{} of {}", one.number, FAULTS.len()),
            format!("`{}`", one.path),
            one.affected.to_string(),
            one.found_by(),
        ]);
        if one.failing.is_empty() {
            missed.push(format!(
                "the fault in {} is found by no test of an affected package",
                one.path
            ));
        }
    }
    let mut others = Table::new(&["packages", "faults at once", "tests, all run", "failing: missed"]);
    for one in spared {
        let numbers: Vec<String> = one.faults.iter().map(ToString::to_string).collect();
        let numbers = numbers.join(", ");
        let tests = one.missed.iter();
        missed.extend(tests.map(|test| format!("faults {numbers}: {test} would not have been run")));
        others.row(&[
            one.packages.join(", "),
            numbers,
            one.tests.to_string(),
            one.missed.len().to_string(),
        ]);
    }
    let text = format!(
        "## A fault in each crate\n\nA line of a file is changed so that a central function answers wrongly (the table is in\n`xtask/src/bench/gate/faults.rs`). One fault at a time, the packages that the check `test` of `.agents/gates.toml` runs for a\nchange of that one file are tested until a test fails (with `--whole` to the last).\n\n{}\nEvery package is then tested to the last test with all the faults at once for which it would not have been: none may fail.\nWhat fails without a fault, or only once in two runs, does not count.\n\n{}",
        table.text(),
        others.text()
    );
    Report { text, missed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing(packages: &[(&str, &[&str])]) -> Failing {
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
    fn each_package_meets_every_fault_that_should_not_reach_it_at_once() {
        let reach = |number, others: &[&str]| Reach {
            number,
            fault: &FAULTS[0],
            affected: Vec::new(),
            others: others.iter().map(|&name| name.to_owned()).collect(),
        };
        let groups = apart(&[
            reach(1, &["b"]),
            reach(2, &["a", "b", "c"]),
            reach(3, &["c", "a"]),
        ]);
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        assert_eq!(
            groups,
            [(vec![1, 2], names(&["b"])), (vec![2, 3], names(&["a", "c"]))]
        );
    }

    #[test]
    fn a_missed_test_and_a_fault_that_nobody_finds_are_failures() {
        let found = |path, packages: &[(&str, &[&str])]| Found {
            number: 3,
            path,
            failing: failing(packages),
            affected: 1,
        };
        let spared = |packages: &[&str], missed: &[&str]| Spared {
            faults: vec![3, 4],
            packages: packages.iter().map(|&name| name.to_owned()).collect(),
            tests: 7,
            missed: missed.iter().map(|&name| name.to_owned()).collect(),
        };
        let report = report(
            &[
                found("a.rs", &[("a", &["x", "y"]), ("b", &["z"])]),
                found("c.rs", &[]),
                found("d.rs", &[("d", &["d t"])]),
            ],
            &[spared(&["c"], &["c one"]), spared(&["e", "f"], &[])],
        );
        assert_eq!(
            report.missed,
            [
                "the fault in c.rs is found by no test of an affected package",
                "faults 3, 4: c one would not have been run",
            ]
        );
        for row in [
            "| 3 of 19 | `a.rs` | 1 | a 2, b 1 |",
            "| 3 of 19 | `d.rs` | 1 | `d t` |",
            "| c | 3, 4 | 7 | 1 |",
            "| e, f | 3, 4 | 7 | 0 |",
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
