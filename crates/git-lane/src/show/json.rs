//! Refusals and findings as JSON, with the ids and facts of the words.

use lane_core::refusal::Held;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_rules::Finding;
use lane_rules::Staging;
use lane_rules::commands;
use serde_json::Value;
use serde_json::json;

use super::paint;

/// One JSON value on stdout, on one line.
pub(crate) fn out(value: &Value) {
    paint::document(&line(value));
}

/// The value on one line. What a terminal could trip over stands inside strings only, and is written as `\u….`.
pub(crate) fn line(value: &Value) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        if text::is_unsafe(c) {
            let mut units = [0u16; 2];
            c.encode_utf16(&mut units)
                .iter()
                .for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// A refusal.
pub(crate) fn refusal(refusal: &Refusal) -> Value {
    json!({
        "id": refusal.ground.id,
        "message": refusal.what,
        "holder": refusal.held.as_ref().map(holder),
        "said": refusal.said.as_ref().map(|s| json!({ "author": s.author.as_str(), "text": s.text })),
        "hints": refusal.hints,
    })
}

fn holder(held: &Held) -> Value {
    json!({
        "agent": held.agent.as_str(),
        "task": held.task.as_ref().map(ToString::to_string),
        "lock": held.lock.as_ref().map(ToString::to_string),
        "scope": held.scope,
        "until": held.until.map(|at| at.to_string()),
        "lease_over": held.over,
    })
}

/// A finding.
pub(crate) fn finding(found: &Finding, staging: &Staging) -> Value {
    let mut value = refusal(&found.refusal);
    value["path"] = json!(found.path.as_ref().map(|path| text::escape_path(path)));
    value["commit"] = json!(found.commit);
    value["level"] = json!(found.level);
    value["hints"] = json!(commands(&found.remedies.iter(), staging));
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_could_trip_over_reads_back_and_does_not_show() {
        let value = json!({ "title": "a\u{202e}b\u{e0041}c\u{1b}" });
        let shown = line(&value);
        assert!(!shown.chars().any(text::is_unsafe), "{shown}");
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), value);
    }
}
