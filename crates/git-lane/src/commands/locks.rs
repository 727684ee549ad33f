//! `git lane locks`: who holds what, until when.

use std::process::ExitCode;

use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Mark;
use lane_core::record::Phase;
use lane_core::text;
use lane_core::view::View as _;
use lane_store::TreeView;
use serde_json::json;

use super::Outcome;
use crate::session::Session;
use crate::show::json;
use crate::show::mark;
use crate::show::markdown;
use crate::show::paint;
use crate::show::table;
use crate::show::when;

/// Who holds which paths, until when
#[derive(Debug, clap::Args)]
pub(crate) struct Locks {
    /// Print a Markdown table, for a worklog or a pull request
    #[arg(long, conflicts_with = "json")]
    pub(crate) table: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The columns of the Markdown table.
const HEADS: [&str; 7] = [
    "lock_id",
    "owner",
    "scope",
    "objective",
    "start",
    "heartbeat",
    "expires",
];

/// How many globs of a lock the Markdown table shows.
const GLOBS: usize = 20;

pub(super) fn run(session: &Session<'_>, args: &Locks) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let locks = view.locks()?;
    let now = session.source.now();
    if args.json {
        let marked = |lock: &Lock| {
            let mut value = as_json(lock, lock.is_over(now));
            value["mark"] = json!(mark_of(&view, lock).map(|(mark, _)| mark));
            value
        };
        let all: Vec<_> = locks.iter().map(marked).collect();
        json::out(&json!(all));
        return Ok(ExitCode::SUCCESS);
    }
    if locks.is_empty() {
        paint::note("no locks");
    }
    if args.table {
        let rows: Vec<Vec<String>> = locks.iter().map(|l| markdown_row(l, mark_of(&view, l))).collect();
        markdown::table(&HEADS, &rows)
            .iter()
            .for_each(|line| paint::out(line));
        return Ok(ExitCode::SUCCESS);
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
            if lock.kept {
                when::lease(lock, now)
            } else {
                format!("{}{over}", when::moment(lock.expires, now))
            },
            format!("{}{shared}", text::excerpt(&lock.scope.join(" "), 60)),
            match mark_of(&view, lock) {
                Some((mark, phase)) => mark::titled(Some(mark), phase, &lock.objective, 60),
                None => text::excerpt(&lock.objective, 60),
            },
        ]);
    }
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    Ok(ExitCode::SUCCESS)
}

/// The mark of the lane's task, whose title a lane's own lock has.
fn mark_of(view: &TreeView<'_>, lock: &Lock) -> Option<(Mark, Phase)> {
    let task = view.task(lock.task.as_ref()?).ok().flatten()?.into_task();
    Some((task.mark()?, task.status))
}

fn markdown_row(lock: &Lock, mark: Option<(Mark, Phase)>) -> Vec<String> {
    let marked = mark.map_or_else(String::new, |(mark, phase)| {
        format!("{} ", mark::words(mark, phase))
    });
    let mut globs: Vec<String> = lock
        .scope
        .iter()
        .take(GLOBS)
        .map(|g| markdown::code(g, 100))
        .collect();
    if let Some(more @ 1..) = lock.scope.len().checked_sub(GLOBS) {
        globs.push(format!("… and {more} more"));
    }
    vec![
        markdown::plain(lock.id.as_str(), 64),
        markdown::plain(lock.owner.as_str(), 128),
        globs.join(" "),
        format!(
            "{}{}",
            markdown::plain(&marked, text::LINE_CHARS),
            markdown::plain(&lock.objective, text::LINE_CHARS)
        ),
        lock.start.to_string(),
        lock.heartbeat.to_string(),
        if lock.kept {
            "kept until done".to_owned()
        } else {
            lock.expires.to_string()
        },
    ]
}

/// A lock as data.
pub(super) fn as_json(lock: &Lock, over: bool) -> serde_json::Value {
    let mut value = serde_json::to_value(lock).unwrap_or_default();
    value["lease_over"] = json!(over);
    value["kept"] = json!(lock.kept);
    value
}
