//! Verdicts: what they need, and what follows from them.

use super::Rejection;
use super::Verdict as Judgement;
use super::Write;
use super::evidence;
use super::follow;
use super::needs;
use crate::event::Event;
use crate::event::JudgeVerb;
use crate::event::Payload;
use crate::ground;
use crate::moves::Move;
use crate::moves::Verb;
use crate::moves::When;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Assigned;
use crate::record::Checkpoint;
use crate::record::Class;
use crate::record::Kind;
use crate::record::Mark;
use crate::record::Phase;
use crate::record::Risk;
use crate::record::Stage;
use crate::record::Task;
use crate::record::Verdict;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::time::LEASE_GRACE_SECS;
use crate::time::Span;
use crate::time::Timestamp;
use crate::view::Unreadable;
use crate::view::View;

type Met = Result<(), Rejection>;

/// When the time of whoever reviews or tests is over: by the role's limit, else by the length of a lease.
pub fn time_is_over_at(assigned: &Assigned, policy: &Adopted) -> Timestamp {
    assigned.since.after(patience(assigned.role, policy))
}

/// How long whoever reviews or tests may take.
pub fn patience(role: Role, policy: &Adopted) -> Span {
    policy.limits.of(role).unwrap_or(policy.lanes.lease)
}

/// When a worker's time is over, where the policy limits it.
pub fn work_is_over_at(task: &Task, policy: &Adopted) -> Option<Timestamp> {
    let limit = policy.limits.of(Role::Worker)?;
    (task.status == Phase::InProgress).then(|| task.since().after(limit))
}

/// Whether `now` is past a time by more than the grace that clocks are given.
pub fn is_past(time: Timestamp, now: Timestamp) -> bool {
    now.since(time) > LEASE_GRACE_SECS
}

/// Whether whoever acts decides in place of all others.
fn decides(event: &Event) -> bool {
    matches!(event.role, Role::Orchestrator | Role::Maintainer)
}

/// Whether whoever acts reviews or tests the task now.
fn is_assigned(event: &Event, task: &Task) -> bool {
    let assigned = task.assigned.as_ref();
    assigned.is_some_and(|assigned| assigned.is_held_by(&event.by, &event.clone))
}

/// The holder, who reviews or tests it, or somebody above them.
pub(super) fn hand(view: &dyn View, event: &Event, task: &Task) -> Met {
    if is_assigned(event, task) {
        return Ok(());
    }
    let policy = view.policy()?;
    needs::holder(view, event, task).map_err(|no| or_from_above(no, event, &policy, ""))
}

/// Who reviews or tests it gives it back; the orchestrator takes it from them.
pub(super) fn assigned(event: &Event, task: &Task) -> Met {
    let somebody = task.assigned.as_ref();
    if is_assigned(event, task) || (somebody.is_some() && decides(event)) {
        return Ok(());
    }
    let who = match somebody {
        Some(assigned) => format!("{} acts as {} on it", assigned.by, assigned.role),
        None => "nobody reviews or tests it".to_owned(),
    };
    let what = format!("{} has nothing of {} to give back: {who}", event.by, task.id);
    let show = command(&["git", "lane", "task", "show", task.id.as_str()]);
    Err(Refusal::new(&ground::NOT_HOLDER, what).hint(show).into())
}

/// The holder or somebody above, or anybody once the worker's time is over.
pub(super) fn holder_or_late(view: &dyn View, event: &Event, task: &Task) -> Met {
    let policy = view.policy()?;
    let limit = work_is_over_at(task, &policy);
    let lock = needs::claim_lock(view, task)?;
    if limit.is_some_and(|over| is_past(over, event.at)) || lock.as_ref().is_some_and(|l| l.is_over(event.at))
    {
        return Ok(());
    }
    let lease = lock.filter(|lock| !lock.kept).map(|lock| lock.expires);
    let until = match [limit, lease].into_iter().flatten().min() {
        Some(over) => format!("; others may retry it from {over} on, and one minute more"),
        None => "; the work on it has no limit".to_owned(),
    };
    needs::holder(view, event, task).map_err(|no| or_from_above(no, event, &policy, &until))
}

