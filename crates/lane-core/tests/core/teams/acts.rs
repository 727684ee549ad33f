//! What a team does by chance: work, failures, absences, and the choices of the orchestrator.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::Class;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::view::View as _;

use super::forward;
use super::team::Member;
use super::team::Team;
use crate::delivered;
use crate::fixture::Who;
use crate::fixture::blocked;
use crate::fixture::claimed;
use crate::fixture::done;
use crate::fixture::granted;
use crate::fixture::landed;
use crate::fixture::reclaimed;
use crate::fixture::released;
use crate::fixture::renewed;
use crate::fixture::signed;
use crate::fixture::unblocked;
use crate::fixture::widened;
use crate::places::PERSON;
use crate::stages;
use crate::stages::WHY;

impl Team {
    /// Somebody does something, or is never heard of again; time passes.
    pub(super) fn act_by_chance(&mut self) {
        let secs = match self.rng.u8(0..12) {
            0 => self.rng.i64(3_000..12_000),
            _ => self.rng.i64(0..900),
        };
        self.f.wait(secs);
        if self.changes_policy && self.one_in(20) {
            self.change_policy();
        }
        let here: Vec<usize> = (0..self.members.len())
            .filter(|n| !self.members[*n].is_gone)
            .collect();
        let Some(n) = self.rng.choice(here) else { return };
        if n > 2 && self.one_in(60) {
            self.members[n].is_gone = true;
            return;
        }
        let member = self.members[n].clone();
        self.sign_of_life(&member);
        if self.one_in(6) && self.end_what_is_late(&member) {
            return;
        }
        let role = member.roles[self.rng.usize(..member.roles.len())];
        let live = self.live();
        let Some(task) = self.a_task_for(role, &member, &live) else {
            return;
        };
        let who = member.acting_as(role);
        match role {
            Role::Worker => self.work_by_chance(who, &task),
            Role::Reviewer => self.judge_by_chance(who, &task, JudgeVerb::Approve, JudgeVerb::Return),
            Role::Tester => self.judge_by_chance(who, &task, JudgeVerb::Pass, JudgeVerb::Fail),
            Role::Integrator => self.land_by_chance(who, &task),
            Role::Orchestrator | Role::Maintainer => self.decide_by_chance(who, &task),
        };
    }

    /// Anybody may, whatever their duty.
    fn end_what_is_late(&mut self, member: &Member) -> bool {
        let live = self.live();
        let Some(task) = live.iter().find(|task| self.mover(task).late) else {
            return false;
        };
        let who = member.acting_as(member.roles[0]);
        let fence = task.claim.as_ref().map(|claim| claim.fence);
        let lock = self.f.locks().into_iter().find(|lock| Some(lock.fence) == fence);
        let what = match lock {
            Some(lock) if self.one_in(2) => reclaimed(lock.id.as_str(), WHY),
            _ => forward::ends(self, task),
        };
        self.attempt(who, what)
    }

    fn sign_of_life(&mut self, member: &Member) {
        let own = |lock: &lane_core::record::Lock| {
            lock.owner.as_str() == member.name && lock.clone.as_str() == member.clone
        };
        let locks: Vec<String> = self
            .f
            .locks()
            .iter()
            .filter(|lock| own(lock))
            .map(|lock| lock.id.to_string())
            .collect();
        for lock in locks {
            let seen = self.f.now();
            self.attempt(member.acting_as(Role::Worker), renewed(&lock, seen));
        }
    }

