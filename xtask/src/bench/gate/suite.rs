//! All tests of a checkout, run by cargo-nextest: what each took, and whether it failed, from the JUnit file.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use junit_parser::TestStatus;

use crate::Error;
use crate::Workspace;

/// What nextest ends with when tests failed; with any other number but 0 it did not run them.
const TESTS_FAILED: i32 = 100;

/// A fault may make a test wait for ever: it is ended, and has failed. `target` is where nextest may write: by default
/// that is below the checkout, wherever cargo's target directory is.
fn config(target: &Path) -> String {
    let store = toml::Value::from(target.join("nextest").display().to_string());
    format!(
        "store.dir = {store}\n[profile.default]\nslow-timeout = {{ period = \"60s\", terminate-after = 2 }}\njunit.path = \"junit.xml\"\n"
    )
}

/// What became of a test.
#[derive(Clone, Debug, PartialEq)]
struct Test {
    package: String,
    name: String,
    secs: f64,
    failed: bool,
}

/// What became of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Suite(Vec<Test>);

/// The tests of one package.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weight {
    /// How many.
    pub(super) tests: usize,
    /// How long they took, added up.
    pub(super) secs: f64,
}

/// Whose tests are run, and until when.
#[derive(Clone, Copy, Debug)]
pub(super) enum Which<'a> {
    /// Everybody's, to the last.
    All,
    /// Those of these packages, to the last.
    Of(&'a [String]),
    /// Those of these packages, until one fails.
    UntilOneFails(&'a [String]),
}

impl<'a> Which<'a> {
    /// The packages that are named; none stands for all.
    pub(super) fn packages(self) -> &'a [String] {
        match self {
            Self::All => &[],
            Self::Of(packages) | Self::UntilOneFails(packages) => packages,
        }
    }

    /// Always of the whole workspace, with a filter: other features of dependencies would build everything again.
    fn arguments(self) -> Vec<String> {
        let end = match self {
            Self::All | Self::Of(_) => "--no-fail-fast",
            Self::UntilOneFails(_) => "--fail-fast",
        };
        let filter: Vec<String> = self
            .packages()
            .iter()
            .map(|package| format!("package(={package})"))
            .collect();
        let mut arguments = vec!["--workspace".to_owned(), end.to_owned()];
        if !filter.is_empty() {
            arguments.extend(["--filterset".to_owned(), filter.join(" + ")]);
        }
        arguments
    }
}

/// Runs these tests.
pub(super) fn run(tree: &Workspace, target: &Path, which: Which<'_>) -> Result<Suite, Error> {
    let config = target.join("bench-gate.toml");
    let wrong = |source| Error::Write {
        path: config.clone(),
        source,
    };
    fs::create_dir_all(target).map_err(wrong)?;
    fs::write(&config, self::config(target)).map_err(wrong)?;
    let junit = target.join("nextest/default/junit.xml");
    // What an earlier run left there must not be taken for this one's.
    let _ = fs::remove_file(&junit);

    let config = config.display().to_string();
    // A package without tests is nothing wrong here.
    let args = ["nextest", "run", "--no-tests", "pass", "--config-file", &config];
    let chosen = which.arguments();
    let args: Vec<&str> = args
        .into_iter()
        .chain(chosen.iter().map(String::as_str))
        .collect();
    let child = tree
        .command("cargo", &args)
        .env("CARGO_TARGET_DIR", target)
        .stdout_null()
        .stderr_capture()
        .unchecked();
    let command = || crate::workspace::spell("cargo", &args);
    let done = child.run().map_err(|source| Error::Spawn {
        command: command(),
        source,
    })?;
    let code = done.status.code();
    if !matches!(code, Some(0 | TESTS_FAILED)) {
        anstream::eprintln!("{}", String::from_utf8_lossy(&done.stderr).trim_end());
        return Err(Error::Failed {
            command: command(),
            code,
        });
    }
    let text = fs::read_to_string(&junit).map_err(|source| Error::Read { path: junit, source })?;
    Suite::read(&text).map_err(|why| Error::Output {
        command: command(),
        why,
    })
}

