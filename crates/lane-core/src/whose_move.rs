//! Whose move it is: every open task waits for somebody, and this says for whom, and since when.

use serde::Serialize;

use crate::apply::is_past;
use crate::apply::time_is_over_at;
use crate::apply::work_is_over_at;
use crate::id::Agent;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Task;
use crate::time::Timestamp;

/// Who moves next, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Mover {
    /// The duty in which somebody is to act.
    pub role: Role,
    /// Who it is, where somebody took it on.
    pub agent: Option<Agent>,
    /// In which clone.
    pub clone: Option<CloneId>,
    /// The task that has to move first, where this one waits for another.
    pub after: Option<TaskId>,
    /// Since when it is their move.
    pub since: Timestamp,
    /// When their time is over, where it is limited: a lease, or the role's limit.
    pub until: Option<Timestamp>,
    /// Whether it is over: others may take the task over, and somebody has to look.
    pub late: bool,
}

/// Whose move it is; none for what is over. `waits_for` is the first open task that this one waits for, `locks` the state's.
pub fn whose_move(
    task: &Task,
    waits_for: Option<&TaskId>,
    locks: &[Lock],
    policy: &Adopted,
    now: Timestamp,
) -> Option<Mover> {
    let nobody = |role| Mover {
        role,
        agent: None,
        clone: None,
        after: None,
        since: task.since(),
        until: None,
        late: false,
    };
    Some(match task.status {
        Phase::Todo => Mover {
            after: waits_for.cloned(),
            ..nobody(Role::Worker)
        },
        Phase::InProgress => holder(task, locks, policy, now),
        Phase::Blocked => Mover {
            after: waits_for.cloned(),
            ..match (&task.claim, waits_for) {
                // What it waited for is done: its holder goes on.
                (Some(_), None) => Mover {
                    until: None,
                    late: false,
                    ..holder(task, locks, policy, now)
                },
                _ => nobody(Role::Orchestrator),
            }
        },
        Phase::Review => judge(task, Role::Reviewer, policy, now),
        Phase::Testing => judge(task, Role::Tester, policy, now),
        Phase::Queued => nobody(Role::Integrator),
        Phase::Escalated => nobody(Role::Orchestrator),
        Phase::Done | Phase::Abandoned => return None,
    })
}

/// The worker who holds it: until the first of lease and limit is over.
fn holder(task: &Task, locks: &[Lock], policy: &Adopted, now: Timestamp) -> Mover {
    let claim = task.claim.as_ref();
    let own = |lock: &&Lock| lock.task.as_ref() == Some(&task.id) && !lock.kept;
    let lease = locks.iter().filter(own).map(|lock| lock.expires).min();
    let until = [lease, work_is_over_at(task, policy)].into_iter().flatten().min();
    Mover {
        role: Role::Worker,
        agent: claim.map(|claim| claim.by.clone()),
        clone: claim.map(|claim| claim.clone.clone()),
        after: None,
        since: task.since(),
        until,
        late: until.is_some_and(|until| is_past(until, now)),
    }
}

/// Who reviews or tests it, or whoever will.
fn judge(task: &Task, role: Role, policy: &Adopted, now: Timestamp) -> Mover {
    let assigned = task.assigned.as_ref();
    let until = assigned.map(|assigned| time_is_over_at(assigned, policy));
    Mover {
        role,
        agent: assigned.map(|assigned| assigned.by.clone()),
        clone: assigned.map(|assigned| assigned.clone.clone()),
        after: None,
        since: assigned.map_or_else(|| task.since(), |assigned| assigned.since),
        until,
        late: until.is_some_and(|until| is_past(until, now)),
    }
}
