//! How a hook refuses for a check: the finding in words, or one line of JSON with what each check came to.

use std::process::ExitCode;

use lane_gate::Outcome;
use lane_gate::Report;
use lane_gate::Showing;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::Staging;
use serde_json::Value;
use serde_json::json;

use super::Call;
use crate::show::findings;

/// A refusal, as a finding that hooks print.
pub(super) fn finding(refusal: lane_core::refusal::Refusal) -> Finding {
    let mut refusal = refusal;
    let hints = std::mem::take(&mut refusal.hints);
    Finding::whole(refusal, hints.into_iter().map(Remedy::Run).collect())
}

/// Prints it, and ends as a refusing hook does. What the checks printed stands above it in words, and in it in JSON.
pub(super) fn refuse(call: &Call<'_>, found: &Finding, report: Option<&Report>) -> ExitCode {
    if !call.as_json {
        return call.refuse(std::slice::from_ref(found), &Staging::default());
    }
    let checks = report.map(bad).unwrap_or_default();
    findings::print_gate(call.name, found, &checks, &call.unseen);
    ExitCode::from(super::REFUSED)
}

/// The checks that did not pass, with the end of what they printed.
fn bad(report: &Report) -> Vec<Value> {
    let bad = report.done.iter().filter(|done| !done.outcome.is_good());
    bad.map(|done| {
        let (said, output) = match &done.outcome {
            Outcome::Failed(Showing::Run { run, .. }) => (run.ending.to_string(), run.excerpt.as_str()),
            Outcome::Empty(Showing::Run { run, .. }) => {
                ("nothing was checked".to_owned(), run.excerpt.as_str())
            }
            Outcome::Moved { what, run } => (format!("meanwhile {what}"), run.excerpt.as_str()),
            Outcome::Changed { what, run } => {
                let excerpt = run.as_ref().map_or("", |run| run.excerpt.as_str());
                (format!("meanwhile {what}"), excerpt)
            }
            Outcome::NotStarted(why) => (why.clone(), ""),
            _ => ("not run".to_owned(), ""),
        };
        json!({ "check": done.name, "rung": done.rung, "said": said, "output": output })
    })
    .collect()
}
