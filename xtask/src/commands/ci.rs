//! `cargo xtask ci`: everything that must hold before a change lands, in one ladder.

use super::Tool;
use super::test;
use super::tidy;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::demo;
use crate::demo::Telling;
use crate::ladder;
use crate::ladder::Step;

/// Run everything that continuous integration runs
///
/// A ladder, cheapest first, that stops at the first step that fails: format, clippy (warnings are errors), the
/// tests (`cargo xtask test`), the demo (`cargo xtask demo`), the API docs (warnings are errors), and the project's invariants (`cargo xtask tidy`).
/// It ends with a table of the steps and their times. `.ci/run` calls this and nothing else, so what passes here
/// passes there. Exits 5 if a step failed.
#[derive(clap::Args)]
pub(super) struct Ci {}

impl Tool for Ci {
    const NAME: &'static str = "ci";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let verdicts = ladder::climb(STEPS, workspace);
        anstream::eprint!("\n{}", ladder::table(&verdicts));
        Ok(if ladder::all_passed(&verdicts) {
            Exit::Done
        } else {
            Exit::CheckFailed
        })
    }
}

const STEPS: &[Step<Workspace>] = &[
    Step {
        name: "format",
        run: |it| it.passes("cargo", &["fmt", "--all", "--check"], &[]),
    },
    Step {
        name: "clippy",
        run: |it| it.passes("cargo", CLIPPY, &[]),
    },
    Step {
        name: "test",
        run: |it| test::all_pass(it, &[]),
    },
    Step {
        name: "demo",
        run: |it| demo::goes_as_told(it, Telling::Headings, false),
    },
    Step {
        name: "doc",
        run: |it| it.passes("cargo", DOC, &[("RUSTDOCFLAGS", "-D warnings")]),
    },
    Step {
        name: "tidy",
        run: |it| Ok(tidy::report(it)? == 0),
    },
];

const CLIPPY: &[&str] = &[
    "clippy",
    "--workspace",
    "--all-targets",
    "--locked",
    "--",
    "-D",
    "warnings",
];
const DOC: &[&str] = &["doc", "--workspace", "--no-deps", "--locked"];
