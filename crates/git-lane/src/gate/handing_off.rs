//! The gate at a handoff: the ladder climbed in the lane's worktree, and what of it the handoff publishes.

use std::collections::BTreeMap;

use lane_core::record::GATE_RUNS_MAX;
use lane_core::record::GateRun;
use lane_core::record::GateVerdict;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Base;
use lane_gate::Check;
use lane_gate::Done;
use lane_gate::Interrupt;
use lane_gate::Kept;
use lane_gate::Level;
use lane_gate::Outcome;
use lane_gate::Receipt;
use lane_gate::Remember;
use lane_gate::Report;
use lane_gate::Showing;
use lane_git::Oid;
use lane_git::Repo;

use super::Asked;
use super::How;
use super::Prepared;
use super::What;
use super::climb_beside;
use super::declared;
use super::refusal;
use crate::error::CliError;
use crate::evidence::AtLane;
use crate::session::Session;

/// How much of a reason is published, in characters.
const WHY_CHARS: usize = 120;

/// Climbs as far as a handoff asks for, and runs the checks that changed contracts name wherever they stand. What passed
/// is given to be published; nothing where nothing is declared.
///
/// # Errors
/// When a check does not pass, or the gates cannot be used.
pub(crate) fn handing_off(
    session: &Session<'_>,
    at: &AtLane,
    base: Oid,
    contracts: &[String],
) -> Result<BTreeMap<String, GateRun>, CliError> {
    let gates = declared(session)?.gates;
    let called: Vec<&Check> = contracts.iter().filter_map(|name| gates.check(name)).collect();
    let asked = gates.hooks().handoff;
    let rung = called.iter().map(|check| check.rung).fold(asked, u8::max);
    if rung == 0 || gates.checks().next().is_none() {
        return Ok(BTreeMap::new());
    }
    // The plan lists as skipped what stands above the rung: nothing is left out where no contract goes higher.
    let gates = match rung > asked {
        true => gates.above_only(asked, contracts),
        false => gates,
    };
    let gates = gates.called_for(contracts);
    let repo = Repo::open(&at.path)?;
    let interrupt = Interrupt::install().unwrap_or_else(|_| Interrupt::none());
    let asked = Asked {
        repo: &repo,
        gates: &gates,
        what: What::WorkTree(&Base::Commit(base)),
        rungs: &(1..=rung),
        level: Level::Lane,
        area: None,
    };
    let prepared = Prepared::of(&asked, &interrupt)?;
    let how = How::to_the_first_failure(Remember::Use, session.source, &interrupt);
    let against = format!("{}, where the lane begins", base.short());
    let report = climb_beside(&prepared, &how, &against, (false, false))?;
    // What was handed off would not be what ran.
    at.clean()?;
    let again = again(&report, contracts, base);
    match refusal(&report, &at.command(&again)) {
        Some(no) => Err(no.into()),
        None => Ok(published(&report, &at.tree.to_string(), session.source.now())),
    }
}

/// The command that runs again what did not pass: a contract's check also where no change and no level calls for it.
fn again(report: &Report, contracts: &[String], base: Oid) -> String {
    let is_bad = |done: &&Done| !done.outcome.is_good() && !matches!(done.outcome, Outcome::NotRun(_));
    let bad = report.done.iter().filter(is_bad);
    let (called, others): (Vec<&str>, Vec<&str>) = bad
        .map(|done| done.name.as_str())
        .partition(|name| contracts.iter().any(|one| one == name));
    let all = ["git", "lane", "gate", "--all", "--level", "final"];
    match (called.is_empty(), others.is_empty()) {
        (false, true) => command(&[&all[..], &called].concat()),
        _ => format!("git lane gate --base {base}"),
    }
}

/// The checks as a record has them; where they are too many, what is flaky first and what was skipped last.
pub(crate) fn published(report: &Report, tree: &str, now: Timestamp) -> BTreeMap<String, GateRun> {
    let runs = report
        .done
        .iter()
        .filter_map(|done| Some((done.name.clone(), run(done, tree, now)?)));
    let mut runs: Vec<(String, GateRun)> = runs.collect();
    runs.sort_by_key(|(_, run)| run.verdict);
    runs.truncate(GATE_RUNS_MAX);
    runs.into_iter().collect()
}

fn run(done: &Done, tree: &str, now: Timestamp) -> Option<GateRun> {
    let (verdict, showing) = match &done.outcome {
        Outcome::Passed(showing) => (GateVerdict::Passed, Some(showing)),
        Outcome::Flaky(showing) => (GateVerdict::Flaky, Some(showing)),
        Outcome::Skipped(_) => (GateVerdict::Skipped, None),
        _ => return None,
    };
    let receipt = showing.and_then(receipt);
    let secs = showing.map(|showing| match showing {
        Showing::Run { run, .. } => run.secs,
        Showing::Receipt(receipt) => receipt.secs,
    });
    Some(GateRun {
        ended: showing.map(|_| receipt.map_or(now, |receipt| receipt.ended)),
        key: receipt.map(|receipt| receipt.key().to_owned()),
        rung: done.rung,
        // To the millisecond: more says nothing.
        secs: secs.map(|secs| (secs * 1_000.0).round() / 1_000.0),
        tests: receipt.and_then(|receipt| receipt.tests),
        tree: showing.map(|_| tree.to_owned()),
        verdict,
        why: match &done.outcome {
            Outcome::Skipped(why) => Some(text::excerpt(why, WHY_CHARS)),
            _ => None,
        },
    })
}

fn receipt(showing: &Showing) -> Option<&Receipt> {
    match showing {
        Showing::Receipt(receipt)
        | Showing::Run {
            kept: Kept::Yes(receipt),
            ..
        } => Some(receipt),
        Showing::Run { .. } => None,
    }
}
