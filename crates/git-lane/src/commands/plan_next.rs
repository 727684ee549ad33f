//! `git lane plan-next`: what an orchestrator would start now, in which order, on how many places, and why not the rest.
//! Looks, and changes nothing.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::id::CloneId;
use lane_core::order::Against;
use lane_core::order::Plan;
use lane_core::order::Wait;
use lane_core::order::Waits;
use lane_core::order::plan;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::refusal::Refusal;
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
use crate::show::table;
use crate::team;
use crate::team::Team;

/// What an orchestrator would start now, in which order, and why not the rest. A dry view: nothing happens.
///
/// In the order of `git lane next`, for agents that are not there yet, as many as the pool has places: limits of areas
/// are kept, and no two are started whose scopes collide with each other or with what is held. What can land and what
/// the orchestrator has to decide take no place. Each line has the command that does it. Exit code 3 when there is nothing
/// to start, to land or to decide.
#[derive(Debug, clap::Args)]
pub(crate) struct PlanNext {
    /// At most this many places, however many are free
    #[arg(long, value_name = "N")]
    pub(crate) slots: Option<usize>,
    /// At most this many tasks of each list
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) limit: usize,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Nothing would be started.
const NOTHING: u8 = 3;

/// How many ids stand on the line of a reason.
const NAMED: usize = 8;

/// Tasks that are not started for one reason.
struct Reason {
    id: &'static str,
    /// In words, of the first of them.
    says: String,
    tasks: Vec<String>,
    hints: Vec<String>,
}

/// A task with the command that leads it on.
struct Step<'q> {
    card: &'q Card,
    role: Role,
    why: String,
    command: String,
}

pub(super) fn run(session: &Session<'_>, args: &PlanNext) -> Outcome {
    // A store of a commit writes no caches.
    let session = match session.store().tip()? {
        Some(tip) => session.as_of(tip),
        None => *session,
    };
    let store = session.store();
    let view = store.view()?;
    frozen::say(&view)?;
    let queue = Queue::read(&store, &view)?;
    // A policy that was committed since would be adopted before anything is started.
    let team = Team::new(&session, &view, &queue, store.policy_of_next(&view)?)?;
    let floor = || Floor::for_anybody(&view, team.policy.clone()).map_err(StoreError::from);
    let (base, filled) = (floor()?, floor()?);
    let slots = args.slots.unwrap_or(usize::MAX);
    let mut planned = team.ask(&base, None, |offers| plan(offers, filled, slots));
    let beside = beside(&team, &mut planned)?;
    let picture = Picture {
        starts: starts(&team, &planned)?,
        lands: steps(&team, &planned.lands, args.limit, Role::Integrator)?,
        decides: steps(&team, &planned.decides, args.limit, Role::Orchestrator)?,
        reasons: reasons(&team, &planned, beside)?,
        at_work: base.at_work(),
        plan: &planned,
        total: team.policy.capacity.total,
    };
    match args.json {
        true => json::out(&picture.json(args.limit)),
        false => picture.print(),
    }
    let empty = planned.starts.is_empty() && planned.lands.is_empty() && planned.decides.is_empty();
    Ok(if empty {
        if !args.json {
            paint::error(&format!(
                "{}: nothing to start, to land or to decide",
                ground::NOT_READY.id
            ));
        }
        ExitCode::from(NOTHING)
    } else {
        ExitCode::SUCCESS
    })
}

/// Takes out the claims that are beside another lane while something stands against that. The first lane is beside none.
fn beside(team: &Team<'_>, plan: &mut Plan) -> Result<Option<(Refusal, Vec<usize>)>, CliError> {
    let alone = team.view.lanes()?.is_empty();
    let is_claim = |at: usize| team.cards()[at].lane.is_none();
    let claims = plan.starts.iter().filter(|start| is_claim(start.at)).count();
    let allowed = usize::from(alone);
    if claims <= allowed {
        return Ok(None);
    }
    let Some(no) = parallel::against_any(team.session, team.view)? else {
        return Ok(None);
    };
    let mut seen = 0;
    let mut out = Vec::new();
    plan.starts.retain(|start| {
        seen += usize::from(is_claim(start.at));
        let keep = !is_claim(start.at) || seen <= allowed;
        if !keep {
            out.push(start.at);
        }
        keep
    });
    Ok(Some((no, out)))
}

fn starts<'q>(team: &Team<'q>, plan: &Plan) -> Result<Vec<Step<'q>>, CliError> {
    let mut steps = Vec::new();
    for (n, start) in plan.starts.iter().enumerate() {
        let mut step = step(team, start.at, start.role)?;
        let next = plan.starts.get(n + 1).map(|next| team.order.key(next.at));
        step.why = match &next {
            Some(next) => team.order.key(start.at).because(Some(next)),
            None => "last of what can be started".to_owned(),
        };
        steps.push(step);
    }
    Ok(steps)
}

fn steps<'q>(team: &Team<'q>, list: &[usize], limit: usize, role: Role) -> Result<Vec<Step<'q>>, CliError> {
    list.iter().take(limit).map(|at| step(team, *at, role)).collect()
}

fn step<'q>(team: &Team<'q>, at: usize, role: Role) -> Result<Step<'q>, CliError> {
    let card = &team.cards()[at];
    let mover = team.mover(card);
    let command = match &mover {
        Some((mover, _)) => team.command(card, mover, None)?,
        None => String::new(),
    };
    let why = match &mover {
        Some((mover, _)) if mover.late => "its time is over",
        Some((_, Waits::InVain)) => "it waits for what was given up",
        _ => card.status.name(),
    };
    Ok(Step {
        card,
        role,
        why: why.to_owned(),
        command,
    })
}

