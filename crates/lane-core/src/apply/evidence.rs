//! Evidence on a task: checkpoints, runs of its checks, handoffs and notes, each judged by itself.

use std::collections::BTreeMap;

use super::Rejection;
use super::Verdict;
use super::Write;
use super::follow;
use super::judging;
use super::leases::line;
use super::transition::live;
use crate::event::Event;
use crate::event::Payload;
use crate::ground;
use crate::id::CheckpointId;
use crate::id::TaskId;
use crate::moves;
use crate::moves::Situation;
use crate::moves::Verb;
use crate::policy::Pipeline;
use crate::record::Acceptance;
use crate::record::CHECKPOINTS_MAX;
use crate::record::Checkpoint;
use crate::record::Claim;
use crate::record::Consult;
use crate::record::LIST_MAX;
use crate::record::Made;
use crate::record::Note;
use crate::record::Outcome;
use crate::record::Phase;
use crate::record::Results;
use crate::record::Stage;
use crate::record::Task;
use crate::record::check_note;
use crate::record::mentions;
use crate::refusal::Refusal;
use crate::refusal::command;
use crate::view::Found;
use crate::view::Unreadable;
use crate::view::View;

pub(super) fn made(event: &Event) -> Made {
    Made {
        by: event.by.clone(),
        clone: event.clone.clone(),
        at: event.at,
        seq: event.seq,
    }
}

/// The claimed task that the event's author may speak for.
fn held(view: &dyn View, event: &Event, id: &TaskId) -> Result<(Task, Claim), Rejection> {
    let task = live(view, id)?;
    let Some(claim) = task.claim.clone() else {
        let what = format!("nobody holds {id}, so nothing can be recorded on it");
        let start = command(&["git", "lane", "start", id.as_str()]);
        return Err(Refusal::new(&ground::NOT_HOLDER, what).hint(start).into());
    };
    judging::hand(view, event, &task)?;
    Ok((task, claim))
}

pub(super) fn checkpointed(view: &dyn View, event: &Event, said: &Checkpoint) -> Verdict {
    let (mut task, claim) = held(view, event, &said.task)?;
    if said.status != task.status || said.is_handoff() {
        let what = format!(
            "{} is {}, so no plain checkpoint is made of it",
            task.id, task.status
        );
        let resume = command(&["git", "lane", "resume", task.id.as_str()]);
        return Err(Refusal::new(&ground::NOT_IN_PHASE, what).hint(resume).into());
    }
    let lists = !said.commits.is_empty() || !said.files.is_empty();
    let cut = said.more_commits.is_some() || said.more_files.is_some();
    let evidence = said.base.is_some() || lists || cut;
    let runs = !said.acceptance.is_empty() || !said.gate.is_empty();
    let defect = said.cause.is_some() || !said.before.is_empty();
    if evidence || runs || defect || !said.removes.is_empty() {
        return Err(Refusal::input("evidence belongs to a handoff, not to a checkpoint").into());
    }
    let record = next_checkpoint(view, event, &mut task, &claim, said)?;
    Ok(vec![
        Write::Checkpoint(Box::new(record)),
        Write::Task(Box::new(task)),
    ])
}

/// The record of a checkpoint, if it is the next one of this lane and says nothing that cannot be.
fn next_checkpoint(
    view: &dyn View,
    event: &Event,
    task: &mut Task,
    claim: &Claim,
    said: &Checkpoint,
) -> Result<Checkpoint, Rejection> {
    said.check().map_err(|fault| Refusal::input(fault.to_string()))?;
    if task.checkpoints >= CHECKPOINTS_MAX {
        let what = format!("{} has {CHECKPOINTS_MAX} checkpoints, which is the most", task.id);
        return Err(Refusal::input(what).into());
    }
    task.checkpoints += 1;
    if said.checkpoint != CheckpointId::nth(task.checkpoints)
        || said.lane != claim.lane
        || said.made.is_some()
    {
        return Err(Refusal::input("the checkpoint is not the next one of this lane").into());
    }
    if said.depends_satisfied != super::open_dependencies(view, task)?.is_empty() {
        let what = "the checkpoint is wrong about the tasks that this one depends on";
        return Err(Refusal::new(&ground::DEPENDENCY_OPEN, what)
            .hint(command(&["git", "lane", "task", "show", task.id.as_str()]))
            .into());
    }
    Ok(Checkpoint {
        made: Some(made(event)),
        ..said.clone()
    })
}

