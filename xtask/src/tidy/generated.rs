//! What is generated from code says what the code says: tables in the docs, and the section of `AGENTS.md`.

use super::Finding;
use crate::Error;
use crate::Workspace;
use crate::tree::Tree;

/// What generates them; with `--check` it says what is stale, and fails.
const GENERATOR: &str = "crates/git-lane/examples/docs.rs";
const CHECK: &[&str] = &[
    "run",
    "-q",
    "-p",
    "git-lane",
    "--example",
    "docs",
    "--",
    "--check",
];

pub(super) fn run(tree: &Tree, workspace: &Workspace) -> Result<Vec<Finding>, Error> {
    if !tree.has(GENERATOR) || workspace.passes("cargo", CHECK, &[])? {
        return Ok(Vec::new());
    }
    let remedy = "generated docs are stale (see above): run `cargo run -p git-lane --example docs`";
    Ok(vec![Finding::at(GENERATOR, 1, remedy)])
}
