//! What the records show of a delivery.

use std::collections::BTreeMap;

use lane_core::record::Checkpoint;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::record::Outcome;
use lane_core::record::Results;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::Repo;
use lane_rules::Consulted;
use lane_rules::Evidence;
use lane_rules::GateSaid;
use lane_rules::RanOn;
use lane_rules::StageSaid;
use lane_store::Store;
use lane_store::TreeView;

use super::family;
use crate::error::CliError;
use crate::evidence;
use crate::landed;

/// What the handoff of a task says of a commit, as far as the ledger says it too.
#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// A handoff stands for a commit when it is of this one, or when nothing but merges came on top of it; its runs are
    /// taken only then.
    pub(crate) evidence: Evidence,
    /// The commit that the handoff starts from.
    pub(crate) base: Option<Oid>,
}

impl Recorded {
    /// Looks the handoff of `task` up.
    ///
    /// # Errors
    /// When a record or git cannot be read.
    pub(crate) fn of(
        store: &Store<'_>,
        view: &TreeView<'_>,
        task: &Task,
        tip: Oid,
    ) -> Result<Self, CliError> {
        let repo = store.repo();
        let record = handoff(store, view, task)?;
        let said = match &record {
            Some(record) if stands_for(repo, task, &record.tip, tip)? => Evidence {
                ran_on: Some(ran_on(repo, record)?),
                ..of_record(record, true)
            },
            Some(record) => of_record(record, false),
            None => Evidence::default(),
        };
        let rewritten = match store.tip()? {
            Some(state) => evidence::rewritten(store, state, task)?,
            None => None,
        };
        let evidence = Evidence {
            rewritten,
            verdicts: verdicts(store, task, tip)?,
            first: family::first(repo, view, task, tip)?,
            ..said
        };
        let results = view.results(&task.id)?;
        Ok(Self {
            evidence: looked_up(evidence, results.as_ref()),
            base: record.and_then(|record| record.base?.parse().ok()),
        })
    }
}

/// The task's handoff, if its event says the same.
fn handoff(store: &Store<'_>, view: &TreeView<'_>, task: &Task) -> Result<Option<Checkpoint>, CliError> {
    let Some(id) = &task.handoff else {
        return Ok(None);
    };
    // One that cannot be read is no evidence; whoever pushes it is told so by another rule.
    let Ok(Some(record)) = view.checkpoint(&task.id, id) else {
        return Ok(None);
    };
    Ok(evidence::checkpoint_as_said(store, &record)?.then_some(record))
}

/// What the stages said of the task, and whether it was of `tip`.
fn verdicts(store: &Store<'_>, task: &Task, tip: Oid) -> Result<BTreeMap<Stage, StageSaid>, CliError> {
    if task.verdict.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut said = BTreeMap::new();
    for (stage, verdict) in evidence::verdicts_as_said(store, task)? {
        let exact = stands_for(store.repo(), task, &verdict.tip, tip)?;
        let one = StageSaid {
            ready: verdict.ready,
            tip: verdict.tip,
            exact,
        };
        said.insert(stage, one);
    }
    Ok(said)
}

fn ran_on(repo: &Repo, record: &Checkpoint) -> Result<RanOn, CliError> {
    let base = record.base.as_ref().and_then(|base| base.parse::<Oid>().ok());
    let base = match base {
        Some(base) if repo.has_object(base)? => Some(repo.commit(base)?.tree.to_string()),
        _ => None,
    };
    Ok(RanOn {
        base,
        tip: record.tree.clone(),
    })
}

fn of_record(record: &Checkpoint, stands: bool) -> Evidence {
    let runs = |runs: &BTreeMap<String, Outcome>| if stands { runs.clone() } else { BTreeMap::new() };
    Evidence {
        cause: record.cause.clone(),
        acceptance: runs(&record.acceptance),
        before: record.before.clone(),
        gate: if stands {
            gate_said(&record.gate)
        } else {
            BTreeMap::new()
        },
        removes: record.removes.clone(),
        handed_off: stands,
        ..Evidence::default()
    }
}

/// The same evidence, with what was looked up for the task and what failed of it.
pub(super) fn looked_up(evidence: Evidence, results: Option<&Results>) -> Evidence {
    let Some(results) = results else {
        return evidence;
    };
    let consulted = results.consult.values().map(|one| Consulted {
        source: one.source.clone(),
        fallback: one.fallback,
        seq: one.made.seq,
    });
    Evidence {
        consulted: consulted.collect(),
        last_failure: results.open_failures().first().map(|failure| failure.made.seq),
        ..evidence
    }
}

/// What the gate's checks came to, as the rules read it.
pub(crate) fn gate_said(runs: &BTreeMap<String, GateRun>) -> BTreeMap<String, GateSaid> {
    let said = |run: &GateRun| match run.verdict {
        GateVerdict::Flaky | GateVerdict::Passed => GateSaid::Passed,
        GateVerdict::Skipped => GateSaid::Skipped,
    };
    runs.iter().map(|(name, run)| (name.clone(), said(run))).collect()
}

/// Whether what is said of one commit of a task holds for `tip`, too.
fn stands_for(repo: &Repo, task: &Task, said_of: &str, tip: Oid) -> Result<bool, CliError> {
    let Ok(handed) = said_of.parse::<Oid>() else {
        return Ok(false);
    };
    if handed == tip {
        return Ok(true);
    }
    if !repo.has_object(handed)? {
        return Ok(false);
    }
    if !repo.is_ancestor(handed, tip)? {
        // A squash or a rebase of exactly that, and nothing after it.
        return Ok(
            landed::standing_for(&landed::Steps::new(repo), &task.id, handed, tip)?.first() == Some(&tip),
        );
    }
    // The first parents of a landing by merge: no work of its own.
    for commit in repo.first_parents(tip).take(ON_TOP_MAX) {
        let commit = commit?;
        if commit.parents.contains(&handed) {
            return Ok(commit.parents.len() > 1);
        }
        if commit.parents.len() < 2 {
            return Ok(false);
        }
    }
    Ok(false)
}

/// How many merges may stand on top of a handoff.
const ON_TOP_MAX: usize = 1_000;
