//! What the guard answers: a refusal in the form of the call, or that it could not judge.

use std::process::ExitCode;

use lane_core::text;
use lane_core::time::Timestamp;
use lane_rules::Finding;
use lane_rules::Staging;
use lane_rules::commands;
use serde_json::json;

use super::call::EVENT;
use crate::error::CliError;
use crate::show::error;
use crate::show::findings;
use crate::show::json;
use crate::show::paint;
use crate::show::refusal;

/// Refused, in the plain form; in either form, that it could not judge.
const NO: u8 = 1;

/// How many findings a reason tells.
const TOLD: usize = 10;

/// Denies on stdout, as PreToolUse hooks do: the exit code is 0, for the answer is in the JSON.
pub(super) fn deny(found: &[Finding], now: Timestamp) -> ExitCode {
    json::out(&json!({ "hookSpecificOutput": {
        "hookEventName": EVENT,
        "permissionDecision": "deny",
        "permissionDecisionReason": reason(found, now),
    } }));
    ExitCode::SUCCESS
}

/// Refuses in our usual words, by exit code 1.
pub(super) fn refuse(found: &[Finding], now: Timestamp, as_json: bool) -> ExitCode {
    findings::print("guard", found, &Staging::default(), now, as_json);
    ExitCode::from(NO)
}

/// The words of a refusal as one text: what, who and until when, what it means, and the commands that lead on.
fn reason(found: &[Finding], now: Timestamp) -> String {
    let mut lines =
        vec!["git-lane refuses this edit, as it would refuse the commit. Nothing was changed.".to_owned()];
    let mut told = Vec::new();
    for one in found.iter().take(TOLD) {
        let ground = one.refusal.ground;
        lines.push(format!("error: {}: {}", ground.id, one.refusal.what));
        lines.extend(refusal::lines(&one.refusal, now));
        if !told.contains(&ground.id) {
            lines.push(ground.means.to_owned());
            told.push(ground.id);
        }
    }
    if found.len() > TOLD {
        lines.push(format!("… and {} more findings", found.len() - TOLD));
    }
    let ways = commands(&found.iter().flat_map(|one| &one.remedies), &Staging::default());
    lines.extend(ways.iter().map(|line| format!("hint: {line}")));
    let shown: Vec<String> = lines.iter().map(|line| text::escape_block(line)).collect();
    shown.join("\n")
}

/// Says that the guard itself could not judge. Its exit code is no verdict: it is never 2, by which a PreToolUse hook
/// blocks, so that the edit goes on and people see why nobody looked at it. The plain form takes it for a no.
pub(super) fn broke(fault: &CliError, as_json: bool) -> ExitCode {
    let what = format!(
        "git lane guard could not judge this edit: {}",
        text::excerpt(&error::sentence(fault), 600)
    );
    let mut hints = error::hints(fault);
    if hints.is_empty() {
        hints.push(match fault {
            CliError::Usage(_) => "git lane guard -h".to_owned(),
            _ => "git lane doctor".to_owned(),
        });
    }
    if as_json {
        paint::note(&json::line(
            &json!({ "hook": "guard", "ok": false, "error": what, "findings": [], "hints": hints }),
        ));
    } else {
        paint::error(&what);
        hints.iter().for_each(|hint| paint::hint(hint));
    }
    ExitCode::from(match fault.exit_code() {
        2 => NO,
        code => code,
    })
}
