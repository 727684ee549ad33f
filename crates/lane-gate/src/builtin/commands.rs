//! The commands of the built-in checks.
//!
//! clippy and nextest are started themselves and not by way of cargo: `[alias]` in a lane's `.cargo/config.toml` may put
//! anything before cargo's external commands. `build`, `doc` and `test` are cargo's own, which no alias shadows.

use std::ffi::OsString;

use super::Builtin;
use super::Tools;
use crate::Folder;
use crate::cargo::Affected;
use crate::cargo::Cause;
use crate::cargo::Workspace;
use crate::cargo::cargo_arguments;
use crate::cargo::doctest_arguments;

/// One command of a check, ready to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments.
    pub words: Vec<OsString>,
    /// Where it runs.
    pub dir: Folder,
    /// How its end is read.
    pub reader: Reader,
}

/// How the end of a command is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Exit code 0 is good, all else is not.
    Exit,
    /// cargo-nextest: 4 means that there was no test, and 0 counts only with a summary that tells of tests.
    Nextest,
    /// `cargo test`: 0 also when there was no test; its output tells. A binary that tells nothing ran none.
    Libtest,
    /// The same where a target has a harness of its own: a binary that tells nothing may be that one.
    OwnHarness,
    /// `cargo test --doc` beside nextest: its tests count, but there need be none.
    Doctests,
}

/// One run names all that fails, and the same fault fails in the same way each time: both runners would stop at the first
/// failure else, of a test or of a binary, and which one that is depends on how many run at once.
const TO_THE_END: &str = "--no-fail-fast";

/// The commands of a built-in check; none when there is nothing for it to do, and none for [`Builtin::Rustfmt`], which
/// compares files itself. They go on one after another; see [`super::Part::goes_on`].
pub(crate) fn commands(
    builtin: Builtin,
    affected: &Affected,
    workspace: Option<&Workspace>,
    tools: Tools,
    dir: &Folder,
) -> Vec<Command> {
    let whole = Affected::Everything(Cause::Whole);
    let affected = if builtin.is_whole() { &whole } else { affected };
    let packages = cargo_arguments(affected, workspace);
    if packages.is_empty() {
        return Vec::new();
    }
    let command = |before: &[&str], packages: &[String], after: &[&str], reader| Command {
        words: words(before, packages, after),
        dir: dir.clone(),
        reader,
    };
    match builtin {
        Builtin::Rustfmt => Vec::new(),
        Builtin::Clippy => vec![command(
            &["cargo-clippy", "clippy"],
            &packages,
            &["--all-targets", "--", "-D", "warnings"],
            Reader::Exit,
        )],
        Builtin::Build => vec![command(
            &["cargo", "build"],
            &packages,
            &["--all-targets"],
            Reader::Exit,
        )],
        Builtin::Doc => vec![command(
            &["cargo", "doc"],
            &packages,
            &["--no-deps", "--config", "build.rustdocflags=[\"-Dwarnings\"]"],
            Reader::Exit,
        )],
        Builtin::Test | Builtin::Tests if tools.nextest => {
            let all = command(
                &["cargo-nextest", "nextest", "run"],
                &packages,
                &[TO_THE_END, "--no-tests=fail"],
                Reader::Nextest,
            );
            let documented = doctest_arguments(affected, workspace);
            let doctests = command(
                &["cargo", "test", "--doc"],
                &documented,
                &[TO_THE_END],
                Reader::Doctests,
            );
            let doctests = (!documented.is_empty()).then_some(doctests);
            [all].into_iter().chain(doctests).collect()
        }
        Builtin::Test | Builtin::Tests => {
            let packages_of = workspace.into_iter().flat_map(|workspace| &workspace.packages);
            let mut affected_ones = packages_of.filter(|(name, _)| affected.contains(name));
            let reader = match affected_ones.any(|(_, package)| package.own_harness) {
                true => Reader::OwnHarness,
                false => Reader::Libtest,
            };
            vec![command(&["cargo", "test"], &packages, &[TO_THE_END], reader)]
        }
    }
}

fn words(before: &[&str], packages: &[String], after: &[&str]) -> Vec<OsString> {
    let before = before.iter().copied();
    let words = before.chain(packages.iter().map(String::as_str));
    words.chain(after.iter().copied()).map(OsString::from).collect()
}