/// The rest by reason, the most frequent first.
fn reasons(
    team: &Team<'_>,
    plan: &Plan,
    beside: Option<(Refusal, Vec<usize>)>,
) -> Result<Vec<Reason>, CliError> {
    let mut reasons: Vec<Reason> = Vec::new();
    if let Some((no, tasks)) = beside {
        reasons.push(Reason {
            id: no.ground.id,
            says: no.what,
            tasks: tasks.iter().map(|at| team.cards()[*at].id.to_string()).collect(),
            hints: no.hints,
        });
    }
    for wait in &plan.waits {
        let id = wait.against.id();
        let task = team.cards()[wait.at].id.to_string();
        match reasons.iter_mut().find(|reason| reason.id == id) {
            Some(reason) => reason.tasks.push(task),
            None => reasons.push(reason(team, wait, task)?),
        }
    }
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.tasks.len()));
    Ok(reasons)
}

fn reason(team: &Team<'_>, wait: &Wait, task: String) -> Result<Reason, CliError> {
    let card = &team.cards()[wait.at];
    let (says, hints) = match (&wait.against, &wait.collides) {
        (Against::MergeOrder(first), _) => (format!("{task} lands after {first}"), Vec::new()),
        (_, Some(first)) => (
            format!("{task} collides with {first}, which would be started before it"),
            Vec::new(),
        ),
        (Against::Ground(ground), None) if card.lane.is_none() => {
            let actor = Actor {
                by: team.session.agent()?,
                clone: CloneId::new("nobody").map_err(|e| CliError::Usage(e.to_string()))?,
                role: Role::Worker,
            };
            let no = ready::reason(team.view, &actor, team.now, card, ground)?;
            // A place that this plan takes is free in the state: then the sentence is what it means.
            let what = if no.ground == *ground {
                no.what
            } else {
                ground.means.to_owned()
            };
            (what, no.hints)
        }
        (Against::Ground(ground), None) => (ground.means.to_owned(), Vec::new()),
    };
    Ok(Reason {
        id: wait.against.id(),
        says,
        tasks: vec![task],
        hints: hints.into_iter().take(1).collect(),
    })
}

/// All that is told.
struct Picture<'p, 'q> {
    starts: Vec<Step<'q>>,
    lands: Vec<Step<'q>>,
    decides: Vec<Step<'q>>,
    reasons: Vec<Reason>,
    at_work: usize,
    total: u32,
    plan: &'p Plan,
}

impl Picture<'_, '_> {
    fn json(&self, limit: usize) -> Value {
        let steps = |list: &[Step<'_>]| list.iter().map(Step::json).collect::<Vec<_>>();
        let reasons = self.reasons.iter().map(|reason| {
            json!({
                "id": reason.id,
                "says": reason.says,
                "count": reason.tasks.len(),
                "tasks": reason.tasks.iter().take(limit).collect::<Vec<_>>(),
                "hints": reason.hints,
            })
        });
        json!({
            "happened": false,
            "capacity": self.total,
            "at_work": self.at_work,
            "places": self.plan.places,
            "starts": steps(&self.starts),
            "lands": steps(&self.lands),
            "lands_count": self.plan.lands.len(),
            "decides": steps(&self.decides),
            "decides_count": self.plan.decides.len(),
            "waits": reasons.collect::<Vec<_>>(),
        })
    }

    fn print(&self) {
        paint::out(&format!(
            "{} of {} places of the pool taken; planned for {}",
            self.at_work, self.total, self.plan.places
        ));
        list("would start", &self.starts, self.plan.starts.len());
        list(
            "would land, one after the other",
            &self.lands,
            self.plan.lands.len(),
        );
        list("waits for your decision", &self.decides, self.plan.decides.len());
        if !self.reasons.is_empty() {
            paint::out("would not start:");
        }
        for reason in &self.reasons {
            let ids = reason.tasks.iter().take(NAMED).cloned().collect::<Vec<_>>();
            let more = match reason.tasks.len().saturating_sub(NAMED) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            paint::out(&format!(
                "  {} ({}): {}{more}",
                reason.id,
                reason.tasks.len(),
                ids.join(", ")
            ));
            paint::out(&format!("    {}", reason.says));
            reason
                .hints
                .iter()
                .for_each(|hint| paint::out(&format!("    {hint}")));
        }
        paint::note("nothing of this has happened: a line happens by its command");
    }
}

fn list(heading: &str, steps: &[Step<'_>], count: usize) {
    if count == 0 {
        return;
    }
    paint::out(&format!("{heading}:"));
    let rows: Vec<Vec<String>> = steps.iter().map(Step::row).collect();
    table::lines(&rows)
        .iter()
        .for_each(|line| paint::out(&format!("  {line}")));
    if count > steps.len() {
        paint::out(&format!("  … and {} more", count - steps.len()));
    }
}

impl Step<'_> {
    fn row(&self) -> Vec<String> {
        vec![
            self.card.id.to_string(),
            self.role.to_string(),
            self.why.clone(),
            self.command.clone(),
            team::title(self.card),
        ]
    }

    fn json(&self) -> Value {
        json!({
            "task": self.card.id,
            "title": self.card.title,
            "status": self.card.status,
            "role": self.role,
            "mark": self.card.mark,
            "priority": self.card.priority,
            "why": self.why,
            "command": self.command,
        })
    }
}