    /// Mostly one on which the role has something to do.
    fn a_task_for(&mut self, role: Role, member: &Member, live: &[Task]) -> Option<Task> {
        let is_own = |task: &&Task| {
            task.claim
                .as_ref()
                .is_some_and(|claim| claim.by.as_str() == member.name)
        };
        let fits = |task: &&Task| match role {
            Role::Worker => is_own(task) || task.claim.is_none(),
            Role::Reviewer => task.status == Phase::Review,
            Role::Tester => task.status == Phase::Testing,
            Role::Integrator => task.status == Phase::Queued,
            Role::Orchestrator | Role::Maintainer => {
                matches!(task.status, Phase::Escalated | Phase::Blocked | Phase::Todo)
                    || self.mover(task).late
            }
        };
        let meant: Vec<&Task> = live.iter().filter(fits).collect();
        let any = self.rng.choice(live).cloned();
        match self.rng.choice(meant) {
            Some(task) if self.rng.u8(0..8) > 0 => Some(task.clone()),
            _ => any,
        }
    }

    fn work_by_chance(&mut self, who: Who, task: &Task) -> bool {
        let id = task.id.as_str();
        let other = format!("T-{}", self.rng.usize(..self.tasks));
        match task.status {
            Phase::Todo | Phase::Blocked if task.claim.is_none() => match self.rng.u8(0..12) {
                0 => self.attempt(who, blocked(id, Some(&other), None)),
                1 => self.attempt(who, unblocked(id)),
                _ => self.attempt(who, claimed(id)),
            },
            Phase::Blocked => match self.rng.u8(0..8) {
                0 => self.attempt(who, blocked(id, None, Some(WHY))),
                1 => self.attempt(who, released(id, WHY)),
                2 => self.attempt(who, stages::escalated(id, WHY)),
                3 => {
                    let end = forward::ends(self, task);
                    self.attempt(who, end)
                }
                _ => self.attempt(who, unblocked(id)),
            },
            Phase::InProgress => self.go_on_by_chance(who, task, &other),
            _ => self.change_mind(who, task),
        }
    }

    fn go_on_by_chance(&mut self, who: Who, task: &Task, other: &str) -> bool {
        let id = task.id.as_str();
        match self.rng.u8(0..24) {
            0 => self.attempt(who, blocked(id, Some(other), None)),
            1 => self.attempt(who, blocked(id, None, Some(WHY))),
            2 | 3 => self.attempt(who, stages::retried(id, WHY)),
            4 => self.attempt(who, stages::escalated(id, WHY)),
            5 => self.attempt(who, released(id, WHY)),
            6 => {
                let lock = format!("W-{}", self.f.seq);
                let glob = format!("{}/more", ["ui", "core", "docs"][self.rng.usize(..3)]);
                self.attempt(who, widened(&lock, id, &[&glob]))
            }
            7 => {
                let lock = format!("O-{}", self.f.seq);
                let glob = format!("core/{}", self.rng.usize(..self.tasks));
                self.attempt(who, granted(&lock, &[&glob]))
            }
            8 => {
                let dependency = crate::fixture::task_id(other);
                let edit = self.f.edited(id, |t| t.depends_on = vec![dependency]);
                self.attempt(who, edit)
            }
            9 | 10 => {
                let fence = task.claim.as_ref().map(|claim| claim.fence);
                let lock = self.f.locks().into_iter().find(|lock| Some(lock.fence) == fence);
                let lock = lock.map_or("L-gone".to_owned(), |lock| lock.id.to_string());
                self.attempt(who, reclaimed(&lock, WHY))
            }
            11 => self.attempt(who, done(id)),
            _ => self.hand_off(who, task),
        }
    }

    /// What was handed off is handed off again, taken back, or judged by its author.
    fn change_mind(&mut self, who: Who, task: &Task) -> bool {
        let id = task.id.as_str();
        match self.rng.u8(0..16) {
            0 | 7 | 8 => self.attempt(who, delivered::resumed(id)),
            1 => self.attempt(who, released(id, WHY)),
            2 => self.attempt(who, stages::escalated(id, WHY)),
            3 | 4 => self.hand_off(who, task),
            5 => {
                let role = if task.status == Phase::Review {
                    Role::Reviewer
                } else {
                    Role::Tester
                };
                self.attempt(who.acting_as(role), forward::judged(self, id, JudgeVerb::Approve))
            }
            6 => self.attempt(who, done(id)),
            _ => {
                let own = forward::judged(self, id, JudgeVerb::SelfReview);
                self.attempt(who, own)
            }
        }
    }

