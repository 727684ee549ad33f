//! The refusal that a climb ends with when not everything passed.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_gate::Outcome;
use lane_gate::Report;

/// What stands against the work; none when nothing does. `again` is the command that leads on once it is mended.
pub(crate) fn refusal(report: &Report, again: &str) -> Option<Refusal> {
    if report.passed() {
        return None;
    }
    let bad: Vec<&str> = report
        .done
        .iter()
        .filter(|done| !done.outcome.is_good() && !matches!(done.outcome, Outcome::NotRun(_)))
        .map(|done| done.name.as_str())
        .collect();
    let checks = if bad.len() == 1 { "check" } else { "checks" };
    let what = format!(
        "{} {checks} of {} did not pass: {}",
        bad.len(),
        report.done.len(),
        bad.join(", ")
    );
    Some(Refusal::new(&ground::GATE_FAILED, what).hint(again))
}