/// A refusal of what the holder does, with `more` to say, and with the role that may do it too where the policy lets
/// whoever acts have it.
fn or_from_above(no: Rejection, event: &Event, policy: &Adopted, more: &str) -> Rejection {
    let mut refusal = match no {
        Rejection::Refused(refusal) => refusal,
        unreadable => return unreadable,
    };
    let Some(task) = event.what.task() else {
        return Rejection::Refused(refusal);
    };
    refusal.what.push_str(more);
    let verb =
        super::transition::verb_of(&event.what).filter(|_| policy.allows(Role::Orchestrator, &event.by));
    if let Some(verb) = verb {
        let mut line = vec![
            "git",
            "lane",
            "--role",
            Role::Orchestrator.name(),
            verb.name(),
            task.as_str(),
        ];
        if verb != Verb::Leave {
            line.extend(["--why", "TEXT"]);
        }
        refusal.hints.push(command(&line));
    }
    Rejection::Refused(refusal)
}

/// Nobody else is at it, or not any more.
pub(super) fn free(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Some(assigned) = &task.assigned else {
        return Ok(());
    };
    let over = time_is_over_at(assigned, &view.policy()?);
    if is_assigned(event, task) || decides(event) || is_past(over, event.at) {
        return Ok(());
    }
    let what = format!(
        "{} acts as {} on {} since {}, until {over}, and one minute more",
        assigned.by, assigned.role, task.id, assigned.since
    );
    let next = command(&["git", "lane", "next", "--role", assigned.role.name()]);
    Err(Refusal::new(&ground::STAGE_TAKEN, what).hint(next).into())
}

/// Authors do not approve their own work.
pub(super) fn not_author(view: &dyn View, event: &Event, task: &Task) -> Met {
    if view.policy()?.pipeline.own_approval || !task.authors.contains(&event.by) {
        return Ok(());
    }
    let what = format!(
        "{} worked on {}, and authors do not approve their own work: somebody else reviews it. Who works alone sets \
         `own_approval = true` in `[pipeline]` of the policy, or leaves `review` out of its `stages`",
        event.by, task.id
    );
    Err(Refusal::new(&ground::OWN_WORK, what)
        .hint(command(&["git", "lane", "ready"]))
        .hint(command(&["git", "lane", "policy", "show"]))
        .into())
}

/// The handoff that stands.
pub fn standing_handoff(view: &dyn View, task: &Task) -> Result<Option<Checkpoint>, Unreadable> {
    match &task.handoff {
        Some(id) => view.checkpoint(&task.id, id),
        None => Ok(None),
    }
}

/// Its author has judged what was handed off.
pub(super) fn self_reviewed(view: &dyn View, task: &Task) -> Met {
    if !view.policy()?.pipeline.has(Stage::SelfReview) {
        return Ok(());
    }
    let handoff = standing_handoff(view, task)?;
    if handoff.is_some_and(|handoff| task.is_ready_by(Stage::SelfReview, &handoff.tip)) {
        return Ok(());
    }
    let what = format!("the author of {} has not judged what was handed off", task.id);
    let review = command(&["git", "lane", "review", task.id.as_str(), "--self"]);
    Err(Refusal::new(&ground::SELF_REVIEW_MISSING, what)
        .hint(review)
        .into())
}

/// Something that runs was delivered, where the task is about that; of high risk the reviewer says so.
pub(super) fn implemented(event: &Event, task: &Task) -> Met {
    let Payload::TaskJudged { verdict, .. } = &event.what else {
        return Ok(());
    };
    let runs = matches!(task.kind, Kind::Feature | Kind::Defect) || task.risk == Some(Risk::High);
    match verdict.class {
        Some(Class::DesignOnly) if runs => {
            let what = format!(
                "{} asks for something that runs, and the verdict is design-only",
                task.id
            );
            let id = task.id.as_str();
            let back = command(&["git", "lane", "review", id, "--return", "--finding", "TEXT"]);
            Err(Refusal::new(&ground::DESIGN_ONLY, what).hint(back).into())
        }
        None if task.risk == Some(Risk::High) => {
            let what = format!("{} is of high risk, so its reviewer says what it is", task.id);
            let id = task.id.as_str();
            let class = command(&["git", "lane", "review", id, "--approve", "--class", "implemented"]);
            Err(Refusal::new(&ground::CLASS_MISSING, what).hint(class).into())
        }
        _ => Ok(()),
    }
}

