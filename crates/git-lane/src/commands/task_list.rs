//! `git lane task list`: the queue, in a table.

use std::process::ExitCode;

use lane_core::ready::Card;
use lane_core::ready::rank;
use lane_core::text;
use lane_store::Queue;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::mark;
use crate::show::paint;
use crate::show::table;
use lane_core::id::AreaName;

/// List live tasks
#[derive(Debug, clap::Args)]
pub(crate) struct TaskList {
    /// Only this status
    #[arg(long)]
    pub(crate) status: Option<String>,
    /// Only this area
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// Only this label
    #[arg(long)]
    pub(crate) label: Option<String>,
    /// Those that are done or abandoned too
    #[arg(long)]
    pub(crate) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &TaskList) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let queue = Queue::read(&store, &view)?;
    let mut cards: Vec<Card> = queue.cards().to_vec();
    for broken in queue.broken() {
        paint::warning(&text::escape(&broken.to_string()));
    }
    if args.all || ["done", "abandoned"].map(Some).contains(&args.status.as_deref()) {
        let (archived, faults) = view.archived_tasks()?;
        cards.extend(archived.iter().map(Card::of));
        faults
            .iter()
            .for_each(|fault| paint::warning(&text::escape(&fault.to_string())));
    }
    check_status(args)?;
    cards.retain(|card| {
        args.status.as_deref().is_none_or(|s| card.status.name() == s)
            && (args.area.is_none() || card.area == args.area)
            && args.label.as_ref().is_none_or(|l| card.labels.contains(l))
    });
    cards.sort_by(|a, b| {
        (a.status, &a.lane.is_none())
            .cmp(&(b.status, &b.lane.is_none()))
            .then_with(|| rank(a, b))
    });
    if args.json {
        json::out(&json!(cards));
        return Ok(ExitCode::SUCCESS);
    }
    let rows: Vec<Vec<String>> = cards.iter().map(row).collect();
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    if cards.is_empty() {
        paint::note("no tasks");
    }
    Ok(ExitCode::SUCCESS)
}

fn check_status(args: &TaskList) -> Result<(), CliError> {
    let known = lane_core::record::Phase::ALL.map(lane_core::record::Phase::name);
    match &args.status {
        Some(status) if !known.contains(&status.as_str()) => Err(CliError::Usage(format!(
            "no such status; there are {}",
            known.join(", ")
        ))),
        _ => Ok(()),
    }
}

fn row(card: &Card) -> Vec<String> {
    let holder = card
        .lane
        .as_ref()
        .map_or_else(|| "-".to_owned(), |lane| lane.by.to_string());
    let priority = serde_json::to_value(card.priority).ok();
    vec![
        card.id.to_string(),
        card.status.to_string(),
        priority
            .and_then(|p| p.as_str().map(str::to_owned))
            .unwrap_or_default(),
        holder,
        mark::titled(card.mark, card.status, &card.title, 72),
    ]
}
