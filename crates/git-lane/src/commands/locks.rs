//! `git lane locks`: who holds what, until when.

use std::process::ExitCode;

use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::text;
use lane_core::view::View as _;
use serde_json::json;

use super::Outcome;
use crate::cli::Json;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;
use crate::show::when;

pub(super) fn run(session: &Session<'_>, args: &Json) -> Outcome {
    let locks = session.store().view()?.locks()?;
    let now = session.source.now();
    if args.json {
        let all: Vec<_> = locks
            .iter()
            .map(|lock| as_json(lock, lock.is_over(now)))
            .collect();
        json::out(&json!(all));
        return Ok(ExitCode::SUCCESS);
    }
    if locks.is_empty() {
        paint::note("no locks");
    }
    let mut rows: Vec<Vec<String>> = Vec::new();
    for lock in &locks {
        let over = if lock.is_over(now) { ", over" } else { "" };
        let shared = if lock.mode == LockMode::Shared {
            " (shared)"
        } else {
            ""
        };
        rows.push(vec![
            lock.id.to_string(),
            lock.owner.to_string(),
            lock.task
                .as_ref()
                .map_or_else(|| "-".to_owned(), ToString::to_string),
            format!("{}{over}", when::moment(lock.expires, now)),
            format!("{}{shared}", text::excerpt(&lock.scope.join(" "), 60)),
            text::excerpt(&lock.objective, 60),
        ]);
    }
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    Ok(ExitCode::SUCCESS)
}

fn as_json(lock: &Lock, over: bool) -> serde_json::Value {
    let mut value = serde_json::to_value(lock).unwrap_or_default();
    value["lease_over"] = json!(over);
    value
}