/// The verdict is on what was handed off, or brings evidence for what it is on.
pub(super) fn on_tip(view: &dyn View, event: &Event, task: &Task) -> Met {
    let Payload::TaskJudged {
        verdict, checkpoint, ..
    } = &event.what
    else {
        return Ok(());
    };
    if let Some(checkpoint) = checkpoint {
        return match checkpoint.tip == verdict.tip {
            true => Ok(()),
            false => Err(Refusal::input("the evidence is for another commit than the verdict").into()),
        };
    }
    match standing_handoff(view, task)? {
        Some(handoff) if handoff.tip == verdict.tip => Ok(()),
        handoff => {
            let short = |tip: &str| crate::text::excerpt(&tip.chars().take(12).collect::<String>(), 12);
            let stands =
                handoff.map_or_else(String::new, |h| format!(", and {} was handed off", short(&h.tip)));
            let what = format!("the verdict is on {}{stands}: it is void", short(&verdict.tip));
            let show = command(&["git", "lane", "show", task.id.as_str()]);
            Err(Refusal::new(&ground::VERDICT_MOVED, what).hint(show).into())
        }
    }
}

/// What a verdict writes.
pub(super) fn judged(
    view: &dyn View,
    event: &Event,
    mut task: Task,
    row: &Move,
    (verb, verdict, checkpoint): (JudgeVerb, &Verdict, Option<&Checkpoint>),
) -> Judgement {
    if let Some(fault) = verdict.fault() {
        return Err(Refusal::input(fault).into());
    }
    if verdict.ready != verb.is_ready() || verdict.made.is_some() {
        return Err(Refusal::input("the verdict says something else than its verb").into());
    }
    let troubled = task.trouble.as_ref().map(|trouble| trouble.stage);
    let stage = verb
        .stage()
        .or_else(|| Stage::of(row.from))
        .or(troubled)
        .unwrap_or(Stage::Review);
    let record = Verdict {
        made: Some(evidence::made(event)),
        ..verdict.clone()
    };
    task.verdict.insert(stage, record);
    if verdict.ready {
        follow::passed(&mut task, stage);
    } else {
        failed(event, &mut task, row, stage, verdict);
    }
    let mut writes = Vec::new();
    if let Some(said) = checkpoint {
        writes.push(delivered(view, event, &mut task, verb, said)?);
    }
    let moved = match task.status {
        Phase::InProgress => follow::held_again(view, event, task)?,
        _ => follow::kept(view, task)?,
    };
    writes.extend(moved);
    Ok(writes)
}

/// The evidence that a verdict brings stands in place of the handoff's.
fn delivered(
    view: &dyn View,
    event: &Event,
    task: &mut Task,
    verb: JudgeVerb,
    said: &Checkpoint,
) -> Result<Write, Rejection> {
    if !matches!(verb, JudgeVerb::Approve | JudgeVerb::Pass) {
        return Err(Refusal::input("only a verdict that the work is ready brings evidence").into());
    }
    let record = evidence::delivered(view, event, task, said)?;
    task.handoff = Some(record.checkpoint.clone());
    Ok(Write::Checkpoint(Box::new(record)))
}

/// A stage failed: it is counted, and the task is marked. What the orchestrator sends back counts anew.
fn failed(event: &Event, task: &mut Task, row: &Move, stage: Stage, verdict: &Verdict) {
    let again = row.when == When::RetryLeft || row.from == Phase::Escalated;
    if row.from == Phase::Escalated {
        task.failed.clear();
    } else {
        let failed = task.failed.entry(stage).or_default();
        *failed = failed.saturating_add(1);
    }
    let mark = if again { Mark::Retry } else { Mark::Escalated };
    let why = verdict.findings.first().map_or("", String::as_str);
    task.trouble = Some(follow::trouble(event, mark, stage, why));
}
