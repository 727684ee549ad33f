//! Which tasks can be claimed now, best first: a quick reading of what `apply` would say, over cards.
//!
//! Only `apply` decides; a test holds the two together.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use crate::glob;
use crate::glob::GlobError;
use crate::glob::Scope;
use crate::ground;
use crate::ground::Ground;
use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::record::Kind;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Priority;
use crate::record::Task;
use crate::time::Timestamp;
use crate::view::Lane;

/// A live task in brief: what lists need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// The task's id.
    pub id: TaskId,
    /// Its title.
    pub title: String,
    /// What sort of work it is.
    pub kind: Kind,
    /// Where it is in its life.
    pub status: Phase,
    /// How soon it is wanted.
    pub priority: Priority,
    /// Its area.
    pub area: Option<AreaName>,
    /// An issue elsewhere.
    pub issue: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// What it may change.
    pub scope: Vec<String>,
    /// What must be done first.
    pub depends_on: Vec<TaskId>,
    /// What blocks it.
    pub blocked_on: Option<TaskId>,
    /// When it was added.
    pub created: Timestamp,
    /// Who holds it.
    pub lane: Option<Lane>,
}

impl Card {
    /// A task in brief.
    pub fn of(task: &Task) -> Self {
        Self {
            id: task.id.clone(),
            title: task.title.clone(),
            kind: task.kind,
            status: task.status,
            priority: task.priority,
            area: task.area.clone(),
            issue: task.issue.clone(),
            labels: task.labels.clone(),
            scope: task.scope.clone(),
            depends_on: task.depends_on.clone(),
            blocked_on: task.blocked.as_ref().and_then(|b| b.on.clone()),
            created: task.created,
            lane: Lane::of(task),
        }
    }
}

/// What stands around a claim: policy, locks and lanes, prepared once for many cards.
pub struct Floor<'a> {
    policy: &'a Adopted,
    locks: Vec<Scope>,
    common: Scope,
    areas: BTreeMap<&'a AreaName, AreaFloor>,
    in_progress: usize,
}

struct AreaFloor {
    own: Scope,
    others: Scope,
    has_room: bool,
}

impl<'a> Floor<'a> {
    /// Prepares the comparison for `agent` in `clone`, whose locks outside lanes do not stand in its own way.
    pub fn new(
        policy: &'a Adopted,
        locks: &[Lock],
        lanes: &[Lane],
        agent: &Agent,
        clone: &CloneId,
    ) -> Result<Self, GlobError> {
        let mut areas = BTreeMap::new();
        for (name, area) in &policy.area {
            let held = lanes
                .iter()
                .filter(|lane| lane.area.as_ref() == Some(name))
                .count();
            let limit = area
                .lanes
                .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
            let floor = AreaFloor {
                own: policy.owned_by(name)?,
                others: policy.owned_by_others(name)?,
                has_room: held < limit,
            };
            areas.insert(name, floor);
        }
        let foreign = locks
            .iter()
            .filter(|lock| lock.task.is_some() || !lock.is_held_by(agent, clone));
        Ok(Self {
            policy,
            locks: foreign
                .map(|lock| Scope::parse(&lock.scope))
                .collect::<Result<_, _>>()?,
            common: policy.common()?,
            areas,
            in_progress: lanes
                .iter()
                .filter(|lane| lane.status == Phase::InProgress)
                .count(),
        })
    }

    /// The first thing that stands against claiming the card's task; nothing when it is ready.
    /// `is_done` says whether a task is in the archive.
    pub fn against(&self, card: &Card, is_done: &dyn Fn(&TaskId) -> bool) -> Option<&'static Ground> {
        if card.lane.is_some() {
            return Some(&ground::ALREADY_CLAIMED);
        }
        if self.policy.commit.is_empty() {
            return Some(&ground::POLICY_NOT_COMMITTED);
        }
        if !card.depends_on.iter().all(is_done) {
            return Some(&ground::DEPENDENCY_OPEN);
        }
        if card.status == Phase::Blocked && !card.blocked_on.as_ref().is_some_and(is_done) {
            return Some(&ground::BLOCKER_OPEN);
        }
        if card.scope.is_empty() && self.policy.lanes.require_scope {
            return Some(&ground::SCOPE_MISSING);
        }
        self.against_scope(card).or_else(|| self.against_room(card))
    }

    fn against_scope(&self, card: &Card) -> Option<&'static Ground> {
        let Ok(scope) = Scope::parse(&card.scope) else {
            return Some(&ground::INVALID_INPUT);
        };
        if let Some(area) = &card.area
            && !self.areas.is_empty()
        {
            let Some(floor) = self.areas.get(area) else {
                return Some(&ground::UNKNOWN_AREA);
            };
            match glob::decide(&[&scope, &floor.others], &[&floor.own, &self.common]) {
                Ok(None) => {}
                Ok(Some(_)) => return Some(&ground::OUTSIDE_AREA),
                Err(_) => return Some(&ground::SCOPE_TOO_COMPLEX),
            }
        }
        for lock in &self.locks {
            match glob::decide(&[&scope, lock], &[&self.common]) {
                Ok(None) => {}
                Ok(Some(_)) => return Some(&ground::FOREIGN_LOCK),
                Err(_) => return Some(&ground::SCOPE_TOO_COMPLEX),
            }
        }
        None
    }

    fn against_room(&self, card: &Card) -> Option<&'static Ground> {
        let floor = card.area.as_ref().and_then(|area| self.areas.get(area));
        if floor.is_some_and(|f| !f.has_room) {
            return Some(&ground::AREA_FULL);
        }
        let total = usize::try_from(self.policy.capacity.total).unwrap_or(usize::MAX);
        (self.in_progress >= total).then_some(&ground::CAPACITY_FULL)
    }
}

/// The order of the ready list: wanted soonest, then oldest, then by id.
pub fn rank(a: &Card, b: &Card) -> std::cmp::Ordering {
    (a.priority, a.created, &a.id).cmp(&(b.priority, b.created, &b.id))
}
