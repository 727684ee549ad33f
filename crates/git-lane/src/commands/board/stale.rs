//! `git lane board --stale`: whose move is overdue, and what has waited for too long.

use std::process::ExitCode;

use lane_core::order::Waits;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::record::Phase;
use lane_core::time::Span;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_store::Queue;
use serde_json::Value;
use serde_json::json;

use crate::commands::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;
use crate::show::when;
use crate::team;
use crate::team::Team;

/// A task that waits.
struct Stale<'q> {
    card: &'q Card,
    mover: Mover,
    command: String,
}

pub(super) fn run(session: &Session<'_>, over: Option<Span>, limit: usize, as_json: bool) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let queue = Queue::read(&store, &view)?;
    let team = Team::new(session, &view, &queue, view.policy()?)?;
    let over = over.unwrap_or(team.policy.lanes.lease);
    let mut found: Vec<(&Card, Mover)> = team
        .cards()
        .iter()
        .filter_map(|card| stale(&team, card, over))
        .collect();
    found.sort_by_key(|(card, mover)| (!mover.late, mover.since, card.id.clone()));
    let count = found.len();
    let actor = session.actor(Role::Worker)?;
    let rows = found.into_iter().take(limit).map(|(card, mover)| {
        let command = team.command(card, &mover, Some((&actor.by, &actor.clone)))?;
        Ok(Stale { card, mover, command })
    });
    let rows = rows.collect::<Result<Vec<_>, CliError>>()?;
    queue.remember(&store);
    match as_json {
        true => json::out(&as_value(&rows, count, over)),
        false => print(&team, &rows, count, over),
    }
    Ok(ExitCode::SUCCESS)
}

/// Whose move a task is, if they are late with it or have had it for longer than `over`. What waits for another open
/// task is nobody's to move, and a hold that has a limit is given that.
fn stale<'q>(team: &Team<'q>, card: &'q Card, over: Span) -> Option<(&'q Card, Mover)> {
    let (mover, waits) = team.mover(card)?;
    // What is blocked by words has a lease, and no time by which the words are over.
    let unlimited = mover.until.is_none() || card.status == Phase::Blocked;
    let moves = !matches!(waits, Waits::For(_)) && unlimited;
    let long = moves && team.now.since(mover.since) > over.secs();
    (mover.late || long).then_some((card, mover))
}

fn as_value(rows: &[Stale<'_>], count: usize, over: Span) -> Value {
    let tasks = rows.iter().map(|row| {
        json!({
            "id": row.card.id,
            "title": row.card.title,
            "status": row.card.status,
            "mark": row.card.mark,
            "move": row.mover,
            "command": row.command,
        })
    });
    json!({ "over": over.to_string(), "count": count, "tasks": tasks.collect::<Vec<_>>() })
}

fn print(team: &Team<'_>, rows: &[Stale<'_>], count: usize, over: Span) {
    if count == 0 {
        return paint::note(&format!(
            "nobody is late, and nothing has waited for more than {over}"
        ));
    }
    paint::out(&format!("late, or waiting for more than {over}: {count}"));
    let lines = rows.iter().map(|row| {
        let since = when::short(team.now.since(row.mover.since).max(0));
        let waits = match (&row.mover.until, row.mover.late) {
            (Some(until), true) => format!(
                "{} is late since {}",
                team::whom(&row.mover),
                when::short(team.now.since(*until).max(0))
            ),
            _ => format!("waits for {} since {since}", team::whom(&row.mover)),
        };
        vec![
            row.card.id.to_string(),
            row.card.status.to_string(),
            waits,
            row.command.clone(),
            team::title(row.card),
        ]
    });
    table::lines(&lines.collect::<Vec<_>>())
        .iter()
        .for_each(|line| paint::out(&format!("  {line}")));
    if count > rows.len() {
        paint::out(&format!("  … and {} more", count - rows.len()));
        paint::hint(&format!("git lane board --stale --over {over} --limit {count}"));
    }
}
