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
use crate::record::Stage;
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
    /// Who reviews or tests it.
    pub assigned: Option<Sitting>,
    /// Everybody who ever claimed it.
    pub authors: Vec<Agent>,
    /// Whether its author found ready what was handed off.
    pub self_reviewed: bool,
    /// Whether a person signed what was handed off.
    pub signed: bool,
}

/// Who reviews or tests a task, in brief.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sitting {
    /// The agent.
    pub by: Agent,
    /// The clone that it acts in.
    pub clone: CloneId,
    /// The duty that it took.
    pub role: Role,
    /// Since when.
    pub since: Timestamp,
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
            assigned: task.assigned.as_ref().map(|assigned| Sitting {
                by: assigned.by.clone(),
                clone: assigned.clone.clone(),
                role: assigned.role,
                since: assigned.since,
            }),
            authors: task.authors.clone(),
            self_reviewed: task
                .verdict
                .get(&Stage::SelfReview)
                .is_some_and(|verdict| verdict.ready),
            signed: task.signed.is_some(),
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
    total: usize,
    may_claim: bool,
    frozen: bool,
}

struct AreaFloor {
    own: Scope,
    others: Scope,
    held: usize,
    limit: usize,
}

impl Floor {
    /// Prepares the comparison for `agent` in `clone`, whose locks outside lanes do not stand in its own way.
    pub fn new(view: &dyn View, agent: &Agent, clone: &CloneId) -> Result<Self, Rejection> {
        let policy = view.policy()?;
        let may_claim = policy.allows(Role::Worker, agent);
        let own = |lock: &Lock| lock.task.is_none() && lock.is_held_by(agent, clone);
        Self::prepared(view, policy, may_claim, own)
    }

    /// The same for an agent that is not there yet, under a policy.
    pub fn for_anybody(view: &dyn View, policy: Adopted) -> Result<Self, Rejection> {
        let may_claim = policy
            .roles
            .get(&Role::Worker)
            .is_none_or(|listed| !listed.is_empty());
        Self::prepared(view, policy, may_claim, |_| false)
    }

    fn prepared(
        view: &dyn View,
        policy: Adopted,
        may_claim: bool,
        own: impl Fn(&Lock) -> bool,
    ) -> Result<Self, Rejection> {
        let lanes = view.lanes()?;
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
            total: usize::try_from(policy.capacity.total).unwrap_or(usize::MAX),
            may_claim,
            frozen: view.meta()?.frozen.is_some(),
            policy,
        })
    }

    /// Whether landings are stopped.
    pub fn is_frozen(&self) -> bool {
        self.frozen
    }

    /// How many places of the pool are taken.
    pub fn at_work(&self) -> usize {
        self.at_work
    }

    /// How many are free.
    pub fn free(&self) -> usize {
        self.total.saturating_sub(self.at_work)
    }

    /// Whether the task can be given a place: its own, if it has one, counts for it.
    pub fn has_room_for(&self, card: &Card) -> bool {
        let own = card.lane.as_ref().and_then(Lane::at_work).is_some();
        self.free() > 0 || (own && self.at_work == self.total)
    }

    /// Leaves no more than `places` of those that are free.
    pub fn leave_free(&mut self, places: usize) {
        self.total = self.at_work + self.free().min(places);
    }

    /// As if somebody had taken a place for the task, and with a claim its lane, branch and scope.
    pub fn take(&mut self, card: &Card) {
        if card.lane.as_ref().and_then(Lane::at_work).is_none() {
            self.at_work += 1;
        }
        if card.lane.is_some() {
            return;
        }
        self.locks.extend(Scope::parse(&card.scope));
        self.branches.insert(card.branch.clone());
        if let Some(floor) = card.area.as_ref().and_then(|area| self.areas.get_mut(area)) {
            floor.held += 1;
        }
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
        let branch = || {
            let taken = self.branches.contains(&card.branch);
            taken.then_some(&ground::BRANCH_TAKEN)
        };
        if self.is_evidently_free(card) {
            return branch();
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
        if let Some(ground) = branch() {
            return Some(ground);
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
        if floor.is_some_and(|f| f.held >= f.limit) {
            return Some(&ground::AREA_FULL);
        }
        (self.at_work >= self.total).then_some(&ground::CAPACITY_FULL)
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
                held,
                limit,
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
