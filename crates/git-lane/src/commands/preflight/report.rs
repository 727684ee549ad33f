//! What the probes found, as lines or as JSON.

use lane_core::policy::Role;
use lane_core::text;
use serde_json::json;

use super::Found;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// The exit code when a probe failed.
pub(super) const FAILED: u8 = 5;

/// The longest note, in characters.
const NOTE_CHARS: usize = 200;

/// A probe and what it found.
pub(super) struct Row {
    pub(super) id: String,
    found: Found,
}

impl Row {
    pub(super) fn new(id: impl Into<String>, found: Found) -> Self {
        Self { id: id.into(), found }
    }

    pub(super) fn is_well(&self) -> bool {
        matches!(self.found, Found::Well(_))
    }

    pub(super) fn is_ill(&self) -> bool {
        matches!(self.found, Found::Ill { .. })
    }

    /// The command that mends it, where it failed.
    pub(super) fn mend(&self) -> Option<&str> {
        match &self.found {
            Found::Ill { mend, .. } => Some(mend),
            _ => None,
        }
    }

    /// Leaves it out, for this reason.
    pub(super) fn skip(&mut self, why: String) {
        self.found = Found::Skipped(why);
    }

    fn word(&self) -> &'static str {
        match self.found {
            Found::Well(_) => "ok",
            Found::Ill { .. } => "FAILED",
            Found::Skipped(_) => "skipped",
        }
    }

    fn note(&self) -> Option<&str> {
        match &self.found {
            Found::Well(note) => note.as_deref(),
            Found::Skipped(why) => Some(why),
            Found::Ill { .. } => None,
        }
    }

    fn as_json(&self) -> serde_json::Value {
        let (fault, mend) = match &self.found {
            Found::Ill { fault, mend } => (Some(fault), Some(mend)),
            _ => (None, None),
        };
        json!({
            "probe": self.id,
            "result": self.word().to_lowercase(),
            "note": self.note(),
            "fault": fault,
            "mend": mend,
        })
    }
}

pub(super) fn print(role: Role, rows: &[Row], as_json: bool) {
    let ill = rows.iter().filter(|row| row.is_ill()).count();
    if as_json {
        let probes: Vec<_> = rows.iter().map(Row::as_json).collect();
        json::out(&json!({ "ok": ill == 0, "role": role.name(), "probes": probes }));
        return;
    }
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let note = text::excerpt(row.note().unwrap_or_default(), NOTE_CHARS);
            vec![row.word().to_owned(), row.id.clone(), note]
        })
        .collect();
    table::lines(&cells).iter().for_each(|line| paint::out(line));
    let skipped = match rows.iter().filter(|row| !row.is_ill() && !row.is_well()).count() {
        0 => String::new(),
        skipped => format!(", {skipped} skipped"),
    };
    let all = rows.len();
    match ill {
        0 => paint::out(&format!("ready for the role {role}: {all} probes{skipped}")),
        ill => paint::out(&format!(
            "not ready for the role {role}: {ill} of {all} probes failed{skipped}"
        )),
    }
    for row in rows {
        if let Found::Ill { fault, mend } = &row.found {
            paint::error(&format!("{}: {fault}", row.id));
            paint::hint(mend);
        }
    }
}