pub(super) fn checked(view: &dyn View, event: &Event) -> Verdict {
    let Payload::TaskChecked {
        task: id,
        tip,
        remedy,
        results,
        before,
    } = &event.what
    else {
        return Err(Refusal::input("the event records no run").into());
    };
    let (task, _) = held(view, event, id)?;
    // Rules 1 still: no older ledger has `before`, and without it this is what it was.
    let none = results.is_empty() && before.is_empty();
    if none || results.len().max(before.len()) > LIST_MAX {
        return Err(Refusal::input(format!("1 to {LIST_MAX} results are recorded at once")).into());
    }
    if let Some(remedy) = remedy {
        line("--remedy", remedy)?;
    }
    if !crate::record::is_object(tip) {
        return Err(Refusal::input("the tip is no commit").into());
    }
    let by = made(event);
    let mut known = view.results(id)?.unwrap_or_else(|| Results::none(id));
    // A criterion that the contract no longer has is no evidence.
    known
        .acceptance
        .retain(|key, _| task.acceptance.contains_key(key));
    known
        .before
        .retain(|key, _| task.acceptance.get(key).is_some_and(Acceptance::is_regression));
    for (key, outcome) in results {
        told(&task, key, outcome, &ran_as_named)?;
        known.take(key, outcome, tip, remedy.as_ref(), &by);
    }
    for (key, outcome) in before {
        told(&task, key, outcome, &ran_as_proof)?;
        known.take_before(key, outcome, &by);
    }
    Ok(vec![Write::Results(Box::new(known))])
}

/// Whether a run may be recorded of this criterion, of which `is_its` must hold.
fn told(
    task: &Task,
    key: &str,
    outcome: &Outcome,
    is_its: &dyn Fn(&Acceptance, &Outcome) -> bool,
) -> Result<(), Rejection> {
    outcome
        .check(key)
        .map_err(|fault| Refusal::input(fault.to_string()))?;
    if task.acceptance.get(key).is_some_and(|a| is_its(a, outcome)) && outcome.made.is_none() {
        return Ok(());
    }
    let what = format!(
        "the task names another check as {} now",
        crate::text::excerpt(key, 64)
    );
    Err(Refusal::new(&ground::ACCEPTANCE_STALE, what)
        .hint(command(&["git", "lane", "check", task.id.as_str()]))
        .into())
}

pub(super) fn consulted(view: &dyn View, event: &Event) -> Verdict {
    let Payload::TaskConsulted {
        task: id,
        source,
        query,
        fallback,
    } = &event.what
    else {
        return Err(Refusal::input("the event records no consultation").into());
    };
    held(view, event, id)?;
    line("--source", source)?;
    line("--query", query)?;
    let mut known = view.results(id)?.unwrap_or_else(|| Results::none(id));
    known.consulted(Consult {
        source: source.clone(),
        query: query.clone(),
        fallback: *fallback,
        made: made(event),
    });
    Ok(vec![Write::Results(Box::new(known))])
}

/// Whether a run was of the check that the contract names now.
fn ran_as_named(criterion: &Acceptance, outcome: &Outcome) -> bool {
    criterion.check.as_ref().is_some_and(|check| outcome.is_of(check))
}

/// Whether it is a criterion whose failure at the base proves something, and the run was of its check.
fn ran_as_proof(criterion: &Acceptance, outcome: &Outcome) -> bool {
    criterion.is_regression() && ran_as_named(criterion, outcome)
}

/// Whether every acceptance check must have passed when a task comes to `to`: with a testing stage when that is over,
/// else at the handoff.
pub fn acceptance_is_due(pipeline: &Pipeline, to: Phase) -> bool {
    !pipeline.has(Stage::Testing) || to == Phase::Queued
}

