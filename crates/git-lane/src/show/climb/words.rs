//! The words for what came of a check: one for people, one for programs, and what is said beside it.

use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Ending;
use lane_gate::Kept;
use lane_gate::Outcome;
use lane_gate::Planned;
use lane_gate::Receipt;
use lane_gate::Report;
use lane_gate::Run;
use lane_gate::RunVerdict;
use lane_gate::Showing;
use lane_gate::Why;

use super::about::WHY_CHARS;
use crate::show::when;

/// The word of a line.
pub(super) fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed(_) => "ok",
        Outcome::Flaky(_) => "flaky",
        Outcome::Failed(_) | Outcome::NotStarted(_) | Outcome::Moved { .. } | Outcome::Changed { .. } => {
            "FAILED"
        }
        Outcome::Empty(_) => "EMPTY",
        Outcome::Skipped(_) => "skipped",
        Outcome::NotRun(_) => "not run",
    }
}

/// The outcome's name in JSON and elsewhere for programs.
pub(super) fn id(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed(_) => "passed",
        Outcome::Flaky(_) => "flaky",
        Outcome::Failed(_) => "failed",
        Outcome::Empty(_) => "empty",
        Outcome::NotStarted(_) => "not-started",
        Outcome::Moved { .. } => "moved",
        Outcome::Changed { .. } => "changed",
        Outcome::Skipped(_) => "skipped",
        Outcome::NotRun(_) => "not-run",
    }
}

/// What is said beside the word: on one line, escaped and bounded.
pub(super) fn beside(outcome: &Outcome, planned: Option<&Planned>, now: Timestamp) -> String {
    match outcome {
        Outcome::Moved { run, .. } | Outcome::Changed { run: Some(run), .. } => {
            format!("{}  {}", secs(run.secs), why(outcome).unwrap_or_default())
        }
        other => match showing(other) {
            Some(showing) => shown(showing, planned, now),
            None => why(other).unwrap_or_default(),
        },
    }
}

/// Why it was skipped, not started, not run or not believed; none for what ran or has a receipt.
pub(super) fn why(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Skipped(why) => Some(text::excerpt(why, WHY_CHARS)),
        Outcome::NotStarted(why) => Some(format!("not started: {}", text::excerpt(why, WHY_CHARS))),
        Outcome::Moved { what, .. } => Some(format!(
            "meanwhile {}: what was checked is not what was asked for",
            text::excerpt(what, WHY_CHARS)
        )),
        Outcome::Changed { what, .. } => Some(format!(
            "meanwhile {}: what passed is not what is there now",
            text::excerpt(what, WHY_CHARS)
        )),
        Outcome::NotRun(why) => Some(because(*why).to_owned()),
        _ => None,
    }
}

fn because(why: Why) -> &'static str {
    match why {
        Why::LowerRung => "a check on a lower rung did not pass",
        Why::Interrupted => "interrupted",
        Why::Moved => "HEAD, the branch or core.bare changed meanwhile",
        Why::Changed => "tracked files changed meanwhile",
        Why::NoReceipt => "no receipt shows it",
    }
}

fn shown(showing: &Showing, planned: Option<&Planned>, now: Timestamp) -> String {
    let (run, verdict, kept) = match showing {
        Showing::Receipt(receipt) => return by_receipt(receipt, now),
        Showing::Run { run, verdict, kept } => (run, verdict, kept),
    };
    let what = match verdict {
        RunVerdict::Failed => ending(run, planned),
        other => {
            let said = other.to_string();
            let said = said.strip_prefix("passed").unwrap_or(&said);
            said.trim_start_matches(", ").to_owned()
        }
    };
    let not_kept = match verdict {
        // Never remembered, and said so by its word.
        RunVerdict::Empty { .. } => None,
        _ => not_kept(kept),
    };
    let parts = [secs(run.secs), what, not_kept.unwrap_or_default()];
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    parts.join("  ")
}

/// How a failed run ended, with the limit if that ended it.
pub(super) fn ending(run: &Run, planned: Option<&Planned>) -> String {
    match (run.ending, planned) {
        (Ending::TimedOut, Some(planned)) => {
            let limit = i64::try_from(planned.limit.as_secs()).unwrap_or(i64::MAX);
            format!(
                "ended at its time limit of {}, `timeout` of [check.{}]",
                when::short(limit),
                planned.name
            )
        }
        (Ending::TimedOut, None) => "ended at its time limit".to_owned(),
        (ending, _) => ending.to_string(),
    }
}

/// Why there is no receipt, where there might have been one.
fn not_kept(kept: &Kept) -> Option<String> {
    match kept {
        Kept::No(why) => Some(format!("(not remembered: {})", text::excerpt(why, 200))),
        Kept::Yes(_) | Kept::NotAsked => None,
    }
}

/// The receipt that a check has now, from this run or an earlier one.
pub(super) fn receipt(outcome: &Outcome) -> Option<&Receipt> {
    match showing(outcome)? {
        Showing::Receipt(receipt) => Some(receipt),
        Showing::Run { kept, .. } => match kept {
            Kept::Yes(receipt) => Some(receipt),
            Kept::No(_) | Kept::NotAsked => None,
        },
    }
}

/// The receipt that spares this check a run.
pub(super) fn known<'r>(report: &'r Report, check: &str) -> Option<&'r Receipt> {
    let done = report.done.iter().find(|done| done.name == check)?;
    match showing(&done.outcome)? {
        Showing::Receipt(receipt) => Some(receipt),
        Showing::Run { .. } => None,
    }
}

/// Whether it both passed and failed under one key: a pass after a failure, or a failure after a pass.
pub(super) fn is_flaky(outcome: &Outcome) -> bool {
    match outcome {
        Outcome::Flaky(_) => true,
        Outcome::Failed(_) => receipt(outcome).is_some_and(|receipt| receipt.passes > 0),
        _ => false,
    }
}

/// The run, if there was one.
pub(super) fn run(outcome: &Outcome) -> Option<&Run> {
    match outcome {
        Outcome::Moved { run, .. } => Some(run),
        Outcome::Changed { run, .. } => run.as_deref(),
        other => match showing(other)? {
            Showing::Run { run, .. } => Some(run),
            Showing::Receipt(_) => None,
        },
    }
}

pub(super) fn showing(outcome: &Outcome) -> Option<&Showing> {
    match outcome {
        Outcome::Passed(showing)
        | Outcome::Flaky(showing)
        | Outcome::Failed(showing)
        | Outcome::Empty(showing) => Some(showing),
        _ => None,
    }
}

fn by_receipt(receipt: &Receipt, now: Timestamp) -> String {
    let tests = match receipt.tests {
        None => String::new(),
        Some(1) => ", 1 test".to_owned(),
        Some(tests) => format!(", {tests} tests"),
    };
    let (ago, took) = (ago(receipt.ended, now), secs(receipt.secs));
    format!("not run again: passed on the same files {ago} ago in {took}{tests}")
}

/// How long ago, as people say it.
pub(super) fn ago(then: Timestamp, now: Timestamp) -> String {
    when::short(now.since(then).max(0))
}

pub(super) fn secs(secs: f64) -> String {
    format!("{secs:.1} s")
}
