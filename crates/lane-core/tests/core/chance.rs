//! Random histories: three agents in two clones, six tasks, scopes that overlap, time that jumps.

mod of_stages;

use lane_core::event::Payload;
use lane_core::id::AreaName;
use lane_core::id::CheckpointId;
use lane_core::id::LockId;
use lane_core::id::OverrideId;
use lane_core::moves;
use lane_core::moves::Verb;
use lane_core::policy::Area;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::Lane;
use lane_core::view::View as _;
use proptest::prelude::*;

use super::delivered;
use super::fixture::A;
use super::fixture::Fixture;
use super::fixture::Who;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::done;
use super::fixture::grant;
use super::fixture::lock_id;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::renewed;
use super::fixture::task_id;
use super::fixture::texts;
use super::fixture::unblocked;
use super::fixture::unlocked;

pub(crate) const AGENTS: [&str; 3] = ["agent-a", "agent-b", "person:c@d"];
pub(crate) const CLONES: [&str; 2] = ["c1", "c2"];
const TASKS: [&str; 7] = ["T-0", "T-1", "T-2", "T-3", "T-4", "T-5", "t-5"];
/// The last ones hold what a terminal must never see.
const SCOPES: [&[&str]; 14] = [
    &[],
    &["src/a"],
    &["src/[ab]"],
    &["src/*/x", "CHANGELOG.md"],
    &["docs", "src/b/y"],
    &["{ui,docs}/**"],
    &["ui/x"],
    &["**/Cargo.lock"],
    &["lib/hot"],
    &["lib"],
    &["SRC/B"],
    &["lib/\u{1b}[2J", "ui/\u{202e}"],
    &["a["],
    &["?*/x"],
];
/// Paths to try by hand whether two locks meet.
pub(crate) const PATHS: [&str; 16] = [
    "src/a",
    "src/a/x",
    "src/b",
    "src/b/x",
    "src/b/y",
    "src/c/x",
    "docs",
    "docs/x",
    "ui/x",
    "ui/y",
    "lib/hot",
    "lib/cold",
    "CHANGELOG.md",
    "src/a/Cargo.lock",
    "ui/Cargo.lock",
    "x",
];
const WORDS: [&str; 6] = [
    "fine",
    "",
    "two\nlines",
    "\u{1b}[2J\u{202e}",
    "`$(x)` 'q' \"d\"",
    "[event]",
];
/// The first stands for the one that the verb implies.
const ROLES: [Role; 4] = [Role::Worker, Role::Orchestrator, Role::Maintainer, Role::Reviewer];

/// Numbers that become an event by the state that they meet.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    kind: usize,
    who: (usize, usize),
    role: usize,
    task: usize,
    other: usize,
    scope: usize,
    words: usize,
    wait_secs: i64,
    /// Whether the holder of something acts on it: else hardly any lane would be given back or landed.
    is_holder: bool,
}

pub(crate) fn history() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 40..70)
}

fn step() -> impl Strategy<Value = Step> {
    let wait_secs =
        prop_oneof![6 => 0..1800i64, 2 => 3000..9000i64, 1 => -600..0i64, 1 => 90_000..100_000i64];
    let who = (0..AGENTS.len(), 0..CLONES.len());
    // Mostly plain words and the implied role: else nearly everything would be refused for its form.
    let words = prop_oneof![8 => Just(0), 2 => 0..WORDS.len()];
    let role = prop_oneof![6 => Just(0), 2 => 0..ROLES.len()];
    let (task, other, scope) = (0..TASKS.len(), 0..TASKS.len(), 0..SCOPES.len());
    (
        // Now and then what leads to a handoff, and then what happens to it.
        prop_oneof![6 => 0..38usize, 4 => 38..56usize, 2 => 29..35usize],
        who,
        role,
        task,
        other,
        scope,
        (words, wait_secs, any::<bool>()),
    )
        .prop_map(
            |(kind, who, role, task, other, scope, (words, wait_secs, is_holder))| Step {
                kind,
                who,
                role,
                task,
                other,
                scope,
                words,
                wait_secs,
                is_holder,
            },
        )
}

/// A small pool, two areas of which one takes a single lane, a hotspot, and everybody may override.
pub(crate) fn policy(policy: &mut Policy) {
    let area = |owns: &[&str], lanes| Area {
        owns: texts(owns),
        lanes,
        ..Area::default()
    };
    policy.capacity.total = 3;
    policy.lanes.hotspots = texts(&["lib/hot"]);
    policy.overrides.by = texts(&["*"]);
    policy
        .area
        .insert(AreaName::new("ui").unwrap(), area(&["ui"], Some(1)));
    policy
        .area
        .insert(AreaName::new("core").unwrap(), area(&["src", "lib"], Some(2)));
}

/// With the policy and some tasks, so that a history has something to begin with.
pub(crate) fn ground_floor() -> Fixture {
    let mut f = Fixture::with_policy(policy);
    f.add("T-0", &["src/a"]).add("T-1", &["src/*/x"]).add("T-2", &[]);
    f.edit("T-2", delivered::three_criteria);
    let ui = f.task_with("T-3", |t| {
        t.area = Some(AreaName::new("ui").unwrap());
        t.scope = texts(&["ui"]);
    });
    f.take(A, added(ui));
    f
}

