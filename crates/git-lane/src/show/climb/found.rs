//! What CI found, beside a climb: words for people, and the part of the JSON.

use lane_core::text;
use lane_rules::Finding;
use lane_rules::Staging;
use serde_json::Value;
use serde_json::json;

use crate::show::json;

/// A finding on one line.
pub(super) fn sentence(found: &Finding) -> String {
    text::escape(&format!("{}{}", found.refusal.what, commit(found)))
}

fn commit(found: &Finding) -> String {
    let short = found.commit.as_ref().map(|name| &name[..name.len().min(12)]);
    short.map_or(String::new(), |name| format!(" (commit {name})"))
}

/// All findings; `level` says which refuse.
pub(crate) fn as_json(all: &[Finding]) -> Value {
    let staging = Staging::default();
    all.iter().map(|found| json::finding(found, &staging)).collect()
}

/// The object of a climb that did not begin, for what was found refuses, or because nothing is declared.
pub(crate) fn nothing_climbed() -> Value {
    json!({
        "declared": null,
        "base": null,
        "everything": null,
        "changed": null,
        "ok": true,
        "interrupted": false,
        "refusal": null,
        "checks": [],
    })
}
