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

/// Prints a hook's findings to stderr, as words or as one line of JSON. Advice is in the JSON only where something
/// refuses: in words it is said once nothing does.
pub(crate) fn print(hook: &str, findings: &[Finding], staging: &Staging, now: Timestamp, as_json: bool) {
    if as_json {
        return print_json(hook, findings, staging, &[]);
    }
    let refusing: Vec<&Finding> = findings.iter().filter(|found| found.refuses()).collect();
    if refusing.is_empty() {
        say(&findings.iter().collect::<Vec<_>>(), staging);
    } else {
        refuse(&refusing, staging, now);
    }
}

/// Prints both: first what advises, then what refuses.
pub(crate) fn print_all(findings: &[Finding], now: Timestamp) {
    let staging = Staging::default();
    let (refusing, advising): (Vec<&Finding>, Vec<&Finding>) = findings.iter().partition(|f| f.refuses());
    say(&advising, &staging);
    refuse(&refusing, &staging, now);
}

/// What refuses nothing: a line each, and what could be done.
fn say(advising: &[&Finding], staging: &Staging) {
    for found in advising.iter().take(SHOWN) {
        paint::advice(&sentence(found));
    }
    if advising.len() > SHOWN {
        paint::note(&format!("… and {} more pieces of advice", advising.len() - SHOWN));
    }
    for line in commands(&advising.iter().flat_map(|f| &f.remedies), staging) {
        paint::hint(&line);
    }
}

fn refuse(refusing: &[&Finding], staging: &Staging, now: Timestamp) {
    let mut told = Vec::new();
    for found in refusing.iter().take(SHOWN) {
        paint::error(&sentence(found));
        let lock = found.refusal.held.as_ref().and_then(|held| held.lock.clone());
        if lock.is_none() || !told.contains(&lock) {
            refusal::details(&found.refusal, now);
            told.push(lock);
        }
    }
    if refusing.len() > SHOWN {
        paint::note(&format!("… and {} more findings", refusing.len() - SHOWN));
    }
    for line in commands(&refusing.iter().flat_map(|f| &f.remedies), staging) {
        paint::hint(&line);
    }
}

/// `ID: what (commit …)`.
fn sentence(found: &Finding) -> String {
    let commit = found
        .commit
        .as_ref()
        .map_or(String::new(), |c| format!(" (commit {})", &c[..c.len().min(12)]));
    format!("{}: {}{commit}", found.refusal.ground.id, found.refusal.what)
}

/// Prints what a hook found and what it did not look into, both as one line of JSON.
pub(crate) fn print_json(hook: &str, findings: &[Finding], staging: &Staging, unseen: &[String]) {
    let all: Vec<_> = findings
        .iter()
        .map(|found| json::finding(found, staging))
        .collect();
    let refused = findings.iter().any(Finding::refuses);
    let hints = commands(&findings.iter().flat_map(|f| &f.remedies), staging);
    paint::note(&json::line(
        &json!({ "hook": hook, "ok": !refused, "findings": all, "hints": hints, "unseen": unseen }),
    ));
}

/// Prints a refusal of the gate as one line of JSON, with the checks that did not pass, and what was not looked into before.
pub(crate) fn print_gate(hook: &str, found: &Finding, checks: &[Value], unseen: &[String]) {
    let hints = commands(&found.remedies.iter(), &Staging::default());
    let finding = json::finding(found, &Staging::default());
    paint::note(&json::line(
        &json!({ "hook": hook, "ok": false, "findings": [finding], "checks": checks, "hints": hints, "unseen": unseen }),
    ));
}
