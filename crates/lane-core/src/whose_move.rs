//! Whose move it is: every open task waits for somebody, and this says for whom, and since when.

use serde::Serialize;

use crate::apply::is_past;
use crate::apply::open_children;
use crate::apply::open_dependencies;
use crate::apply::time_is_over_at;
use crate::apply::work_is_over_at;
use crate::id::Agent;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Stage;
use crate::record::Task;
use crate::time::Timestamp;
use crate::view::Found;
use crate::view::Unreadable;
use crate::view::View;

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

impl Mover {
    /// Whether `agent` in `clone` is to move.
    pub fn is(&self, agent: &Agent, clone: &CloneId) -> bool {
        self.agent.as_ref() == Some(agent) && self.clone.as_ref() == Some(clone)
    }
}

/// One state at one time, asked of many tasks.
pub struct Turns<'a> {
    view: &'a dyn View,
    policy: Adopted,
    locks: Vec<Lock>,
    now: Timestamp,
}

/// What a task that nobody works on waits for.
enum Waits {
    /// Nothing.
    No,
    /// Another task, which may still be done.
    For(TaskId),
    /// Another task, which was given up or does not exist: somebody has to settle it anew.
    InVain,
}

impl<'a> Turns<'a> {
    /// Reads what is the same for all tasks.
    ///
    /// # Errors
    /// When policy or locks cannot be read.
    pub fn new(view: &'a dyn View, now: Timestamp) -> Result<Self, Unreadable> {
        Ok(Self {
            policy: view.policy()?,
            locks: view.locks()?,
            view,
            now,
        })
    }

    /// Whose move it is; none for what is over.
    ///
    /// # Errors
    /// When a record that this depends on cannot be read.
    pub fn of(&self, task: &Task) -> Result<Option<Mover>, Unreadable> {
        Ok(Some(match task.status {
            Phase::Todo => self.todo(task)?,
            Phase::InProgress => Mover {
                after: self.first_before_handoff(task)?,
                ..self.holder(task)
            },
            Phase::Blocked => self.blocked(task)?,
            Phase::Review if self.is_with_author(task)? => Mover {
                until: None,
                late: false,
                ..self.holder(task)
            },
            Phase::Review => self.judge(task, Role::Reviewer),
            Phase::Testing => self.judge(task, Role::Tester),
            Phase::Queued if self.policy.landing.sign_off && task.signed.is_none() => {
                nobody(task, Role::Maintainer)
            }
            Phase::Queued => Mover {
                after: self.first_to_land(task)?,
                ..nobody(task, Role::Integrator)
            },
            Phase::Escalated => nobody(task, Role::Orchestrator),
            Phase::Done | Phase::Abandoned => return Ok(None),
        }))
    }

    fn todo(&self, task: &Task) -> Result<Mover, Unreadable> {
        Ok(match self.waits(task)? {
            Waits::No => nobody(task, Role::Worker),
            Waits::For(on) => Mover {
                after: Some(on),
                ..nobody(task, Role::Worker)
            },
            Waits::InVain => nobody(task, Role::Orchestrator),
        })
    }

    fn waits(&self, task: &Task) -> Result<Waits, Unreadable> {
        let open = open_dependencies(self.view, task)?;
        let in_vain = |phase: &Option<Phase>| phase.is_none_or(Phase::is_final);
        if open.iter().any(|(_, phase)| in_vain(phase)) {
            return Ok(Waits::InVain);
        }
        let first = open.into_iter().next();
        Ok(first.map_or(Waits::No, |(on, _)| Waits::For(on)))
    }

