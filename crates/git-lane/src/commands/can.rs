//! `git lane can`: whether a verb would be taken, and everything that stands against it.

use std::collections::BTreeMap;
use std::process::ExitCode;

use lane_core::apply::parts_first;
use lane_core::apply::standing_handoff;
use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::id::LockId;
use lane_core::moves;
use lane_core::moves::Verb;
use lane_core::record::Checkpoint;
use lane_core::record::Class;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::refusal::Refusal;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::View;
use lane_store::Actor;
use serde_json::json;

use super::Outcome;
use super::prepared::of_contract;
use crate::actions;
use crate::error::CliError;
use crate::parallel;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use crate::show::refusal;
use lane_core::id::TaskId;

/// Whether you may do something to a task now, and if not, everything that stands against it
#[derive(Debug, clap::Args)]
pub(crate) struct Can {
    /// One of the verbs of docs/lifecycle.md: claim, handoff, review, approve, …
    pub(crate) verb: Verb,
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// Refused by the state.
const NO: u8 = 3;

pub(super) fn run(session: &Session<'_>, args: &Can) -> Outcome {
    let phase = session
        .store()
        .view()?
        .task(&args.id)?
        .map(|found| found.into_task().status);
    let role = phase.map_or_else(
        || moves::implied_role(args.verb),
        |phase| moves::implied_role_from(phase, args.verb),
    );
    let actor = session.actor(role)?;
    // What is due anyway (a new policy, a lease) comes first, as it would before the decision itself.
    let _ = session.store().settle(&actor);
    let store = session.store();
    let view = store.view()?;
    let what = trial(session, &view, &actor, args)?;
    let mut against = actions::against(session, &view, &actor, (&args.id, what))?;
    if args.verb == Verb::Claim {
        against.extend(parallel::against_another_lane(session, &view, &args.id)?);
    }
    let later = match args.verb {
        Verb::Claim => waits_for_parts(&view, &args.id)?,
        _ => None,
    };
    if args.json {
        let reasons: Vec<_> = against.iter().map(json::refusal).collect();
        json::out(
            &json!({ "can": against.is_empty(), "verb": args.verb.name(), "task": args.id.as_str(), "against": reasons, "later": later.as_ref().map(json::refusal) }),
        );
    } else if against.is_empty() {
        paint::out(&format!("yes: {} {}", args.verb, args.id));
        if let Some(later) = &later {
            refusal::print_later(later);
        }
    } else {
        against
            .iter()
            .for_each(|no| refusal::print(no, session.source.now()));
    }
    Ok(if against.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(NO)
    })
}

/// What stands against handing off a task that can be claimed: `next` and `ready` offer its open parts instead.
fn waits_for_parts(view: &dyn View, id: &TaskId) -> Result<Option<Refusal>, CliError> {
    let Some(Found::Live(task)) = view.task(id)? else {
        return Ok(None);
    };
    Ok(parts_first(view, &task)?)
}

/// The verb's event, with reasons that are always good enough: what is asked is whether, not how.
fn trial(session: &Session<'_>, view: &dyn View, actor: &Actor, args: &Can) -> Result<Payload, CliError> {
    let task = args.id.clone();
    let lock = || LockId::new("trial").map_err(|e| CliError::Usage(e.to_string()));
    let why = || "asked".to_owned();
    let commit = "0".repeat(40);
    Ok(match args.verb {
        Verb::Claim => Payload::TaskClaimed { task, lock: lock()? },
        Verb::Release => Payload::TaskReleased {
            task,
            why: "asked".to_owned(),
        },
        Verb::Block => Payload::TaskBlocked {
            task,
            on: None,
            why: Some("asked".to_owned()),
        },
        Verb::Unblock => Payload::TaskUnblocked { task },
        Verb::Sign => Payload::TaskSigned {
            tip: handed_off(view, &task)?.unwrap_or(commit),
            task,
        },
        Verb::Land => landing(view, task, commit)?,
        Verb::Done => Payload::TaskDone {
            task,
            tip: commit.clone(),
            landed: commit,
            how: None,
            landing: None,
        },
        Verb::Handoff => Payload::TaskHandedOff {
            checkpoint: Box::new(delivery(session, view, task)?),
        },
        Verb::Resume => Payload::TaskResumed { task },
        Verb::Review => Payload::TaskAssigned {
            task,
            verb: AssignVerb::Review,
        },
        Verb::Test => Payload::TaskAssigned {
            task,
            verb: AssignVerb::Test,
        },
        Verb::Leave => Payload::TaskLeft { task },
        Verb::SelfReview => judged(session, view, (actor, task), JudgeVerb::SelfReview)?,
        Verb::Approve => judged(session, view, (actor, task), JudgeVerb::Approve)?,
        Verb::Return => judged(session, view, (actor, task), JudgeVerb::Return)?,
        Verb::Pass => judged(session, view, (actor, task), JudgeVerb::Pass)?,
        Verb::Fail => judged(session, view, (actor, task), JudgeVerb::Fail)?,
        Verb::Retry => Payload::TaskRetried { task, why: why() },
        Verb::Escalate => Payload::TaskEscalated { task, why: why() },
        Verb::Rescope => Payload::TaskRescoped {
            task: Box::new(
                view.task(&task)?
                    .map_or_else(|| Task::new(task, "", Timestamp::default()), Found::into_task),
            ),
            why: why(),
        },
        Verb::Deprioritise => Payload::TaskDeprioritised { task, why: why() },
        Verb::TakeOver => Payload::TaskTakenOver {
            task,
            lock: lock()?,
            why: why(),
        },
        Verb::Abandon => Payload::TaskAbandoned { task, why: why() },
        Verb::Reclaim => Payload::LockReclaimed {
            lock: lock()?,
            note: "asked".to_owned(),
        },
    })
}