impl Step {
    pub(crate) fn wait_secs(&self) -> i64 {
        self.wait_secs
    }

    pub(crate) fn who(&self, f: &Fixture) -> Who {
        let role = match (self.role, verb_of(&self.payload(f))) {
            (0, Some(verb)) => moves::implied_role_from(self.phase(f), verb),
            (role, _) => ROLES[role],
        };
        let stranger = Who(AGENTS[self.who.0], CLONES[self.who.1], role);
        // Only who is at it can leave it.
        let sitting = match self.payload(f) {
            Payload::TaskLeft { task } => {
                let found = f.state.task(&task).unwrap().map(Found::into_task);
                found.and_then(|task| task.assigned)
            }
            _ => None,
        };
        let (role, sitting) = match sitting {
            Some(sitting) => (sitting.role, Some((sitting.by, sitting.clone))),
            None => (role, None),
        };
        let stranger = Who(stranger.0, stranger.1, role);
        let lane = self.own_lane(f).map(|l| (l.by, l.clone));
        let lock = self.own_lock(f).map(|l| (l.owner, l.clone));
        let Some((by, clone)) = sitting.or(lane).or(lock) else {
            return stranger;
        };
        let agent = AGENTS.into_iter().find(|a| *a == by.as_str()).unwrap();
        let clone = CLONES.into_iter().find(|c| *c == clone.as_str()).unwrap();
        Who(agent, clone, stranger.2)
    }

    /// The lane that its holder acts on, for the kinds that a holder does.
    fn own_lane(&self, f: &Fixture) -> Option<Lane> {
        let lanes = f.state.lanes().unwrap();
        let acts = self.is_holder
            && ((5..=10).contains(&self.kind) || (28..=36).contains(&self.kind) || self.kind == 55);
        lanes
            .get(self.other % lanes.len().max(1))
            .filter(|_| acts)
            .cloned()
    }

    fn phase(&self, f: &Fixture) -> Phase {
        let payload = self.payload(f);
        let found = payload.task().and_then(|id| f.state.task(id).unwrap());
        found.map_or(Phase::Todo, |found| found.into_task().status)
    }

    fn own_lock(&self, f: &Fixture) -> Option<Lock> {
        let locks = f.locks();
        let acts = self.is_holder && (21..=23).contains(&self.kind);
        locks
            .get(self.other % locks.len().max(1))
            .filter(|_| acts)
            .cloned()
    }

    /// The event that the numbers mean here.
    pub(crate) fn payload(&self, f: &Fixture) -> Payload {
        let lane = self.own_lane(f).or_else(|| self.some_lane(f));
        let id = lane.as_ref().map_or(TASKS[self.task], |l| l.task.as_str());
        let words = WORDS[self.words];
        match self.kind {
            0..=4 => self.claim(f),
            5 => released(id, words),
            6 => blocked(id, Some(TASKS[self.other]), None),
            7 => blocked(id, None, Some(words)),
            8 | 9 => unblocked(id),
            10 => done(id),
            11..=13 => added(self.new_task(f)),
            14 | 15 => self.edit(f),
            16..=20 => self.lock(f),
            21 => unlocked(&self.some_lock(f)),
            22 | 23 => renewed(&self.some_lock(f), self.seen(f)),
            24..=26 => reclaimed(&self.some_lock(f), words),
            27 => self.exception(f),
            28 => delivered::checkpointed(self.checkpoint(f, id)),
            29..=31 => self.checked(f, id),
            32..=34 => delivered::handed_off(self.handoff(f, id)),
            35 | 36 => delivered::resumed(id),
            37 => delivered::noted(id, &format!("@agent-b {words}")),
            _ => self.of_stage(f, id, words),
        }
    }

    /// A task as the state has it, or would have it new.
    fn task(&self, f: &Fixture, id: &str) -> Task {
        let found = f.state.task(&task_id(id)).unwrap();
        found.map_or_else(|| self.new_task(f), Found::into_task)
    }

    fn checkpoint(&self, f: &Fixture, id: &str) -> Checkpoint {
        let mut next = if f.state.task(&task_id(id)).unwrap().is_some() {
            delivered::checkpoint(f, id)
        } else {
            let (tip, tree) = (delivered::TIP.to_owned(), delivered::TREE.to_owned());
            Checkpoint::plain(
                task_id(id),
                CheckpointId::nth(1),
                id.to_owned(),
                Phase::Review,
                tip,
                tree,
            )
        };
        next.done = texts(&[WORDS[self.words]]);
        if self.scope == 13 {
            next.checkpoint = CheckpointId::nth(7);
        }
        next
    }

    /// True of the state, but for what `checkpoint` makes up.
    fn handoff(&self, f: &Fixture, id: &str) -> Checkpoint {
        if f.state.task(&task_id(id)).unwrap().is_none() {
            return self.checkpoint(f, id);
        }
        let evidence = delivered::handoff(f, id);
        let said = self.checkpoint(f, id);
        Checkpoint {
            checkpoint: said.checkpoint,
            done: said.done,
            ..evidence
        }
    }

