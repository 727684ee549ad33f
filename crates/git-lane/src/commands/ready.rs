//! `git lane ready`: what can be claimed now, best first.

use std::process::ExitCode;

use lane_core::apply::unmet;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::LockId;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::ready::rank;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_store::Actor;
use lane_store::Queue;
use lane_store::StoreError;
use lane_store::TreeView;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;
use lane_core::id::AreaName;

/// What can be claimed now, best first
#[derive(Debug, clap::Args)]
pub(crate) struct Ready {
    /// Only this area
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// Say also what stops the others
    #[arg(long)]
    pub(crate) why: bool,
    /// At most this many of each
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Nothing is ready.
const NOTHING: u8 = 3;

pub(super) fn run(session: &Session<'_>, args: &Ready) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    settle(session, &actor)?;
    let store = session.store();
    let view = store.view()?;
    let queue = Queue::read(&store, &view)?;
    let floor = Floor::new(&view, &actor.by, &actor.clone).map_err(StoreError::from)?;
    let is_done = |id: &lane_core::id::TaskId| queue.is_done(id);
    let wanted = |card: &&Card| args.area.is_none() || card.area == args.area;
    let (mut ready, mut others): (Vec<&Card>, Vec<(&Card, &'static Ground)>) = (Vec::new(), Vec::new());
    for card in queue.cards().iter().filter(wanted) {
        match floor.against(card, &is_done) {
            None => ready.push(card),
            Some(ground) => others.push((card, ground)),
        }
    }
    queue.remember(&store);
    best_first(&mut ready, args.limit, |a, b| rank(a, b));
    best_first(&mut others, args.limit, |a, b| rank(a.0, b.0));
    for broken in queue.broken() {
        paint::warning(&format!(
            "{}: left out of the list",
            text::escape(&broken.to_string())
        ));
    }
    let why: Vec<(&Card, Refusal)> = if args.why {
        reasons(session, &view, &actor, &others, args.limit)?
    } else {
        Vec::new()
    };
    if args.json {
        as_json(args, &ready, &others, &why);
    } else {
        in_words(args, &ready, &others, &why);
        // Nothing was asked of the remote: there may be more since.
        if ready.is_empty() && session.store().link().is_ok_and(|link| link.is_some()) {
            paint::hint("git lane sync");
        }
    }
    Ok(if ready.is_empty() {
        ExitCode::from(NOTHING)
    } else {
        ExitCode::SUCCESS
    })
}

/// Puts the first `limit` in order, and the others anywhere behind them: nobody sees those.
pub(super) fn best_first<T>(list: &mut [T], limit: usize, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    if limit < list.len() {
        list.select_nth_unstable_by(limit, &order);
    }
    let shown = limit.min(list.len());
    list[..shown].sort_by(order);
}

/// A policy that was committed since is adopted before it is asked. Reading goes on when that cannot be written.
fn settle(session: &Session<'_>, actor: &Actor) -> Result<(), CliError> {
    match session.store().settle(actor) {
        Err(StoreError::Git(_) | StoreError::Io { .. } | StoreError::Contention(_)) => Ok(()),
        other => other.map(drop).map_err(CliError::from),
    }
}

/// For the first of the others, in words, what stands against each.
fn reasons<'c>(
    session: &Session<'_>,
    view: &TreeView<'_>,
    actor: &Actor,
    others: &[(&'c Card, &'static Ground)],
    limit: usize,
) -> Result<Vec<(&'c Card, Refusal)>, CliError> {
    let mut out = Vec::new();
    for (card, ground) in others.iter().take(limit) {
        out.push((*card, reason(view, actor, session.source.now(), card, ground)?));
    }
    Ok(out)
}

/// What stands against claiming the card's task at `at`, in words: of all that does, what the ground names.
pub(super) fn reason(
    view: &TreeView<'_>,
    actor: &Actor,
    at: Timestamp,
    card: &Card,
    ground: &'static Ground,
) -> Result<Refusal, CliError> {
    let lock = LockId::new("trial").map_err(|e| CliError::Usage(e.to_string()))?;
    let event = Event {
        id: String::new(),
        seq: u64::MAX,
        at,
        by: actor.by.clone(),
        clone: actor.clone.clone(),
        role: actor.role,
        rules: RULES,
        what: Payload::TaskClaimed {
            task: card.id.clone(),
            lock,
        },
    };
    let found = unmet(view, &event, &card.id).unwrap_or_default();
    let same = found.iter().find(|r| r.ground == ground).or(found.first());
    Ok(same
        .cloned()
        .unwrap_or_else(|| Refusal::new(ground, ground.means)))
}

fn row(card: &Card) -> Vec<String> {
    let priority = serde_json::to_value(card.priority).ok();
    vec![
        card.id.to_string(),
        priority
            .and_then(|p| p.as_str().map(str::to_owned))
            .unwrap_or_default(),
        card.area
            .as_ref()
            .map_or_else(|| "-".to_owned(), ToString::to_string),
        text::excerpt(&card.title, 72),
    ]
}

fn in_words(args: &Ready, ready: &[&Card], others: &[(&Card, &'static Ground)], why: &[(&Card, Refusal)]) {
    let rows: Vec<Vec<String>> = ready.iter().take(args.limit).map(|card| row(card)).collect();
    table::lines(&rows).iter().for_each(|line| paint::out(line));
    if ready.len() > args.limit {
        paint::note(&format!("… and {} more", ready.len() - args.limit));
    }
    if ready.is_empty() {
        paint::error(&format!(
            "{}: none of {} open tasks can be claimed now",
            ground::NOT_READY.id,
            others.len()
        ));
    }
    for (card, no) in why {
        paint::note(&format!("{}  {}: {}", card.id, no.ground.id, no.what));
        no.hints
            .iter()
            .take(1)
            .for_each(|hint| paint::note(&format!("    {hint}")));
    }
    if args.why && others.len() > why.len() {
        paint::note(&format!(
            "… and {} more that cannot be claimed",
            others.len() - why.len()
        ));
    }
    match ready.first() {
        Some(best) => paint::hint(&lane_core::refusal::command(&[
            "git",
            "lane",
            "start",
            best.id.as_str(),
        ])),
        None if others.is_empty() => paint::hint("git lane task add TITLE --scope GLOB"),
        None if !args.why => paint::hint("git lane ready --why"),
        None => {}
    }
}

fn as_json(args: &Ready, ready: &[&Card], others: &[(&Card, &'static Ground)], why: &[(&Card, Refusal)]) {
    let first: Vec<_> = ready.iter().take(args.limit).collect();
    let mut value =
        json!({ "ready": first, "more": ready.len().saturating_sub(args.limit), "not_ready": others.len() });
    if args.why {
        let reasons: Vec<_> = why
            .iter()
            .map(|(card, no)| {
                let mut reason = json::refusal(no);
                reason["task"] = json!(card.id.as_str());
                reason
            })
            .collect();
        value["why"] = json!(reasons);
    }
    json::out(&value);
}