impl Suite {
    /// Reads nextest's JUnit file: a test suite for each binary, called `PACKAGE` or `PACKAGE::BINARY`.
    fn read(junit: &str) -> Result<Self, String> {
        let report = junit_parser::from_reader(junit.as_bytes()).map_err(|error| error.to_string())?;
        let tests = report.suites.iter().flat_map(|suite| {
            let package = suite.name.split("::").next().unwrap_or_default();
            suite.cases.iter().map(|case| Test {
                package: package.to_owned(),
                name: format!("{} {}", suite.name, case.original_name),
                secs: case.time,
                failed: matches!(case.status, TestStatus::Failure(_) | TestStatus::Error(_)),
            })
        });
        Ok(Self(tests.collect()))
    }

    /// What each package's tests weigh; a package without tests is not in it.
    pub(super) fn weights(&self) -> BTreeMap<String, Weight> {
        let mut weights: BTreeMap<String, Weight> = BTreeMap::new();
        for test in &self.0 {
            let weight = weights.entry(test.package.clone()).or_default();
            weight.tests += 1;
            weight.secs += test.secs;
        }
        weights
    }

    /// How many tests there are.
    pub(super) fn tests(&self) -> usize {
        self.0.len()
    }

    /// The tests that failed here and not in `before`, by package.
    pub(super) fn failing(&self, before: &Self) -> BTreeMap<String, BTreeSet<String>> {
        let known: BTreeSet<&str> = before.failed().map(|test| test.name.as_str()).collect();
        let mut failing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for test in self.failed().filter(|test| !known.contains(test.name.as_str())) {
            let names = failing.entry(test.package.clone()).or_default();
            names.insert(test.name.clone());
        }
        failing
    }

    fn failed(&self) -> impl Iterator<Item = &Test> {
        self.0.iter().filter(|test| test.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As nextest 0.9 writes it, shortened.
    fn junit(failed: &[&str]) -> String {
        let case = |name: &str, secs: &str| {
            let inside = match failed.contains(&name) {
                true => "<failure message=\"x\" type=\"test failure\">at y</failure>",
                false => "",
            };
            format!(
                "<testcase name=\"{name}\" classname=\"c\" timestamp=\"2026-11-21T22:12:04.914+00:00\" time=\"{secs}\">{inside}</testcase>"
            )
        };
        let suite = |name: &str, cases: &str| {
            format!(
                "<testsuite name=\"{name}\" tests=\"2\" disabled=\"0\" errors=\"0\" failures=\"0\">{cases}</testsuite>"
            )
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"nextest-run\" tests=\"3\" failures=\"0\" errors=\"0\" uuid=\"4a8d8c6e-3b0f-4f3c-9d0d-2f5d5a3f1c11\" timestamp=\"2026-11-21T22:12:04.914+00:00\" time=\"3.000\">{}{}</testsuites>",
            suite("core", &[case("a", "0.250"), case("b", "0.500")].concat()),
            suite("core::e2e", &case("a", "2.000")),
        )
    }

    fn read(failed: &[&str]) -> Suite {
        Suite::read(&junit(failed)).unwrap()
    }

    #[test]
    fn binaries_of_one_package_weigh_together() {
        let weights = read(&[]).weights();
        assert_eq!(weights.len(), 1);
        assert_eq!(weights["core"], Weight { tests: 3, secs: 2.75 });
        assert_eq!(read(&[]).tests(), 3);
    }

    #[test]
    fn packages_are_chosen_by_name_and_all_by_none() {
        let names = ["a".to_owned(), "b".to_owned()];
        assert_eq!(Which::All.arguments(), ["--workspace", "--no-fail-fast"]);
        assert_eq!(
            Which::UntilOneFails(&names).arguments(),
            [
                "--workspace",
                "--fail-fast",
                "--filterset",
                "package(=a) + package(=b)"
            ]
        );
    }

    #[test]
    fn what_failed_before_is_not_the_faults_doing() {
        let all = read(&["a", "b"]).failing(&read(&["b"]));
        let names: Vec<&str> = all["core"].iter().map(String::as_str).collect();
        assert_eq!(names, ["core a", "core::e2e a"]);
        assert!(read(&["b"]).failing(&read(&["b"])).is_empty());
    }

    #[test]
    fn what_is_no_report_is_said_and_not_taken_for_no_tests() {
        for text in ["", "<html>", "<testsuites>"] {
            assert!(Suite::read(text).is_err(), "{text}");
        }
    }
}