    /// Runs that mostly pass, on one of two trees.
    fn checked(&self, f: &Fixture, id: &str) -> Payload {
        let mut results = delivered::results_of(&self.task(f, id), |check| {
            if self.scope < 10 {
                delivered::passed(check)
            } else {
                delivered::failed(check, &self.scope.to_string())
            }
        });
        if self.other == 6 {
            results
                .values_mut()
                .for_each(|run| delivered::OTHER.clone_into(&mut run.tree));
        }
        Payload::TaskChecked {
            task: task_id(id),
            tip: delivered::TIP.to_owned(),
            remedy: (self.words > 0).then(|| WORDS[self.words].to_owned()),
            results,
            before: std::collections::BTreeMap::new(),
        }
    }

    fn claim(&self, f: &Fixture) -> Payload {
        Payload::TaskClaimed {
            task: task_id(TASKS[self.task]),
            lock: self.fresh_lock(f),
        }
    }

    fn fresh_lock(&self, f: &Fixture) -> LockId {
        lock_id(&format!("L-{}", f.seq))
    }

    /// A lock by chance, or one that is not there.
    fn some_lock(&self, f: &Fixture) -> String {
        let locks = f.locks();
        let by_chance = || locks.get(self.other % (locks.len() + 1)).cloned();
        self.own_lock(f)
            .or_else(by_chance)
            .map_or("L-gone".to_owned(), |lock| lock.id.to_string())
    }

    fn seen(&self, f: &Fixture) -> Timestamp {
        Timestamp::from_secs(f.now().secs() + 1 - i64::try_from(self.scope).unwrap())
    }

    fn new_task(&self, f: &Fixture) -> Task {
        f.task_with(TASKS[self.task], |t| self.change(t))
    }

    fn edit(&self, f: &Fixture) -> Payload {
        let found = f.state.task(&task_id(TASKS[self.task])).unwrap();
        let mut task = found.map_or_else(|| self.new_task(f), Found::into_task);
        self.change(&mut task);
        Payload::TaskEdited { task: Box::new(task) }
    }

    fn change(&self, task: &mut Task) {
        task.scope = texts(SCOPES[self.scope]);
        task.title = format!("title {}", WORDS[self.words]);
        task.notes = Some("\u{1b}[2J\n[event]\n".to_owned());
        let area = ["ui", "core", "nowhere", "", "", ""][self.other % 6];
        task.area = AreaName::new(area).ok();
        if self.scope.is_multiple_of(2) {
            delivered::three_criteria(task);
        }
        if self.kind.is_multiple_of(2) {
            task.depends_on = vec![task_id(TASKS[self.other])];
        }
    }

    fn lock(&self, f: &Fixture) -> Payload {
        let widens = (self.kind < 19).then_some(TASKS[self.task]);
        let mode = if self.other.is_multiple_of(3) {
            LockMode::Shared
        } else {
            LockMode::Exclusive
        };
        let lease_secs = (self.other > 4).then_some(300);
        let id = self.fresh_lock(f).to_string();
        grant(&id, widens, SCOPES[self.scope], mode, lease_secs)
    }

    fn exception(&self, f: &Fixture) -> Payload {
        Payload::OverrideGranted {
            id: OverrideId::new(&format!("O-{}", f.seq)).unwrap(),
            path: SCOPES[self.scope].first().copied().unwrap_or_default().to_owned(),
            why: WORDS[self.words].to_owned(),
            task: (self.other > 2).then(|| task_id(TASKS[self.task])),
        }
    }
}

/// The verb whose row the payload asks for, if it is a transition.
pub(crate) fn verb_of(what: &Payload) -> Option<Verb> {
    match what {
        Payload::TaskClaimed { .. } => Some(Verb::Claim),
        Payload::TaskReleased { .. } => Some(Verb::Release),
        Payload::TaskBlocked { .. } => Some(Verb::Block),
        Payload::TaskUnblocked { .. } => Some(Verb::Unblock),
        Payload::TaskDone { landing: Some(_), .. } => Some(Verb::Land),
        Payload::TaskDone { .. } => Some(Verb::Done),
        Payload::TaskSigned { .. } => Some(Verb::Sign),
        Payload::TaskHandedOff { .. } => Some(Verb::Handoff),
        Payload::TaskResumed { .. } => Some(Verb::Resume),
        Payload::TaskAssigned { verb, .. } => Some(verb.verb()),
        Payload::TaskLeft { .. } => Some(Verb::Leave),
        Payload::TaskJudged { verb, .. } => Some(verb.verb()),
        Payload::TaskRetried { .. } => Some(Verb::Retry),
        Payload::TaskEscalated { .. } => Some(Verb::Escalate),
        Payload::TaskRescoped { .. } => Some(Verb::Rescope),
        Payload::TaskDeprioritised { .. } => Some(Verb::Deprioritise),
        Payload::TaskTakenOver { .. } => Some(Verb::TakeOver),
        Payload::TaskAbandoned { .. } => Some(Verb::Abandon),
        _ => None,
    }
}
