//! A team, its policy and its tasks, all by one seed.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use fastrand::Rng;
use lane_core::apply::apply;
use lane_core::event::Payload;
use lane_core::id::AreaName;
use lane_core::id::TaskId;
use lane_core::policy::Area;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::Kind;
use lane_core::record::Phase;
use lane_core::record::Priority;
use lane_core::record::Risk;
use lane_core::record::Task;
use lane_core::time::Span;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_core::whose_move::Turns;

use super::checks;
use crate::chance;
use crate::delivered;
use crate::fixture::Fixture;
use crate::fixture::Who;
use crate::fixture::added;
use crate::fixture::task_id;
use crate::fixture::texts;

/// Those who come when a team needs somebody who has nothing to do with its tasks yet.
pub(super) const BOSS: Who = Who("o-fresh", "cf", Role::Orchestrator);
pub(super) const WORKER: Who = Who("w-fresh", "cf", Role::Worker);
pub(super) const REVIEWER: Who = Who("r-fresh", "cf", Role::Reviewer);
pub(super) const TESTER: Who = Who("t-fresh", "cf", Role::Tester);
pub(super) const INTEGRATOR: Who = Who("i-fresh", "cf", Role::Integrator);

const AREAS: [&str; 3] = ["ui", "core", "docs"];
const STAGES: [&str; 3] = ["self-review", "review", "testing"];

/// Somebody of the team: a name, a clone, and the duties that it has.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) name: &'static str,
    pub(super) clone: &'static str,
    pub(super) roles: Vec<Role>,
    /// Whether it will never be heard of again.
    pub(super) is_gone: bool,
}

impl Member {
    pub(super) fn acting_as(&self, role: Role) -> Who {
        Who(self.name, self.clone, role)
    }
}

pub(super) struct Team {
    pub(super) f: Fixture,
    pub(super) rng: Rng,
    pub(super) members: Vec<Member>,
    pub(super) tasks: usize,
    /// Whether the policy changes on the way: then what counted once need not count later.
    pub(super) changes_policy: bool,
    /// What happened, a line an event.
    pub(super) story: Rc<RefCell<Vec<String>>>,
    /// The rows of the table that were gone.
    pub(super) taken: BTreeSet<(&'static str, &'static str)>,
    /// What moved since it was last asked, and which task that was about.
    pub(super) moved: Option<Option<TaskId>>,
    tips: u64,
}

impl Team {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let (agents, tasks) = match seed / 1_000 {
            0 => (rng.usize(3..=5), rng.usize(3..=5)),
            1 => (rng.usize(5..=12), rng.usize(4..=8)),
            _ => (rng.usize(12..=30), rng.usize(8..=14)),
        };
        let members = (0..agents).map(|n| member(n, agents, &mut rng)).collect();
        let policy = a_policy(&mut rng);
        let mut team = Self {
            f: Fixture::with_policy(|p| *p = policy),
            changes_policy: rng.u8(0..5) == 0,
            rng,
            members,
            tasks,
            story: Rc::default(),
            taken: BTreeSet::new(),
            moved: None,
            tips: 0,
        };
        for n in 0..tasks {
            let task = team.new_task(n);
            assert!(team.attempt(BOSS, added(task)), "task {n}");
        }
        team
    }

    pub(super) fn wild_steps(&self) -> usize {
        self.tasks * 12
    }

    /// One in `n`.
    pub(super) fn one_in(&mut self, n: u32) -> bool {
        self.rng.u32(0..n) == 0
    }

    /// Some are parts of one before them, in an order; some depend on one before them.
    fn new_task(&mut self, n: usize) -> Task {
        let mut task = self.f.task_with(&format!("T-{n}"), |_| {});
        let rng = &mut self.rng;
        let area = AREAS[rng.usize(..AREAS.len())];
        if rng.u8(0..3) > 0 {
            task.area = AreaName::new(area).ok();
        }
        task.scope = match rng.u8(0..8) {
            0 => Vec::new(),
            1 => texts(&[&format!("{area}/shared")]),
            2 => texts(&[&format!("{area}/{n}"), &format!("{area}/shared/x")]),
            _ => texts(&[&format!("{area}/{n}")]),
        };
        let kinds = [Kind::Feature, Kind::Defect, Kind::Docs, Kind::Chore];
        task.kind = kinds[rng.usize(..kinds.len())];
        task.risk = (rng.u8(0..6) == 0).then_some(Risk::High);
        task.priority = [Priority::High, Priority::Medium, Priority::Low][rng.usize(..3)];
        if n > 0 && rng.u8(0..3) == 0 {
            task.parent = Some(task_id(&format!("T-{}", rng.usize(..n))));
            task.merge_order = (rng.u8(0..3) > 0).then(|| rng.u32(1..4));
        } else if n > 0 && rng.u8(0..4) == 0 {
            task.depends_on = vec![task_id(&format!("T-{}", rng.usize(..n)))];
        }
        if rng.u8(0..4) == 0 {
            delivered::three_criteria(&mut task);
        }
        task
    }

    pub(super) fn live(&self) -> Vec<Task> {
        self.f.state.live().cloned().collect()
    }

    /// Whose move a live task is.
    pub(super) fn mover(&self, task: &Task) -> Mover {
        let turns = Turns::new(&self.f.state, self.f.now()).unwrap();
        turns
            .of(task)
            .unwrap()
            .unwrap_or_else(|| panic!("nobody's: {task:?}"))
    }

    /// The member who holds or judges a task.
    pub(super) fn member(&self, mover: &Mover) -> Option<Member> {
        let name = mover.agent.as_ref()?.as_str();
        let fresh = [BOSS, WORKER, REVIEWER, TESTER, INTEGRATOR].into_iter();
        let fresh = fresh.map(|who| Member {
            name: who.0,
            clone: who.1,
            roles: vec![who.2],
            is_gone: false,
        });
        self.members.iter().cloned().chain(fresh).find(|m| m.name == name)
    }

    /// A commit that was never there before.
    pub(super) fn fresh_tip(&mut self) -> String {
        self.tips += 1;
        format!("{:040x}", self.tips)
    }

    /// The handoff of a commit, of a task on which every check has run.
    pub(super) fn handoff(&self, id: &str, tip: &str) -> Checkpoint {
        Checkpoint {
            tip: tip.to_owned(),
            commits: vec![tip.to_owned()],
            ..delivered::handoff(&self.f, id)
        }
    }

    /// The event, if it is legal: all that must hold of a step is asked.
    pub(super) fn attempt(&mut self, who: Who, what: Payload) -> bool {
        let event = self.f.event(who, what);
        checks::can_agrees(&self.f.state, &event);
        let Ok(writes) = apply(&self.f.state, &event) else {
            return false;
        };
        let id = self.about(&event.what);
        let before = id.as_ref().and_then(|id| self.f.state.task(id).unwrap());
        let before = before.map(lane_core::view::Found::into_task);
        let seats = checks::Seats::of(&self.f.state);
        self.f.seq = event.seq;
        writes.into_iter().for_each(|write| self.f.state.write(write));
        let name = id.clone().map_or_else(String::new, |id| id.to_string());
        let after = id.as_ref().map(|id| self.f.any(id.as_str()));
        let phase = after.as_ref().map_or("", |task| task.status.name());
        self.story.borrow_mut().push(format!(
            "{} {} {name} {phase} by {} as {}",
            event.seq,
            event.what.kind(),
            who.0,
            who.2
        ));
        if !matches!(event.what, Payload::LockRenewed { .. }) {
            self.moved = Some(id);
        }
        if let (Some(verb), Some(before)) = (chance::verb_of(&event.what), &before) {
            self.taken.insert((before.status.name(), verb.name()));
        }
        if let (Payload::LockReclaimed { .. }, Some(before)) = (&event.what, &before) {
            self.taken.insert((before.status.name(), "reclaim"));
        }
        let was_queued = before.as_ref().is_some_and(|task| task.status == Phase::Queued);
        let comes_back = was_queued && matches!(event.what, Payload::TaskJudged { .. });
        if let (Some(before), Some(after)) = (before, after) {
            checks::step(self, &event, &before, &after);
        }
        checks::seats(self, &seats, comes_back);
        true
    }

    /// The task that an event is about; a reclaim names a lock.
    fn about(&self, what: &Payload) -> Option<TaskId> {
        match what {
            Payload::LockReclaimed { lock, .. } => self.f.lock(lock.as_str())?.task,
            other => other.task().cloned(),
        }
    }

    /// Another policy, from now on; who has which duty stays.
    pub(super) fn change_policy(&mut self) {
        let roles = self.f.state.policy().unwrap().roles;
        let policy = a_policy(&mut self.rng);
        self.f.adopt(|p| *p = Policy { roles, ..policy });
    }
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

