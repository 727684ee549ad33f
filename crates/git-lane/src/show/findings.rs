//! A hook's findings: one line each, holders once, commands once.

use lane_core::time::Timestamp;
use lane_rules::Finding;
use lane_rules::Staging;
use lane_rules::commands;
use serde_json::Value;
use serde_json::json;

use super::json;
use super::paint;
use super::refusal;

/// How many findings are printed in words; JSON has them all.
const SHOWN: usize = 20;

/// Prints a hook's findings to stderr, as words or as one line of JSON.
pub(crate) fn print(hook: &str, findings: &[Finding], staging: &Staging, now: Timestamp, as_json: bool) {
    if as_json {
        let all: Vec<_> = findings
            .iter()
            .map(|found| json::finding(found, staging))
            .collect();
        let hints = commands(&findings.iter().flat_map(|f| &f.remedies), staging);
        paint::note(&json::line(
            &json!({ "hook": hook, "ok": false, "findings": all, "hints": hints }),
        ));
        return;
    }
    let mut told = Vec::new();
    for found in findings.iter().take(SHOWN) {
        let commit = found
            .commit
            .as_ref()
            .map_or(String::new(), |c| format!(" (commit {})", &c[..c.len().min(12)]));
        paint::error(&format!(
            "{}: {}{commit}",
            found.refusal.ground.id, found.refusal.what
        ));
        let lock = found.refusal.held.as_ref().and_then(|held| held.lock.clone());
        if lock.is_none() || !told.contains(&lock) {
            refusal::details(&found.refusal, now);
            told.push(lock);
        }
    }
    if findings.len() > SHOWN {
        paint::note(&format!("… and {} more findings", findings.len() - SHOWN));
    }
    for line in commands(&findings.iter().flat_map(|f| &f.remedies), staging) {
        paint::hint(&line);
    }
}

/// Prints a refusal of the gate as one line of JSON, with the checks that did not pass.
pub(crate) fn print_gate(hook: &str, found: &Finding, checks: &[Value]) {
    let hints = commands(&found.remedies.iter(), &Staging::default());
    let finding = json::finding(found, &Staging::default());
    paint::note(&json::line(
        &json!({ "hook": hook, "ok": false, "findings": [finding], "checks": checks, "hints": hints }),
    ));
}
