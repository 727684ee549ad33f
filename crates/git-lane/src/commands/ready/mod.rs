//! `git lane ready`: what can be claimed now, best first.

mod in_words;
mod ways;

use std::process::ExitCode;

use lane_core::apply::unmet;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::order::Order;
use lane_core::order::open_parts;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::Queue;
use lane_store::StoreError;
use lane_store::TreeView;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::own_lanes::OwnLanes;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use lane_core::id::AreaName;
use ways::Guide;
use ways::Waiting;

/// What can be claimed now, best first
#[derive(Debug, clap::Args)]
pub(crate) struct Ready {
    /// Only this area
    #[arg(long)]
    pub(crate) area: Option<AreaName>,
    /// Say also what stops the others, and the command that leads on from each
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
    let is_done = |id: &TaskId| queue.is_done(id);
    let order = Order::new(queue.cards());
    let (mut ready, mut others) = (Vec::new(), Vec::new());
    for (at, card) in queue.cards().iter().enumerate() {
        match against(&floor, card, queue.cards(), &is_done) {
            None => ready.push((order.key(at), card)),
            Some(ground) => others.push((order.key(at), (card, ground))),
        }
    }
    let all_ready = ready.iter().map(|(_, card)| &card.id).collect();
    let elsewhere = ready.len();
    let wanted = |card: &Card| args.area.is_none() || card.area == args.area;
    ready.retain(|(_, card)| wanted(card));
    others.retain(|(_, (card, _))| wanted(card));
    queue.remember(&store);
    let ready = best_first(ready, args.limit);
    let others = best_first(others, args.limit);
    for broken in queue.broken() {
        paint::warning(&format!(
            "{}: left out of the list",
            text::escape(&broken.to_string())
        ));
    }
    let own = OwnLanes::of(session, &view, &actor)?;
    let mut why = Vec::new();
    if args.why {
        let guide = Guide {
            view: &view,
            actor: &actor,
            now: session.source.now(),
            queue: &queue,
            own: &own,
            ready: all_ready,
            locks: view.locks()?,
        };
        for (card, ground) in others.iter().take(args.limit) {
            why.push(guide.waiting(card, ground)?);
        }
    }
    let found = Found {
        ready,
        elsewhere,
        others: others.len(),
        why,
        own,
    };
    if args.json {
        as_json(args, &found);
    } else {
        in_words::print(session, args, &found);
    }
    Ok(if found.ready.is_empty() {
        ExitCode::from(NOTHING)
    } else {
        ExitCode::SUCCESS
    })
}

/// What the queue has for the asker.
struct Found<'a> {
    /// What can be claimed, best first.
    ready: Vec<&'a Card>,
    /// How much of that there is in all areas.
    elsewhere: usize,
    /// How many tasks cannot be claimed.
    others: usize,
    /// The first of them with what stands against each, where that was asked.
    why: Vec<Waiting<'a>>,
    /// What the asker holds.
    own: OwnLanes<'a>,
}

/// The first thing that stands against beginning the card's task. What only waits for its parts could be claimed, and
/// whoever held it could only wait.
pub(super) fn against(
    floor: &Floor,
    card: &Card,
    cards: &[Card],
    is_done: &dyn Fn(&TaskId) -> bool,
) -> Option<&'static Ground> {
    let parts = || open_parts(card, cards).next().map(|_| &ground::CHILDREN_OPEN);
    floor.against(card, is_done).or_else(parts)
}

/// Puts the first `limit` in order, and the others anywhere behind them: nobody sees those.
pub(super) fn best_first<K: Ord, T>(mut list: Vec<(K, T)>, limit: usize) -> Vec<T> {
    let order = |a: &(K, T), b: &(K, T)| a.0.cmp(&b.0);
    if limit < list.len() {
        list.select_nth_unstable_by(limit, order);
    }
    let shown = limit.min(list.len());
    list[..shown].sort_by(order);
    list.into_iter().map(|(_, item)| item).collect()
}

/// A policy that was committed since is adopted before it is asked. Reading goes on when that cannot be written.
pub(super) fn settle(session: &Session<'_>, actor: &Actor) -> Result<(), CliError> {
    match session.store().settle(actor) {
        Err(StoreError::Git(_) | StoreError::Io { .. } | StoreError::Contention(_)) => Ok(()),
        other => other.map(drop).map_err(CliError::from),
    }
}

/// What stands against claiming the card's task at `at`, in words: of all that does, what the ground names.
pub(super) fn reason(
    view: &TreeView<'_>,
    actor: &Actor,
    at: Timestamp,
    card: &Card,
    ground: &'static Ground,
) -> Result<Refusal, CliError> {
    let found = reasons(view, actor, at, card, ground)?;
    let first = found.into_iter().next();
    Ok(first.unwrap_or_else(|| Refusal::new(ground, ground.means)))
}

/// All that stands against claiming the card's task at `at`, what the ground names first.
fn reasons(
    view: &TreeView<'_>,
    actor: &Actor,
    at: Timestamp,
    card: &Card,
    ground: &'static Ground,
) -> Result<Vec<Refusal>, CliError> {
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
    let mut found = unmet(view, &event, &card.id).unwrap_or_default();
    if found.is_empty() {
        found.push(Refusal::new(ground, ground.means));
    }
    found.sort_by_key(|no| no.ground != ground);
    Ok(found)
}

fn as_json(args: &Ready, found: &Found<'_>) {
    let first: Vec<_> = found.ready.iter().take(args.limit).collect();
    let more = found.ready.len().saturating_sub(args.limit);
    let mut value = json!({ "ready": first, "more": more, "not_ready": found.others });
    if args.why {
        let of_task = |waiting: &Waiting<'_>| -> Vec<_> {
            let reasons = waiting.reasons.iter();
            reasons.map(|reason| reason.as_json(&waiting.card.id)).collect()
        };
        value["why"] = json!(found.why.iter().flat_map(of_task).collect::<Vec<_>>());
    }
    json::out(&value);
}