/// The commit of the handoff that stands.
fn handed_off(view: &dyn View, id: &TaskId) -> Result<Option<String>, CliError> {
    let task = view.task(id)?.map(Found::into_task);
    let stands = task.map(|task| standing_handoff(view, &task)).transpose()?;
    Ok(stands.flatten().map(|handoff| handoff.tip))
}

/// A landing of what was handed off, as if it had merged and all checks had passed.
pub(super) fn landing(view: &dyn View, task: TaskId, commit: String) -> Result<Payload, CliError> {
    let policy = view.policy()?;
    let claim = view.task(&task)?.and_then(|found| found.into_task().claim);
    Ok(Payload::TaskDone {
        tip: handed_off(view, &task)?.unwrap_or_else(|| commit.clone()),
        task,
        landed: commit.clone(),
        how: Some(Known::Landed),
        landing: Some(Box::new(Landing {
            fence: claim.map_or(0, |claim| claim.fence),
            base: commit.clone(),
            tree: commit,
            merge: policy.landing.merge,
            gate: BTreeMap::new(),
        })),
    })
}

/// A verdict on what the lane's branch has now; with evidence of the recorded runs, where whoever acts may bring it.
fn judged(
    session: &Session<'_>,
    view: &dyn View,
    (actor, id): (&Actor, TaskId),
    verb: JudgeVerb,
) -> Result<Payload, CliError> {
    let found = view.task(&id)?.map(Found::into_task);
    let stands = handed_off(view, &id)?;
    let branch = found.as_ref().map(|task| format!("refs/heads/{}", task.branch));
    let here = branch.map_or(Ok(None), |branch| session.repo.find_ref(&branch))?;
    let tip = here.map(|tip| tip.to_string()).or_else(|| stands.clone());
    let is_assigned = |task: &Task| {
        let assigned = task.assigned.as_ref();
        assigned.is_some_and(|assigned| assigned.is_held_by(&actor.by, &actor.clone))
    };
    let brings = matches!(verb, JudgeVerb::Approve | JudgeVerb::Pass)
        && tip != stands
        && found.as_ref().is_some_and(is_assigned);
    let checkpoint = match brings {
        true => Some(Box::new(delivery(session, view, id.clone())?)),
        false => None,
    };
    Ok(Payload::TaskJudged {
        task: id,
        verb,
        verdict: Box::new(Verdict {
            ready: verb.is_ready(),
            tip: tip.unwrap_or_else(|| "0".repeat(40)),
            class: Some(Class::Implemented),
            conflict: None,
            findings: if verb.is_ready() {
                Vec::new()
            } else {
                vec!["asked".to_owned()]
            },
            fixed: Vec::new(),
            extra: toml::Table::new(),
            made: None,
        }),
        checkpoint,
    })
}

/// What the lane's branch has now, with the runs that are recorded: what is missing stands against it.
fn delivery(session: &Session<'_>, view: &dyn View, task: TaskId) -> Result<Checkpoint, CliError> {
    let found = view.task(&task)?.map(Found::into_task);
    let branch = found.as_ref().map(|task| format!("refs/heads/{}", task.branch));
    let tip = branch.map_or(Ok(None), |branch| session.repo.find_ref(&branch))?;
    let nothing = "0".repeat(40);
    let (tip, tree) = match tip {
        Some(tip) => (tip.to_string(), session.repo.commit(tip)?.tree.to_string()),
        None => (nothing.clone(), nothing),
    };
    let found = found.unwrap_or_else(|| Task::new(task, "", Timestamp::default()));
    let runs = view.results(&found.id)?.map(|r| r.acceptance).unwrap_or_default();
    Ok(Checkpoint {
        base: Some(tip.clone()),
        commits: vec![tip.clone()],
        acceptance: of_contract(&found, runs, &tree),
        ..Checkpoint::next(&found, view.policy()?.pipeline.onwards(Phase::Review), tip, tree)
    })
}
