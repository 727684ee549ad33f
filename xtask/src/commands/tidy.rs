//! `cargo xtask tidy`: the project's invariants, checked over the files that git knows.

use anstyle::Style;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::tidy::CHECKS;
use crate::tree::Tree;

/// Check the project's invariants: crate arrows, purity, links, forgotten files
///
/// Every check looks at the files that git tracks or would track (`.gitignore` holds), in the work tree as it is.
/// All findings are printed at once, `file:line: what is wrong [check]`, on stdout. A check is one file in
/// `xtask/src/tidy/`, where its first line says what it guards. Exits 1 if there is a finding.
#[derive(clap::Args)]
pub(super) struct Tidy {}

impl Tool for Tidy {
    const NAME: &'static str = "tidy";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        Ok(if report(workspace)? == 0 {
            Exit::Done
        } else {
            Exit::Findings
        })
    }
}

/// Runs every check and prints what they found; returns how much that was.
pub(super) fn report(workspace: &Workspace) -> Result<usize, Error> {
    let tree = Tree::load(workspace)?;
    let dim = Style::new().dimmed();
    let mut count = 0;
    for check in CHECKS {
        let mut findings = (check.run)(&tree, workspace)?;
        findings.sort();
        for finding in &findings {
            anstream::println!("{finding} {dim}[{}]{dim:#}", check.name);
        }
        count += findings.len();
    }
    anstream::eprintln!(
        "tidy: {} checks, {} files, findings: {count}",
        CHECKS.len(),
        tree.files().len()
    );
    Ok(count)
}