/// Each duty is somebody's; the smaller the team, the more duties each has.
fn member(n: usize, agents: usize, rng: &mut Rng) -> Member {
    let (letter, roles) = match n {
        0 => ("o", vec![Role::Orchestrator, Role::Integrator]),
        1 => ("w", vec![Role::Worker]),
        2 if agents < 5 => ("r", vec![Role::Reviewer, Role::Tester]),
        2 => ("r", vec![Role::Reviewer]),
        3 => ("t", vec![Role::Tester, Role::Integrator]),
        _ => match rng.u8(0..10) {
            0..=4 => ("w", vec![Role::Worker]),
            5 => ("w", vec![Role::Worker, Role::Reviewer]),
            6 | 7 => ("r", vec![Role::Reviewer]),
            _ => ("t", vec![Role::Tester]),
        },
    };
    Member {
        name: leaked(format!("{letter}-{n}")),
        clone: leaked(format!("c{}", n % 4)),
        roles,
        is_gone: false,
    }
}

fn a_policy(rng: &mut Rng) -> Policy {
    let mut policy = Policy::default();
    // The rules of common paths have tests of their own, and comparing globs takes most of the time.
    policy.lanes.common_paths.clear();
    let on = STAGES.into_iter().filter(|_| rng.u8(0..3) > 0);
    policy.pipeline.stages = texts(&on.collect::<Vec<_>>());
    policy.pipeline.retries = rng.u32(0..=3);
    policy.pipeline.own_approval = rng.u8(0..4) == 0;
    policy.capacity.total = rng.u32(1..=8);
    policy.landing.sign_off = rng.u8(0..4) == 0;
    let mut limit = || (rng.u8(0..3) == 0).then(|| Span::from_secs(rng.i64(300..7_200)));
    policy.limits.worker = limit();
    policy.limits.reviewer = limit();
    policy.limits.tester = limit();
    for name in AREAS {
        let area = Area {
            owns: texts(&[name]),
            lanes: (rng.u8(0..3) == 0).then(|| rng.u32(1..=3)),
            ..Area::default()
        };
        policy.area.insert(AreaName::new(name).unwrap(), area);
    }
    if rng.u8(0..3) == 0 {
        policy.roles.insert(Role::Orchestrator, texts(&["o-*"]));
        policy.roles.insert(Role::Worker, texts(&["w-*"]));
        policy.roles.insert(Role::Reviewer, texts(&["r-*", "w-*"]));
    }
    policy
}
