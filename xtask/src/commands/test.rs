//! `cargo xtask test`: every test of the workspace, with whatever runner the machine has.

use std::io;
use std::io::BufRead;
use std::io::BufReader;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::memory;
use crate::workspace;

/// Run all tests: unit, integration, end to end, and the examples in the docs
///
/// First all binaries and tests are built in one go, since the end-to-end tests start `git-lane` itself. Then they
/// run by `cargo nextest run` where cargo-nextest is installed, and by `cargo test` where it is not; then the
/// doctests (which `cargo test` includes). No test at all is a failure, so a filter with a typing error cannot pass. The children see none of
/// git's local environment (GIT_DIR, GIT_INDEX_FILE and so on), so this may run inside a hook. Their repositories are made in
/// memory (/dev/shm) where that has 4 GiB to spare, and TMPDIR names no other folder. Exits 5 on failure.
#[derive(clap::Args)]
pub(super) struct Test {
    /// For the runner: a part of a test's name, or its own options; nextest then leaves the doctests out
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,
}

impl Tool for Test {
    const NAME: &'static str = "test";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        Ok(if all_pass(workspace, &args)? {
            Exit::Done
        } else {
            Exit::CheckFailed
        })
    }
}

/// The same targets and so the same features as the test run builds: nothing is compiled twice.
const BUILD: &[&str] = &["build", "--workspace", "--bins", "--examples", "--tests"];
const DOCTESTS: &[&str] = &["test", "--workspace", "--doc"];

/// Whether there are tests and all of them pass.
pub(super) fn all_pass(workspace: &Workspace, args: &[&str]) -> Result<bool, Error> {
    if !workspace.passes("cargo", BUILD, &[])? {
        return Ok(false);
    }
    let memory = memory::folder();
    let memory = memory.as_ref().and_then(|folder| folder.path().to_str());
    let beside: Vec<(&str, &str)> = memory.map(|folder| ("TMPDIR", folder)).into_iter().collect();
    if !has_nextest(workspace)? {
        return counted(workspace, &[&["test", "--workspace"], args].concat(), &beside);
    }
    // By the environment, so that a nextest too old for it does not stumble over an unknown option.
    let nextest = [&["nextest", "run", "--workspace"], args].concat();
    let told = [&[("NEXTEST_NO_TESTS", "fail")], &beside[..]].concat();
    let passed = workspace.passes("cargo", &nextest, &told)?;
    // The doctests' runner knows neither nextest's filters nor its options.
    let whole = args.is_empty();
    Ok(passed && (!whole || workspace.passes("cargo", DOCTESTS, &[])?))
}

fn has_nextest(workspace: &Workspace) -> Result<bool, Error> {
    let probe = workspace
        .command("cargo", &["nextest", "--version"])
        .stdout_null()
        .stderr_null()
        .unchecked();
    let done = probe.run().map_err(|source| Error::Spawn {
        command: "cargo nextest --version".into(),
        source,
    })?;
    Ok(done.status.success())
}

/// Runs `cargo test`, which is content with no tests at all, and counts them on the way.
fn counted(workspace: &Workspace, args: &[&str], env: &[(&str, &str)]) -> Result<bool, Error> {
    let broken = |source| Error::Spawn {
        command: workspace::spell("cargo", args),
        source,
    };
    workspace::announce("cargo", args, env);
    let command = workspace.command("cargo", args);
    let child = env
        .iter()
        .fold(command, |child, (name, value)| child.env(name, value))
        .unchecked()
        .reader()
        .map_err(broken)?;
    let tests = relay(BufReader::new(&child)).map_err(broken)?;
    let done = child.try_wait().map_err(broken)?;
    if tests == 0 {
        anstream::eprintln!("error: no tests were run");
    }
    Ok(tests > 0 && done.is_some_and(|done| done.status.success()))
}

/// Passes the output on line by line; returns how many tests it tells of.
fn relay(mut output: impl BufRead) -> io::Result<usize> {
    let mut tests = 0;
    let mut line = Vec::new();
    // Bytes and not `lines()`: a test may print what is not UTF-8.
    while output.read_until(b'\n', &mut line)? > 0 {
        let text = String::from_utf8_lossy(&line);
        tests += tests_in(&text);
        anstream::print!("{text}");
        line.clear();
    }
    Ok(tests)
}

/// The tests that one line of libtest's summary stands for: `test result: ok. 12 passed; 0 failed; …`.
fn tests_in(line: &str) -> usize {
    let Some(summary) = line.strip_prefix("test result: ") else {
        return 0;
    };
    let words: Vec<&str> = summary.split_whitespace().collect();
    let counts = words
        .windows(2)
        .filter(|pair| matches!(pair[1], "passed;" | "failed;"));
    counts.filter_map(|pair| pair[0].parse::<usize>().ok()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_counted_from_summaries() {
        let line =
            "test result: ok. 12 passed; 3 failed; 4 ignored; 0 measured; 9 filtered out; finished in 0.01s";
        assert_eq!(tests_in(line), 15);
        assert_eq!(
            tests_in("test result: ok. 0 passed; 0 failed; 1 ignored; 0 measured"),
            0
        );
        assert_eq!(tests_in("12 passed; 3 failed;"), 0);
    }

    #[test]
    fn several_binaries_add_up() {
        let one = "running 1 test\ntest result: ok. 1 passed; 0 failed;\n";
        assert_eq!(relay(one.repeat(3).as_bytes()).unwrap(), 3);
        assert_eq!(relay(&b"\xff\n"[..]).unwrap(), 0);
    }
}
