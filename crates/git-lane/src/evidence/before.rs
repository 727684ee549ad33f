//! Whether a regression check fails without the change: run at the merge base, with the lane's test files on it.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::time::Duration;

use lane_core::glob::Scope;
use lane_core::policy::Adopted;
use lane_core::record::Outcome;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::view::View as _;
use lane_gate::Interrupt;
use lane_git::Oid;
use lane_git::PlacedFile;

use super::AtLane;
use super::ledger;
use super::runs;
use crate::error::CliError;
use crate::scratch::Purpose;
use crate::scratch::Scratch;
use crate::session::Session;
use crate::show::paint;

/// The mode of a submodule: no file to be put anywhere.
const SUBMODULE: u32 = 0o160_000;

/// Where a lane's regression checks are tried: its merge base.
pub(crate) struct Before {
    pub(crate) base: Oid,
    pub(crate) tree: Oid,
    /// The lane's test files, as they are at its tip. One that it deleted stays as the base has it.
    tests: Vec<PlacedFile>,
}

impl Before {
    /// For the lane whose tip is `tip`.
    pub(crate) fn of(session: &Session<'_>, base: Oid, tip: Oid) -> Result<Self, CliError> {
        let tree = session.repo.commit(base)?.tree;
        let policy = session.store().view()?.policy()?;
        Ok(Self {
            base,
            tree,
            tests: tests(session, &policy, tree, tip)?,
        })
    }

    /// Runs these checks one after the other in one worktree, so that what one built the next need not. They are
    /// planned there, on what the test files change.
    pub(crate) fn run(
        &self,
        session: &Session<'_>,
        task: &Task,
        (keys, limit): (&[String], Option<Duration>),
        interrupt: &Interrupt,
    ) -> Result<BTreeMap<String, Outcome>, CliError> {
        let scratch = match Scratch::make(session, Purpose::Before, (self.base, &self.tests)) {
            // The signal ended git, too.
            Err(_) if interrupt.asked() => return Err(CliError::Interrupted),
            scratch => scratch?,
        };
        scratch.fill();
        let at = AtLane::aside(scratch.path().to_owned(), self.base, self.tree)?;
        let asked = runs::asked(session, (task, &at), limit, &|key| keys.iter().any(|k| k == key))?;
        let on_terminal = std::io::stderr().is_terminal();
        let mut results = BTreeMap::new();
        for check in &asked {
            if on_terminal {
                let line = text::excerpt(&check.line(), 100);
                paint::note(&format!("at {}: {}  $ {line}", self.base.short(), check.key));
            }
            let ran = runs::run_aside(session, &at, check, interrupt)?;
            results.insert(ran.key, ran.outcome);
        }
        Ok(results)
    }

    /// The regression checks of which nothing is recorded that shows a failure here, as the ledger says it, with the
    /// test files that the lane has now.
    pub(crate) fn missing(&self, session: &Session<'_>, task: &Task) -> Result<Vec<String>, CliError> {
        let store = session.store();
        let known = match store.view()?.results(&task.id)? {
            Some(results) => ledger::proofs_as_said(&store, &results)?,
            None => BTreeMap::new(),
        };
        let mut missing = Vec::new();
        for (key, criterion) in task.acceptance.iter().filter(|(_, c)| c.is_regression()) {
            let shown = match (known.get(key), &criterion.check) {
                (Some((run, tip)), Some(check)) => {
                    let here = run.is_of(check) && run.tree == self.tree.to_string();
                    here && run.is_proof() && self.same_tests(session, tip)?
                }
                _ => false,
            };
            if !shown {
                missing.push(key.clone());
            }
        }
        Ok(missing)
    }

    /// Whether the lane's test files were the same at the commit `tip`.
    fn same_tests(&self, session: &Session<'_>, tip: &str) -> Result<bool, CliError> {
        let Ok(tip) = tip.parse::<Oid>() else {
            return Ok(false);
        };
        if !session.repo.has_object(tip)? || session.repo.peel_to_commit(tip)? != Some(tip) {
            return Ok(false);
        }
        let policy = session.store().view()?.policy()?;
        Ok(tests(session, &policy, self.tree, tip)? == self.tests)
    }
}

fn tests(
    session: &Session<'_>,
    policy: &Adopted,
    base_tree: Oid,
    tip: Oid,
) -> Result<Vec<PlacedFile>, CliError> {
    let globs = Scope::parse(&policy.tests.files).map_err(|fault| CliError::from(Refusal::from(fault)))?;
    let changes = session
        .repo
        .tree_changes(base_tree, session.repo.commit(tip)?.tree)?;
    let put = changes
        .into_iter()
        .filter(|change| ![0, SUBMODULE].contains(&change.new_mode) && globs.covers(&change.path));
    let file = put.map(|change| PlacedFile {
        path: change.path,
        mode: change.new_mode,
        oid: change.new,
    });
    Ok(file.collect())
}