    fn hand_off(&mut self, who: Who, task: &Task) -> bool {
        let id = task.id.as_str();
        if !task.acceptance.is_empty() {
            let runs = delivered::all_passed(&self.f, id);
            self.attempt(who, runs);
        }
        let tip = self.fresh_tip();
        let handoff = self.handoff(id, &tip);
        self.attempt(who, delivered::handed_off(handoff))
    }

    fn judge_by_chance(&mut self, who: Who, task: &Task, ready: JudgeVerb, against: JudgeVerb) -> bool {
        let id = task.id.as_str();
        let take = match ready {
            JudgeVerb::Approve => AssignVerb::Review,
            _ => AssignVerb::Test,
        };
        match self.rng.u8(0..16) {
            0..=2 => self.attempt(who, stages::assigned(id, take)),
            3 => self.attempt(who, stages::left(id)),
            4 => self.attempt(who, stages::escalated(id, WHY)),
            5..=8 => {
                let verdict = forward::judged(self, id, against);
                self.attempt(who, verdict)
            }
            9 => {
                let mut verdict = stages::verdict(ready, delivered::OTHER);
                verdict.class = Some(Class::DesignOnly);
                self.attempt(who, stages::judged_as(id, ready, verdict, None))
            }
            10 | 11 => self.mend(who, task, ready),
            _ => {
                let verdict = forward::judged(self, id, ready);
                self.attempt(who, verdict)
            }
        }
    }

    /// What is found is mended in the lane, and the verdict brings the evidence.
    fn mend(&mut self, who: Who, task: &Task, ready: JudgeVerb) -> bool {
        let id = task.id.as_str();
        let pipeline = self.f.state.policy().unwrap().pipeline;
        let to = match ready {
            JudgeVerb::Approve if pipeline.has(Stage::Testing) => Phase::Testing,
            _ => Phase::Queued,
        };
        let tip = self.fresh_tip();
        let evidence = Checkpoint {
            status: to,
            ..self.handoff(id, &tip)
        };
        let verdict = stages::verdict(ready, &tip);
        self.attempt(who, stages::judged_as(id, ready, verdict, Some(evidence)))
    }

    fn land_by_chance(&mut self, who: Who, task: &Task) -> bool {
        let id = task.id.as_str();
        match self.rng.u8(0..8) {
            0 | 1 => {
                let back = forward::judged(self, id, JudgeVerb::Return);
                self.attempt(who, back)
            }
            2 => self.attempt(who, stages::escalated(id, WHY)),
            3 => {
                let word = signed(&self.f, id);
                self.attempt(PERSON, word)
            }
            4 => self.attempt(who, done(id)),
            _ => {
                let landing = landed(&self.f, id);
                self.attempt(who, landing)
            }
        }
    }

    fn decide_by_chance(&mut self, who: Who, task: &Task) -> bool {
        let id = task.id.as_str();
        if task.claim.is_some() && self.one_in(8) {
            let what = match self.rng.u8(0..3) {
                0 => stages::abandoned(id, WHY),
                _ => stages::taken_over(&self.f, id, WHY),
            };
            return self.attempt(who, what);
        }
        let choice: Payload = match self.rng.u8(0..14) {
            0..=2 => stages::retried(id, WHY),
            3 | 4 => forward::judged(self, id, JudgeVerb::Return),
            5 | 6 => forward::settled(self, task),
            7 => stages::deprioritised(id, WHY),
            8 | 9 => stages::taken_over(&self.f, id, WHY),
            10 if self.one_in(3) => stages::abandoned(id, WHY),
            11 => released(id, WHY),
            12 => forward::ends(self, task),
            _ => unblocked(id),
        };
        self.attempt(who, choice)
    }
}