/// Whether the evidence that a handoff or verdict brings is as the state has recorded it and shows what is due; of a
/// verdict that brings none, the handoff that stands.
pub(super) fn shown(view: &dyn View, event: &Event, task: &Task) -> Result<(), Rejection> {
    let (verb, brought) = match &event.what {
        Payload::TaskHandedOff { checkpoint } => (Verb::Handoff, Some(checkpoint)),
        Payload::TaskJudged { verb, checkpoint, .. } => (verb.verb(), checkpoint.as_ref()),
        // `can` asks before there is a handoff to look at.
        _ => return Ok(()),
    };
    let policy = view.policy()?;
    let row = moves::find(Situation::of(task, &policy), verb);
    let to = row.map(|row| row.leads_to(&policy.pipeline));
    let is_due = to.is_none_or(|to| acceptance_is_due(&policy.pipeline, to));
    let known = view.results(&task.id)?.unwrap_or_else(|| Results::none(&task.id));
    let faults = match brought {
        Some(checkpoint) => brought_faults(task, checkpoint, &known, is_due)?,
        None if is_due => match judging::standing_handoff(view, task)? {
            Some(stands) => unproven_by(task, &stands, &known.acceptance),
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    match faults.into_iter().next() {
        Some((_, refusal)) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// What stands against evidence that is brought. Before the acceptance is due a check may be missing, but none may be known to
/// fail.
fn brought_faults(
    task: &Task,
    checkpoint: &Checkpoint,
    known: &Results,
    is_due: bool,
) -> Result<Vec<(String, Refusal)>, Rejection> {
    if checkpoint.commits.is_empty() || checkpoint.base.is_none() {
        return Err(Refusal::input("a handoff names the commits that it delivers").into());
    }
    let tree = &checkpoint.tree;
    let mut faults = unproven(task, &checkpoint.acceptance, &known.acceptance, tree);
    if !is_due {
        faults.retain(|(_, no)| no.ground.id != ground::ACCEPTANCE_MISSING.id);
        let of_tree = unproven(task, &known.acceptance, &known.acceptance, tree);
        faults.extend(
            of_tree
                .into_iter()
                .filter(|(_, no)| no.ground.id == ground::ACCEPTANCE_FAILED.id),
        );
    }
    faults.extend(unshown_before(task, &checkpoint.before, &known.before));
    Ok(faults)
}

/// What stands against taking a handoff that is recorded as the evidence of `task`: as [`unproven`], but a check may
/// have been run once more on the same tree since, and have passed.
pub fn unproven_by(
    task: &Task,
    record: &Checkpoint,
    recorded: &BTreeMap<String, Outcome>,
) -> Vec<(String, Refusal)> {
    let mut shown = record.acceptance.clone();
    for (key, run) in &mut shown {
        if let Some(newer) = recorded.get(key).filter(|newer| newer.tree == run.tree) {
            *run = newer.clone();
        }
    }
    unproven(task, &shown, recorded, &record.tree)
}

/// What stands against taking `shown` as the evidence of `task` on `tree`, where `recorded` is what the state knows:
/// for each criterion by its key.
pub fn unproven(
    task: &Task,
    shown: &BTreeMap<String, Outcome>,
    recorded: &BTreeMap<String, Outcome>,
    tree: &str,
) -> Vec<(String, Refusal)> {
    let again = command(&["git", "lane", "check", task.id.as_str()]);
    let mut found = Vec::new();
    for (key, criterion) in task.acceptance.iter().filter(|(_, c)| c.check.is_some()) {
        let name = crate::text::excerpt(key, 64);
        let (ground, what) = match shown.get(key) {
            None => (
                &ground::ACCEPTANCE_MISSING,
                format!("no run of {name} is recorded"),
            ),
            Some(run) if !ran_as_named(criterion, run) => (
                &ground::ACCEPTANCE_STALE,
                format!("{name} was run as another command than the task names"),
            ),
            Some(run) if run.tree != tree => (
                &ground::ACCEPTANCE_STALE,
                format!("{name} was run on another tree than is handed off"),
            ),
            Some(run) if !run.passed() => (
                &ground::ACCEPTANCE_FAILED,
                format!("{name} failed with exit {}", run.exit),
            ),
            Some(run) if recorded.get(key) != Some(run) => (
                &ground::ACCEPTANCE_STALE,
                format!("the state has recorded another run of {name}"),
            ),
            Some(_) => continue,
        };
        found.push((key.clone(), Refusal::new(ground, what).hint(again.clone())));
    }
    let strangers = shown
        .keys()
        .filter(|key| task.acceptance.get(*key).is_none_or(|c| c.check.is_none()));
    found.extend(strangers.map(|key| {
        let what = format!("{} is no check of the task", crate::text::excerpt(key, 64));
        let refusal = Refusal::new(&ground::ACCEPTANCE_STALE, what).hint(again.clone());
        (key.clone(), refusal)
    }));
    found
}

/// What stands against taking `shown` as the runs of regression checks at the base, where `recorded` is what the state
/// knows. Whether there must be one, on which tree and how it ended, is for the rules on what is delivered.
pub fn unshown_before(
    task: &Task,
    shown: &BTreeMap<String, Outcome>,
    recorded: &BTreeMap<String, Outcome>,
) -> Vec<(String, Refusal)> {
    let again = command(&["git", "lane", "check", "--before", task.id.as_str()]);
    let mut found = Vec::new();
    for (key, run) in shown {
        let name = crate::text::excerpt(key, 64);
        let what = match task.acceptance.get(key) {
            Some(criterion) if !ran_as_proof(criterion, run) => {
                format!("{name} was run at the base as another command than the task names")
            }
            Some(_) if recorded.get(key) != Some(run) => {
                format!("the state has recorded another run of {name} at the base")
            }
            Some(_) => continue,
            None => format!("{name} is no check of the task"),
        };
        let refusal = Refusal::new(&ground::ACCEPTANCE_STALE, what).hint(again.clone());
        found.push((key.clone(), refusal));
    }
    found
}

pub(super) fn handed_off(view: &dyn View, event: &Event, mut task: Task, said: &Checkpoint) -> Verdict {
    let record = delivered(view, event, &mut task, said)?;
    task.handoff = Some(record.checkpoint.clone());
    let mut writes = vec![Write::Checkpoint(Box::new(record))];
    writes.extend(follow::kept(view, task)?);
    Ok(writes)
}

/// The record of a handoff to the phase that the task is in now.
pub(super) fn delivered(
    view: &dyn View,
    event: &Event,
    task: &mut Task,
    said: &Checkpoint,
) -> Result<Checkpoint, Rejection> {
    let Some(claim) = task.claim.clone() else {
        return Err(Refusal::input("nobody holds the task").into());
    };
    if said.task != task.id || said.status != task.status {
        return Err(Refusal::input(format!("a handoff leads to {}", task.status)).into());
    }
    // What its author found of another commit is void where the author delivers anew. What somebody else mended on the
    // way is theirs to answer for.
    if matches!(event.what, Payload::TaskHandedOff { .. }) {
        task.verdict
            .retain(|stage, verdict| *stage != Stage::SelfReview || verdict.tip == said.tip);
    }
    // A person's word is for one commit.
    if task.signed.as_ref().is_some_and(|signed| signed.tip != said.tip) {
        task.signed = None;
    }
    next_checkpoint(view, event, task, &claim, said)
}

/// The evidence of a task that leaves for the archive.
pub(super) fn archived(view: &dyn View, task: &Task) -> Result<Vec<Write>, Unreadable> {
    let mut writes = Vec::new();
    for n in 1..=task.checkpoints.min(CHECKPOINTS_MAX) {
        let found = view.checkpoint(&task.id, &CheckpointId::nth(n))?;
        writes.extend(found.map(|record| Write::ArchiveCheckpoint(Box::new(record))));
    }
    writes.extend(
        view.results(&task.id)?
            .map(|record| Write::ArchiveResults(Box::new(record))),
    );
    Ok(writes)
}

pub(super) fn noted(view: &dyn View, event: &Event, id: &TaskId, text: &str) -> Verdict {
    check_note(text).map_err(|fault| Refusal::input(fault.to_string()))?;
    let task = match live(view, id) {
        // What is done can still be spoken about.
        Err(Rejection::Refused(_)) if matches!(view.task(id)?, Some(Found::Archived(_))) => None,
        other => Some(other?),
    };
    let mut to: Vec<String> = mentions(text).iter().map(ToString::to_string).collect();
    if let Some(claim) = task.and_then(|task| task.claim)
        && claim.by != event.by
        && !to.contains(&claim.by.to_string())
    {
        to.push(claim.by.to_string());
    }
    Ok(vec![note(event, id, to, text.to_owned())?])
}

/// The note that an event writes.
pub(super) fn note(event: &Event, task: &TaskId, to: Vec<String>, text: String) -> Result<Write, Rejection> {
    // It names a file.
    if !(1..=64).contains(&event.id.len()) || !event.id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(Refusal::input("the event's id is no word of letters and digits").into());
    }
    Ok(Write::Note(Box::new(Note {
        id: event.id.clone(),
        seq: event.seq,
        task: task.clone(),
        by: event.by.clone(),
        clone: event.clone.clone(),
        role: event.role,
        at: event.at,
        to,
        text,
        extra: toml::Table::new(),
    })))
}
