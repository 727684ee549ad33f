//! A climb and what was found as a report of GitLab's Code Quality: an array of places.
//!
//! Source: "Code Quality report format" of GitLab's documentation. Each needs a description, a name, a fingerprint that is
//! its own, a severity and a place; what has no place is put at the file that asks for it.

use std::collections::BTreeSet;

use lane_core::policy::POLICY_PATH;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_gate::Done;
use lane_gate::GATES_PATH;
use lane_gate::Report;
use lane_rules::Finding;
use serde_json::Value;
use serde_json::json;
use sha2::Digest as _;
use sha2::Sha256;

use super::about::About;
use super::words;

/// How much a description says, in characters.
const SAID_CHARS: usize = 1_000;

/// The report.
pub(crate) fn document(findings: &[Finding], climb: Option<(&About<'_>, &Report)>, now: Timestamp) -> Value {
    let mut all: Vec<Value> = findings.iter().map(found).collect();
    if let Some((about, report)) = climb {
        let bad = report.done.iter().filter(|done| !done.outcome.is_good());
        all.extend(bad.flat_map(|done| of_check(about, done, now)));
    }
    let mut seen = BTreeSet::new();
    all.retain(|one| seen.insert(one["fingerprint"].to_string()));
    Value::Array(all)
}

fn found(found: &Finding) -> Value {
    let path = found.path.as_deref().map(text::escape_path);
    let severity = if found.refuses() { "major" } else { "info" };
    let path = path.as_deref().unwrap_or(POLICY_PATH);
    let (id, said) = (found.refusal.ground.id, super::found::sentence(found));
    entry((id, &said), &said, severity, (path, 1))
}

fn of_check(about: &About<'_>, done: &Done, now: Timestamp) -> Vec<Value> {
    let name = format!("gate {}", done.name);
    let said = words::beside(&done.outcome, about.planned(&done.name), now);
    let said = format!("{}: {} {said}", done.name, words::word(&done.outcome));
    let spots = words::run(&done.outcome).map_or(&[][..], |run| &run.spots);
    let key = (name.as_str(), words::id(&done.outcome));
    let at = |path: &str, line: usize| entry(key, &said, "major", (path, line));
    match spots {
        [] => vec![at(GATES_PATH, 1)],
        spots => spots
            .iter()
            .map(|spot| at(&spot.path, spot.line.unwrap_or(1)))
            .collect(),
    }
}

/// `key`: what stays the same from run to run, beside the place.
fn entry((name, key): (&str, &str), said: &str, severity: &str, (path, line): (&str, usize)) -> Value {
    let print = Sha256::digest(format!("{name}\n{path}\n{line}\n{key}"));
    let print: String = print.iter().map(|byte| format!("{byte:02x}")).collect();
    json!({
        "description": text::excerpt(said, SAID_CHARS),
        "check_name": name,
        "fingerprint": print,
        "severity": severity,
        "location": { "path": path, "lines": { "begin": line } },
    })
}
