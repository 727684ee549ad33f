//! `git lane blame`: which event last changed each field of a task.

use std::process::ExitCode;

use lane_core::id::TaskId;
use lane_core::text;
use lane_store::Origin;
use lane_store::StoreError;
use serde_json::json;

use super::Outcome;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;

/// Who last changed each field of a task, in which event and when.
///
/// Live tasks and done ones. A field is a key of the task's record: `title`, `claim.by`, `acceptance.a1.text`.
#[derive(Debug, clap::Args)]
pub(crate) struct Blame {
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How much of a value is shown.
const VALUE_CHARS: usize = 60;

pub(super) fn run(session: &Session<'_>, args: &Blame) -> Outcome {
    let tip = session.store().tip()?.ok_or(StoreError::NotSetUp)?;
    let (archived, origins) = lane_store::blame(session.repo, tip, &args.id)?;
    if args.json {
        let fields: Vec<_> = origins.iter().map(as_json).collect();
        json::out(&json!({ "task": args.id.as_str(), "archived": archived, "fields": fields }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = origins.iter().map(row).collect();
    for line in table::lines(&rows) {
        paint::out(&line);
    }
    Ok(ExitCode::SUCCESS)
}

fn row(origin: &Origin) -> Vec<String> {
    let event = &origin.event;
    vec![
        event.seq.to_string(),
        origin.commit.short(),
        event.at.to_string(),
        event.by.to_string(),
        event.what.kind().to_owned(),
        text::excerpt(&origin.field, VALUE_CHARS),
        text::excerpt(&origin.value, VALUE_CHARS),
    ]
}

fn as_json(origin: &Origin) -> serde_json::Value {
    let event = &origin.event;
    json!({
        "field": origin.field,
        "value": origin.value,
        "seq": event.seq,
        "commit": origin.commit.to_string(),
        "at": event.at.to_string(),
        "by": event.by.as_str(),
        "kind": event.what.kind(),
    })
}
