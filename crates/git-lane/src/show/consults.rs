//! Consultations as lines: what was written is escaped, and stands behind a name of ours.

use lane_core::record::Results;
use lane_core::text;
use lane_core::time::Timestamp;

use super::when;

/// How many are shown; JSON has them all.
const SHOWN: usize = 8;

/// The newest consultations, a line each, indented; none where there are none.
pub(crate) fn lines(results: &Results, now: Timestamp) -> Vec<String> {
    let all = results.consultations();
    let mut out: Vec<String> = all
        .iter()
        .take(SHOWN)
        .map(|consult| {
            let instead = if consult.fallback { " (fallback)" } else { "" };
            let made = &consult.made;
            format!(
                "  {}{instead}: {}, by {}, {}",
                text::escape(&consult.source),
                text::escape(&consult.query),
                made.by,
                when::moment(made.at, now)
            )
        })
        .collect();
    if all.len() > SHOWN {
        out.push(format!("  and {} more", all.len() - SHOWN));
    }
    if !out.is_empty() {
        out.insert(0, "consulted".to_owned());
    }
    out
}
