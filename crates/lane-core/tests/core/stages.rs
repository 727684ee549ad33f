//! Short words for the events of stages: who judges, how it goes on, and what the orchestrator chooses.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::record::Checkpoint;
use lane_core::record::Class;
use lane_core::record::Task;
use lane_core::record::Verdict;

use super::delivered::TIP;
use super::fixture::Fixture;
use super::fixture::lock_id;
use super::fixture::task_id;
use super::fixture::texts;

pub(crate) const WHY: &str = "a reason";

pub(crate) fn assigned(id: &str, verb: AssignVerb) -> Payload {
    Payload::TaskAssigned {
        task: task_id(id),
        verb,
    }
}

pub(crate) fn left(id: &str) -> Payload {
    Payload::TaskLeft { task: task_id(id) }
}

/// A verdict on a commit: one against the work says why.
pub(crate) fn verdict(verb: JudgeVerb, tip: &str) -> Verdict {
    let findings: &[&str] = if verb.is_ready() { &[] } else { &["off by one"] };
    Verdict {
        ready: verb.is_ready(),
        tip: tip.to_owned(),
        class: verb.is_ready().then_some(Class::Implemented),
        conflict: None,
        findings: texts(findings),
        fixed: Vec::new(),
        extra: toml::Table::new(),
        made: None,
    }
}

pub(crate) fn judged_as(
    id: &str,
    verb: JudgeVerb,
    verdict: Verdict,
    checkpoint: Option<Checkpoint>,
) -> Payload {
    Payload::TaskJudged {
        task: task_id(id),
        verb,
        verdict: Box::new(verdict),
        checkpoint: checkpoint.map(Box::new),
    }
}

/// A verdict on what was handed off.
pub(crate) fn judged(f: &Fixture, id: &str, verb: JudgeVerb) -> Payload {
    let tip = handoff_of(f, id).map_or_else(|| TIP.to_owned(), |handoff| handoff.tip);
    judged_as(id, verb, verdict(verb, &tip), None)
}

/// The handoff that stands.
pub(crate) fn handoff_of(f: &Fixture, id: &str) -> Option<Checkpoint> {
    use lane_core::view::View as _;
    let task = f.any(id);
    let standing = task.handoff?;
    f.state.checkpoint(&task.id, &standing).unwrap()
}

pub(crate) fn retried(id: &str, why: &str) -> Payload {
    Payload::TaskRetried {
        task: task_id(id),
        why: why.to_owned(),
    }
}

pub(crate) fn escalated(id: &str, why: &str) -> Payload {
    Payload::TaskEscalated {
        task: task_id(id),
        why: why.to_owned(),
    }
}

/// The contract with a change.
pub(crate) fn rescoped(f: &Fixture, id: &str, why: &str, change: impl FnOnce(&mut Task)) -> Payload {
    let mut task = f.any(id);
    change(&mut task);
    Payload::TaskRescoped {
        task: Box::new(task),
        why: why.to_owned(),
    }
}

pub(crate) fn deprioritised(id: &str, why: &str) -> Payload {
    Payload::TaskDeprioritised {
        task: task_id(id),
        why: why.to_owned(),
    }
}

/// Its lock is `M-`, the event's number and the task's id, so that no two are alike.
pub(crate) fn taken_over(f: &Fixture, id: &str, why: &str) -> Payload {
    Payload::TaskTakenOver {
        task: task_id(id),
        lock: lock_id(&format!("M-{}-{id}", f.seq)),
        why: why.to_owned(),
    }
}

pub(crate) fn abandoned(id: &str, why: &str) -> Payload {
    Payload::TaskAbandoned {
        task: task_id(id),
        why: why.to_owned(),
    }
}
