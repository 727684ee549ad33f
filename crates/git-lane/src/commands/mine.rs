//! `git lane status --mine`: everything whose move is mine, what waits for anybody that I could be, and who has what I
//! handed off.

use std::collections::BTreeMap;
use std::process::ExitCode;

use lane_core::order::Waits;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::record::Mark;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_store::Actor;
use lane_store::Queue;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use crate::error::CliError;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::table;
use crate::show::when;
use crate::team;
use crate::team::Team;

/// How many tasks a list shows in words.
const SHOWN: usize = 40;

/// A task of mine.
struct Own<'q> {
    card: &'q Card,
    mover: Mover,
    command: String,
    /// What went wrong with it last, in whose words.
    trouble: Option<String>,
}

/// What concerns one agent.
struct Mine<'q> {
    moves: Vec<Own<'q>>,
    /// How many tasks wait for nobody in particular, by the role that may take them.
    anybody: BTreeMap<Role, usize>,
    /// My lanes in which somebody else moves.
    others: Vec<Own<'q>>,
}

pub(super) fn run(session: &Session<'_>, as_json: bool) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let queue = Queue::read(&store, &view)?;
    let actor = session.actor(Role::Worker)?;
    let team = Team::new(session, &view, &queue, view.policy()?)?;
    let mine = Mine::of(&team, &actor)?;
    queue.remember(&store);
    match as_json {
        true => json::out(&mine.json(&actor)),
        false => mine.print(&actor, team.now),
    }
    Ok(ExitCode::SUCCESS)
}

impl<'q> Mine<'q> {
    fn of(team: &Team<'q>, actor: &Actor) -> Result<Self, CliError> {
        let mut mine = Self {
            moves: Vec::new(),
            anybody: BTreeMap::new(),
            others: Vec::new(),
        };
        for at in team.order.all() {
            let card = &team.cards()[at];
            let Some((mover, waits)) = team.mover(card) else {
                continue;
            };
            let holds = |lane: &lane_core::view::Lane| lane.by == actor.by && lane.clone == actor.clone;
            if mover.is(&actor.by, &actor.clone) {
                mine.moves.push(own(team, card, mover, actor)?);
            } else if card.lane.as_ref().is_some_and(holds) {
                mine.others.push(own(team, card, mover, actor)?);
            } else if mover.agent.is_none()
                && !matches!(waits, Waits::For(_))
                && may(team, card, &mover, actor)
            {
                *mine.anybody.entry(mover.role).or_default() += 1;
            }
        }
        Ok(mine)
    }

    fn json(&self, actor: &Actor) -> Value {
        let list = |list: &[Own<'_>]| list.iter().map(Own::json).collect::<Vec<_>>();
        json!({
            "agent": actor.by,
            "clone": actor.clone,
            "mine": list(&self.moves),
            "anybody": self.anybody,
            "handed_off": list(&self.others),
        })
    }

    fn print(&self, actor: &Actor, now: Timestamp) {
        paint::out(&format!("you are {}, in clone {}", actor.by, actor.clone));
        match self.moves.len() {
            0 => paint::out("no move is yours"),
            n => paint::out(&format!("your move: {n}")),
        }
        list(&self.moves, |own| own.mine(now));
        for own in self.moves.iter().take(SHOWN) {
            if let Some(trouble) = &own.trouble {
                paint::out(&format!("  {}: {trouble}", own.card.id));
            }
        }
        if !self.others.is_empty() {
            paint::out(&format!("yours, with others: {}", self.others.len()));
            list(&self.others, |own| own.with(now));
        }
        for (role, count) in &self.anybody {
            let next = format!("git lane next --role {role}");
            paint::out(&format!("for any {role}: {count}  {next}"));
        }
        match self.moves.first() {
            Some(own) => paint::hint(&own.command),
            None => paint::hint("git lane next"),
        }
    }
}

fn list(list: &[Own<'_>], row: impl Fn(&Own<'_>) -> Vec<String>) {
    let rows: Vec<Vec<String>> = list.iter().take(SHOWN).map(row).collect();
    table::lines(&rows)
        .iter()
        .for_each(|line| paint::out(&format!("  {line}")));
    if list.len() > SHOWN {
        paint::out(&format!("  … and {} more", list.len() - SHOWN));
    }
}

fn own<'q>(team: &Team<'q>, card: &'q Card, mover: Mover, actor: &Actor) -> Result<Own<'q>, CliError> {
    let command = team.command(card, &mover, Some((&actor.by, &actor.clone)))?;
    let task = team.task(card)?;
    Ok(Own {
        card,
        mover,
        command,
        trouble: task.as_ref().and_then(trouble),
    })
}

/// The first finding, as its author's words.
fn trouble(task: &Task) -> Option<String> {
    let trouble = task.trouble.as_ref()?;
    let said = text::excerpt(&trouble.why, 120);
    let what = match trouble.mark {
        Mark::Retry => "failed in",
        Mark::Escalated => "escalated from",
    };
    Some(format!(
        "{} {what} {}, {} wrote: {said:?}",
        trouble.mark, trouble.stage, trouble.by
    ))
}

/// Whether this agent may take what nobody has: the policy lets it, and it is not its own work.
fn may(team: &Team<'_>, card: &Card, mover: &Mover, actor: &Actor) -> bool {
    let own_work = mover.role == Role::Reviewer
        && card.authors.contains(&actor.by)
        && !team.policy.pipeline.own_approval;
    team.policy.allows(mover.role, &actor.by) && !own_work
}

impl Own<'_> {
    fn mine(&self, now: Timestamp) -> Vec<String> {
        let until = match self.mover.until {
            Some(until) if self.mover.late => format!("over since {until}"),
            Some(until) => format!("until {}", when::moment(until, now)),
            None => "no limit".to_owned(),
        };
        vec![
            self.card.id.to_string(),
            self.card.status.to_string(),
            until,
            self.command.clone(),
            team::title(self.card),
        ]
    }

    fn with(&self, now: Timestamp) -> Vec<String> {
        let waits = match (&self.mover.after, self.card.status) {
            (Some(first), _) => format!("after {first}"),
            (None, Phase::Escalated) => "the orchestrator decides".to_owned(),
            (None, _) if self.mover.agent.is_some() => format!("with {}", team::whom(&self.mover)),
            (None, _) => format!("waits for {}", team::whom(&self.mover)),
        };
        vec![
            self.card.id.to_string(),
            self.card.status.to_string(),
            waits,
            format!("since {}", when::moment(self.mover.since, now)),
            team::title(self.card),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "task": self.card.id,
            "title": self.card.title,
            "status": self.card.status,
            "mark": self.card.mark,
            "move": self.mover,
            "trouble": self.trouble,
            "command": self.command,
        })
    }
}
