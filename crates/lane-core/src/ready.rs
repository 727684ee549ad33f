//! Which tasks can be claimed now, best first: a quick reading of what `apply` would say, over cards.
//!
//! Only `apply` decides; a test holds the two together.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use serde::Deserialize;
use serde::Serialize;

use crate::apply::Rejection;
use crate::glob;
use crate::glob::GlobError;
use crate::glob::Plain;
use crate::glob::Scope;
use crate::glob::TooComplex;
use crate::ground;
use crate::ground::Ground;
use crate::id::Agent;
use crate::id::AreaName;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::record::Kind;
use crate::record::Lock;
use crate::record::Mark;
use crate::record::Phase;
use crate::record::Priority;
use crate::record::Task;
use crate::time::Timestamp;
use crate::view::Lane;
use crate::view::View;

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
    /// Its branch.
    pub branch: String,
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
    /// How it is marked.
    pub mark: Option<Mark>,
    /// Since when it is in its phase.
    pub since: Timestamp,
    /// The task that it is a part of.
    pub parent: Option<TaskId>,
    /// Its place among the parts.
    pub merge_order: Option<u32>,
    /// Its own parts.
    pub children: Vec<TaskId>,
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
            branch: task.branch.clone(),
            area: task.area.clone(),
            issue: task.issue.clone(),
            labels: task.labels.clone(),
            scope: task.scope.clone(),
            depends_on: task.depends_on.clone(),
            blocked_on: task.blocked.as_ref().and_then(|b| b.on.clone()),
            created: task.created,
            lane: Lane::of(task),
            mark: task.mark(),
            since: task.since(),
            parent: task.parent.clone(),
            merge_order: task.merge_order,
            children: task.children.clone(),
        }
    }
}

/// What stands around a claim: policy, locks and lanes, prepared once for many cards.
pub struct Floor {
    policy: Adopted,
    locks: Vec<Scope>,
    common: Scope,
    areas: BTreeMap<AreaName, AreaFloor>,
    branches: BTreeSet<String>,
    at_work: usize,
    may_claim: bool,
}

struct AreaFloor {
    own: Scope,
    others: Scope,
    has_room: bool,
}

impl Floor {
    /// Prepares the comparison for `agent` in `clone`, whose locks outside lanes do not stand in its own way.
    pub fn new(view: &dyn View, agent: &Agent, clone: &CloneId) -> Result<Self, Rejection> {
        let (policy, lanes) = (view.policy()?, view.lanes()?);
        let own = |lock: &Lock| lock.task.is_none() && lock.is_held_by(agent, clone);
        let locks = view.locks()?.into_iter().filter(|lock| !own(lock));
        Ok(Self {
            locks: locks
                .map(|lock| Scope::parse(&lock.scope))
                .collect::<Result<_, _>>()?,
            common: policy.common()?,
            areas: area_floors(&policy, &lanes)?,
            branches: lanes
                .iter()
                .map(|l| l.branch.clone())
                .chain([view.meta()?.integration])
                .collect(),
            at_work: lanes.iter().filter(|lane| lane.at_work().is_some()).count(),
            may_claim: policy.allows(Role::Worker, agent),
            policy,
        })
    }

    /// The first thing that stands against claiming the card's task; nothing when it is ready.
    /// `is_done` says whether a task is in the archive.
    pub fn against(&self, card: &Card, is_done: &dyn Fn(&TaskId) -> bool) -> Option<&'static Ground> {
        if !self.may_claim {
            return Some(&ground::ROLE_NOT_ALLOWED);
        }
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
        if self.is_evidently_free(card) {
            return None;
        }
        let Ok(scope) = Scope::parse(&card.scope) else {
            return Some(&ground::INVALID_INPUT);
        };
        if let Some(area) = &card.area
            && !self.areas.is_empty()
        {
            let Some(floor) = self.areas.get(area) else {
                return Some(&ground::UNKNOWN_AREA);
            };
            let found = glob::decide(&[&scope, &floor.others], &[&floor.own, &self.common]);
            if let Some(ground) = verdict(&found, &ground::OUTSIDE_AREA) {
                return Some(ground);
            }
        }
        if self.branches.contains(&card.branch) {
            return Some(&ground::BRANCH_TAKEN);
        }
        let meets = |lock| {
            verdict(
                &glob::decide(&[&scope, lock], &[&self.common]),
                &ground::FOREIGN_LOCK,
            )
        };
        self.locks.iter().find_map(meets)
    }

    /// True only if nothing can stand against the scope. What most cards are asked, so it is quick.
    fn is_evidently_free(&self, card: &Card) -> bool {
        let others = match &card.area {
            Some(area) if !self.areas.is_empty() => match self.areas.get(area) {
                Some(floor) => Some(&floor.others),
                None => return false,
            },
            _ => None,
        };
        card.scope.iter().all(|glob| {
            Plain::read(glob).is_some_and(|plain| {
                let mut foreign = self.locks.iter().chain(others);
                foreign.all(|scope| plain.is_apart_from(scope))
            })
        })
    }

    fn against_room(&self, card: &Card) -> Option<&'static Ground> {
        let floor = card.area.as_ref().and_then(|area| self.areas.get(area));
        if floor.is_some_and(|f| !f.has_room) {
            return Some(&ground::AREA_FULL);
        }
        let total = usize::try_from(self.policy.capacity.total).unwrap_or(usize::MAX);
        (self.at_work >= total).then_some(&ground::CAPACITY_FULL)
    }
}

fn area_floors(policy: &Adopted, lanes: &[Lane]) -> Result<BTreeMap<AreaName, AreaFloor>, GlobError> {
    let mut areas = BTreeMap::new();
    for (name, area) in &policy.area {
        let held = lanes
            .iter()
            .filter(|lane| lane.area.as_ref() == Some(name))
            .count();
        let limit = area
            .lanes
            .map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
        let (own, others) = (policy.owned_by(name)?, policy.owned_by_others(name)?);
        areas.insert(
            name.clone(),
            AreaFloor {
                own,
                others,
                has_room: held < limit,
            },
        );
    }
    Ok(areas)
}

fn verdict(found: &Result<Option<String>, TooComplex>, ground: &'static Ground) -> Option<&'static Ground> {
    match found {
        Ok(None) => None,
        Ok(Some(_)) => Some(ground),
        Err(TooComplex) => Some(&ground::SCOPE_TOO_COMPLEX),
    }
}

/// The order of the ready list: wanted soonest, then oldest, then by id.
pub fn rank(a: &Card, b: &Card) -> std::cmp::Ordering {
    (a.priority, a.created, &a.id).cmp(&(b.priority, b.created, &b.id))
}
