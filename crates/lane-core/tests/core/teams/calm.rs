//! A team after all trouble: nothing fails any more, and whoever's move it is makes it, until nothing is left.

use lane_core::apply::open_children;
use lane_core::event::JudgeVerb;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;

use super::checks;
use super::forward;
use super::team::BOSS;
use super::team::INTEGRATOR;
use super::team::REVIEWER;
use super::team::TESTER;
use super::team::Team;
use super::team::WORKER;
use crate::delivered;
use crate::fixture::LEASE_SECS;
use crate::fixture::Who;
use crate::fixture::claimed;
use crate::fixture::reclaimed;
use crate::fixture::released;
use crate::fixture::signed;
use crate::fixture::unblocked;
use crate::places::PERSON;
use crate::stages;
use crate::stages::WHY;

impl Team {
    /// # Panics
    /// When it takes more rounds than tasks can need.
    pub(super) fn come_to_an_end(&mut self) {
        for _ in 0..self.tasks * 12 + 40 {
            let live = self.live();
            if live.is_empty() {
                return;
            }
            let mut moved = false;
            for task in live {
                moved |= self.go_on(&task);
            }
            checks::state(self);
            if !moved {
                self.f.wait(LEASE_SECS + 61);
                self.reclaim_what_is_over();
                self.settle_an_order_that_cannot_be();
            }
        }
        let left = self.live();
        let movers: Vec<_> = left
            .iter()
            .map(|task| (&task.id, task.status, &task.claim, self.mover(task)))
            .collect();
        panic!("no end: {movers:?}");
    }

    /// A part that waits for one that is to land after it: nothing refuses that, so somebody takes the order away.
    fn settle_an_order_that_cannot_be(&mut self) {
        for task in self.live() {
            if task.merge_order.is_some() {
                let edit = self.f.edited(task.id.as_str(), |t| t.merge_order = None);
                self.attempt(BOSS, edit);
                return;
            }
        }
    }

    /// Locks beside lanes, of those who do not care any more.
    fn reclaim_what_is_over(&mut self) {
        for lock in self.f.locks() {
            if lock.task.is_none() && lock.is_over(self.f.now()) {
                self.attempt(WORKER, reclaimed(lock.id.as_str(), WHY));
            }
        }
    }

    /// The next move of a task, if it can be made now.
    fn go_on(&mut self, task: &Task) -> bool {
        let mover = self.mover(task);
        let id = task.id.as_str();
        let member = self.member(&mover);
        match (task.status, mover.role) {
            (Phase::Todo, Role::Orchestrator) | (Phase::Escalated, _) => self.settle(task),
            (Phase::Blocked, Role::Orchestrator) if mover.after.is_none() && mover.agent.is_none() => {
                self.attempt(BOSS, unblocked(id))
            }
            (Phase::Blocked, Role::Orchestrator) if mover.after.is_some() => match &task.claim {
                // Whoever waits gives back what others may need.
                Some(_) => self.attempt(BOSS, released(id, WHY)),
                None => false,
            },
            (Phase::Todo | Phase::Blocked, Role::Worker) if member.is_none() => {
                self.is_next(task) && self.attempt(WORKER, claimed(id))
            }
            (Phase::Queued, Role::Maintainer) => {
                let word = signed(&self.f, id);
                self.attempt(PERSON, word)
            }
            (Phase::Queued, _) => {
                let landing = forward::landing(self, id);
                mover.after.is_none() && self.attempt(INTEGRATOR, landing)
            }
            (Phase::Review, Role::Reviewer) => self.judge(id, &mover, REVIEWER, JudgeVerb::Approve),
            (Phase::Testing, Role::Tester) => self.judge(id, &mover, TESTER, JudgeVerb::Pass),
            _ => match member {
                Some(member) if !member.is_gone => self.work(task, &mover, member.acting_as(mover.role)),
                _ if task.status == Phase::Review => {
                    let own = forward::judged(self, id, JudgeVerb::SelfReview);
                    self.attempt(BOSS, own)
                }
                _ if mover.late => {
                    let end = forward::ends(self, task);
                    self.attempt(WORKER, end)
                }
                // Without lease and limit only those above see that somebody is gone.
                _ if mover.until.is_none() => self.attempt(BOSS, released(id, WHY)),
                _ => false,
            },
        }
    }

    fn settle(&mut self, task: &Task) -> bool {
        let what = forward::settled(self, task);
        self.attempt(BOSS, what)
    }

    /// Parts go first, and each in its order.
    fn is_next(&self, task: &Task) -> bool {
        let state = &self.f.state;
        let earlier = |parent: &Task| {
            let parts = open_children(state, parent).unwrap();
            parts
                .iter()
                .any(|part| part.merge_order.zip(task.merge_order).is_some_and(|(a, b)| a < b))
        };
        let waits_for_sibling = task.parent.as_ref().is_some_and(
            |id| matches!(state.task(id).unwrap(), Some(Found::Live(parent)) if earlier(&parent)),
        );
        !waits_for_sibling && open_children(state, task).unwrap().is_empty()
    }

    fn judge(&mut self, id: &str, mover: &Mover, fresh: Who, verb: JudgeVerb) -> bool {
        let judged = forward::judged(self, id, verb);
        match self.member(mover) {
            Some(member) if !member.is_gone => self.attempt(member.acting_as(fresh.2), judged),
            _ => self.attempt(fresh, judged),
        }
    }

    fn work(&mut self, task: &Task, mover: &Mover, who: Who) -> bool {
        let id = task.id.as_str();
        match task.status {
            Phase::Blocked => self.attempt(who, unblocked(id)),
            Phase::Review => {
                let own = forward::judged(self, id, JudgeVerb::SelfReview);
                self.attempt(who, own)
            }
            _ if mover.after.is_some() => self.attempt(who, released(id, WHY)),
            _ => {
                if !task.acceptance.is_empty() {
                    let runs = delivered::all_passed(&self.f, id);
                    self.attempt(who, runs);
                }
                let tip = self.fresh_tip();
                let handoff = delivered::handed_off(self.handoff(id, &tip));
                self.attempt(who, handoff) || self.attempt(who, stages::escalated(id, WHY))
            }
        }
    }
}
