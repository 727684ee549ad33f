//! `git lane next`: the one task to do now, why it is first, and the command for it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use lane_core::apply::is_past;
use lane_core::ground;
use lane_core::order::Found;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::record::Phase;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_store::Actor;
use lane_store::Queue;
use lane_store::StoreError;
use serde_json::Value;
use serde_json::json;

use super::Outcome;
use super::ready;
use crate::error::CliError;
use crate::parallel;
use crate::session::Session;
use crate::show::frozen;
use crate::show::json;
use crate::show::paint;
use crate::show::when;
use crate::team;
use crate::team::Team;

/// The one task to do now, why it is first, and the command for it.
///
/// What you have in hand comes before anything new. Then what is nearly done comes before what is new: what can land,
/// then tests, reviews, and tasks that nobody began; of these by priority, those that failed once before fresh ones, by
/// how many tasks wait for them one after the other, and the oldest. Never what collides with what somebody holds, nor
/// your own work for review. With --role only what is done in that role; without it worker, reviewer, tester and
/// integrator as the policy lets you, orchestrator where the policy names you, and for a person what waits to be signed.
/// Exit code 3 when there is nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct Next {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Nothing is there to do.
const NOTHING: u8 = 3;

/// What is asked without `--role`, where the policy allows it.
const EVERYBODYS: [Role; 4] = [Role::Worker, Role::Reviewer, Role::Tester, Role::Integrator];

/// What is to be done now.
struct Answer<'q> {
    card: &'q Card,
    role: Role,
    in_hand: bool,
    why: String,
    command: String,
}

/// Why there is nothing, and what leads on.
struct Nothing {
    roles: Vec<Role>,
    against: BTreeMap<&'static str, usize>,
    /// When the first lease or limit ends that somebody works under.
    until: Option<Timestamp>,
    hints: Vec<String>,
}

pub(super) fn run(session: &Session<'_>, args: &Next) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    ready::settle(session, &actor)?;
    let store = session.store();
    let view = store.view()?;
    frozen::say(&view)?;
    let queue = Queue::read(&store, &view)?;
    let team = Team::new(session, &view, &queue, view.policy()?)?;
    let roles = roles(&team, &actor)?;
    let (found, beside) = find(&team, &actor, &roles)?;
    let answer = answer(&team, &actor, &found)?;
    queue.remember(&store);
    match answer {
        Some(answer) => {
            tell(&answer, &frozen::as_json(&view)?, args.json);
            Ok(ExitCode::SUCCESS)
        }
        None => {
            let nothing = nothing(&team, &actor, roles, found, beside)?;
            nothing.tell(&team, &frozen::as_json(&view)?, args.json);
            Ok(ExitCode::from(NOTHING))
        }
    }
}

/// The roles that are asked for.
fn roles(team: &Team<'_>, actor: &Actor) -> Result<Vec<Role>, CliError> {
    match team.session.named_role() {
        Some(role) if !team.policy.allows(role, &actor.by) => {
            let what = format!("the policy does not let {} act as {role}", actor.by);
            Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what)
                .hint("git lane policy show")
                .into())
        }
        Some(role) => Ok(vec![role]),
        None => Ok(default_roles(team, actor)),
    }
}

/// To decide for others is a duty that is asked for, or that the policy gives; to sign is for persons.
fn default_roles(team: &Team<'_>, actor: &Actor) -> Vec<Role> {
    let named = team.policy.roles.contains_key(&Role::Orchestrator);
    let decides = named.then_some(Role::Orchestrator);
    let signs = team.policy.landing.sign_off && actor.by.is_person();
    let signs = signs.then_some(Role::Maintainer);
    let roles = EVERYBODYS.into_iter().chain(decides).chain(signs);
    roles
        .filter(|role| team.policy.allows(*role, &actor.by))
        .collect()
}

/// What there is, without what one more lane beside others needs first; and what that is.
fn find(team: &Team<'_>, actor: &Actor, roles: &[Role]) -> Result<(Found, Option<Refusal>), CliError> {
    let floor = Floor::new(team.view, &actor.by, &actor.clone).map_err(StoreError::from)?;
    let mut found = team.find(&floor, Some((&actor.by, &actor.clone)), roles)?;
    let claims = |at: &usize| matches!(team.cards()[*at].status, Phase::Todo | Phase::Blocked);
    let new = |(at, role): &(usize, Role)| *role == Role::Worker && claims(at);
    if !found.free.iter().any(new) || team.view.lanes()?.is_empty() {
        return Ok((found, None));
    }
    let beside = parallel::against_any(team.session, team.view)?;
    if let Some(no) = &beside {
        let all = found.free.len();
        found.free.retain(|offer| !new(offer));
        *found.against.entry(no.ground.id).or_default() += all - found.free.len();
    }
    Ok((found, beside))
}