    /// What it waited for may be over: then its holder goes on, or whoever claims it.
    fn blocked(&self, task: &Task) -> Result<Mover, Unreadable> {
        let on = task.blocked.as_ref().and_then(|blocked| blocked.on.as_ref());
        let ended = match on {
            Some(on) => match self.view.task(on)? {
                Some(Found::Live(_)) => {
                    return Ok(Mover {
                        after: Some(on.clone()),
                        ..nobody(task, Role::Orchestrator)
                    });
                }
                Some(Found::Archived(ended)) => Some(ended.status),
                None => None,
            },
            None => None,
        };
        if task.claim.is_some() {
            return Ok(self.holder(task));
        }
        match ended {
            Some(Phase::Done) => self.todo(task),
            _ => Ok(nobody(task, Role::Orchestrator)),
        }
    }

    /// The first task that must move before this one can be handed off.
    fn first_before_handoff(&self, task: &Task) -> Result<Option<TaskId>, Unreadable> {
        if let Waits::For(on) = self.waits(task)? {
            return Ok(Some(on));
        }
        let open = open_children(self.view, task)?;
        Ok(open.into_iter().next().map(|part| part.id))
    }

    /// The first part of the same task that lands before this one.
    fn first_to_land(&self, task: &Task) -> Result<Option<TaskId>, Unreadable> {
        let (Some(parent), Some(order)) = (&task.parent, task.merge_order) else {
            return Ok(None);
        };
        let Some(Found::Live(parent)) = self.view.task(parent)? else {
            return Ok(None);
        };
        let parts = open_children(self.view, &parent)?;
        let before = parts
            .into_iter()
            .filter(|part| part.merge_order.is_some_and(|theirs| theirs < order));
        Ok(before.min_by_key(|part| part.merge_order).map(|part| part.id))
    }

    /// Whether the author has to judge what was handed off before others do.
    fn is_with_author(&self, task: &Task) -> Result<bool, Unreadable> {
        if !self.policy.pipeline.has(Stage::SelfReview) {
            return Ok(false);
        }
        let handoff = match &task.handoff {
            Some(id) => self.view.checkpoint(&task.id, id)?,
            None => None,
        };
        Ok(handoff.is_none_or(|handoff| !task.is_ready_by(Stage::SelfReview, &handoff.tip)))
    }

    /// The worker who holds it: until the first of lease and limit is over.
    fn holder(&self, task: &Task) -> Mover {
        let claim = task.claim.as_ref();
        let fence = claim.map(|claim| claim.fence);
        let own =
            |lock: &&Lock| lock.task.as_ref() == Some(&task.id) && Some(lock.fence) == fence && !lock.kept;
        let lease = self.locks.iter().find(own).map(|lock| lock.expires);
        let until = [lease, work_is_over_at(task, &self.policy)]
            .into_iter()
            .flatten()
            .min();
        Mover {
            agent: claim.map(|claim| claim.by.clone()),
            clone: claim.map(|claim| claim.clone.clone()),
            until,
            late: until.is_some_and(|until| is_past(until, self.now)),
            ..nobody(task, self.duty_of_holder(task))
        }
    }

    /// A worker's, unless whoever took the lane over is none.
    fn duty_of_holder(&self, task: &Task) -> Role {
        let duties = [Role::Worker, Role::Orchestrator, Role::Maintainer];
        let allowed = |role: &Role| {
            let claim = task.claim.as_ref();
            claim.is_some_and(|claim| self.policy.allows(*role, &claim.by))
        };
        duties.into_iter().find(allowed).unwrap_or(Role::Worker)
    }

    /// Who reviews or tests it, or whoever will.
    fn judge(&self, task: &Task, role: Role) -> Mover {
        let Some(assigned) = &task.assigned else {
            return nobody(task, role);
        };
        let until = time_is_over_at(assigned, &self.policy);
        Mover {
            agent: Some(assigned.by.clone()),
            clone: Some(assigned.clone.clone()),
            since: assigned.since,
            until: Some(until),
            late: is_past(until, self.now),
            ..nobody(task, assigned.role)
        }
    }
}

/// Anybody who acts in the role.
fn nobody(task: &Task, role: Role) -> Mover {
    Mover {
        role,
        agent: None,
        clone: None,
        after: None,
        since: task.since(),
        until: None,
        late: false,
    }
}