fn answer<'q>(team: &Team<'q>, actor: &Actor, found: &Found) -> Result<Option<Answer<'q>>, CliError> {
    let in_hand = !found.in_hand.is_empty();
    let list = if in_hand { &found.in_hand } else { &found.free };
    let Some((at, role)) = list.first() else {
        return Ok(None);
    };
    let card = &team.cards()[*at];
    let Some((mover, _)) = team.mover(card) else {
        return Ok(None);
    };
    let why = if in_hand {
        held(card, *role).to_owned()
    } else {
        let next = list.get(1).map(|(at, _)| team.order.key(*at));
        team.order.key(*at).because(next.as_ref())
    };
    let asks = Some((&actor.by, &actor.clone));
    Ok(Some(Answer {
        card,
        role: *role,
        in_hand,
        why,
        command: team.command(card, &mover, asks)?,
    }))
}

/// What one has in hand, in words.
fn held(card: &Card, role: Role) -> &'static str {
    match (role, card.status) {
        (Role::Reviewer, _) => "you review it",
        (Role::Tester, _) => "you test it",
        (_, Phase::Blocked) => "you hold it, and what it waited for is over",
        (_, Phase::Review) => "you handed it off, and it waits for your own review",
        _ => "you hold it",
    }
}

fn tell(answer: &Answer<'_>, frozen: &Value, as_json: bool) {
    let card = answer.card;
    if as_json {
        return json::out(&json!({
            "task": card.id,
            "title": card.title,
            "status": card.status,
            "role": answer.role,
            "priority": card.priority,
            "mark": card.mark,
            "in_hand": answer.in_hand,
            "why": answer.why,
            "command": answer.command,
            "frozen": frozen,
        }));
    }
    let line = format!("{}  {}  {}", card.id, card.status, team::title(card));
    paint::out(&line);
    let first = if answer.in_hand { "in hand" } else { "first" };
    paint::note(&format!("{first}, as {}: {}", answer.role, answer.why));
    paint::hint(&answer.command);
}

fn nothing(
    team: &Team<'_>,
    actor: &Actor,
    roles: Vec<Role>,
    found: Found,
    beside: Option<Refusal>,
) -> Result<Nothing, CliError> {
    let movers = || team.cards().iter().filter_map(|card| Some(team.mover(card)?.0));
    let until = movers().filter(|mover| mover.agent.is_some());
    let until = until
        .filter_map(|mover| mover.until)
        .filter(|at| !is_past(*at, team.now));
    let mut hints = beside.map_or(Vec::new(), |no| no.hints);
    if team.cards().is_empty() {
        hints.push("git lane task add TITLE --scope GLOB".to_owned());
    }
    if found.against.contains_key(ground::POLICY_NOT_COMMITTED.id) {
        hints.push("git lane doctor".to_owned());
    }
    let others = default_roles(team, actor);
    if team.session.named_role().is_some() && others != roles {
        let (there, _) = find(team, actor, &others)?;
        if !there.in_hand.is_empty() || !there.free.is_empty() {
            hints.push("git lane next".to_owned());
        }
    }
    if movers().any(|mover| mover.late) {
        hints.push("git lane board --stale".to_owned());
    }
    // What each waits for, and for whom: it hints nothing further.
    if hints.is_empty() && !found.against.is_empty() {
        hints.push("git lane board".to_owned());
    }
    if team.session.store().link().is_ok_and(|link| link.is_some()) {
        hints.push("git lane sync".to_owned());
    }
    if hints.is_empty() {
        hints.push("git lane status --mine".to_owned());
    }
    Ok(Nothing {
        roles,
        against: found.against,
        until: until.min(),
        hints,
    })
}

impl Nothing {
    fn tell(&self, team: &Team<'_>, frozen: &Value, as_json: bool) {
        if as_json {
            return json::out(&json!({
                "task": null,
                "roles": self.roles,
                "against": self.against,
                "until": self.until,
                "hints": self.hints,
                "frozen": frozen,
            }));
        }
        let roles: Vec<&str> = self.roles.iter().map(|role| role.name()).collect();
        let reasons = self.against.iter().map(|(id, count)| format!("{count} {id}"));
        let reasons = match reasons.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "no task waits for that".to_owned(),
            some => text::escape(&some),
        };
        paint::error(&format!(
            "{}: nothing to do now as {}: {reasons}",
            ground::NOT_READY.id,
            roles.join(", ")
        ));
        if let Some(until) = self.until {
            let moment = when::moment(until, team.now);
            paint::note(&format!(
                "wait: the first lease or time limit of those at work ends {moment}"
            ));
        }
        self.hints.iter().for_each(|hint| paint::hint(hint));
    }
}
