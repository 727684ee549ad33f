//! A state in memory, built by legal events, and short words for events.

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::ground::Ground;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::memory::Memory;
use lane_core::policy::Adopted;
use lane_core::policy::MergeStyle;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Known;
use lane_core::record::Landing;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::time::Span;
use lane_core::time::Timestamp;
use lane_core::view::Found;
use lane_core::view::View as _;

/// Who acts: an agent's name, its clone, and its role.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who(pub(crate) &'static str, pub(crate) &'static str, pub(crate) Role);

pub(crate) const A: Who = Who("agent-a", "c1", Role::Worker);
pub(crate) const B: Who = Who("agent-b", "c2", Role::Worker);
/// The same name as [`A`] in another clone: another holder.
pub(crate) const A_ELSEWHERE: Who = Who("agent-a", "c2", Role::Worker);

impl Who {
    pub(crate) fn acting_as(self, role: Role) -> Self {
        Self(self.0, self.1, role)
    }
}

/// The default lease, in seconds.
pub(crate) const LEASE_SECS: i64 = 2 * 3600;
const START_SECS: i64 = 1_800_000_000;
const COMMIT: &str = "0123456789012345678901234567890123456789";

pub(crate) struct Fixture {
    pub(crate) state: Memory,
    pub(crate) seq: u64,
    now_secs: i64,
}

impl Fixture {
    /// After genesis: no policy yet.
    pub(crate) fn genesis() -> Self {
        Self {
            state: Memory::genesis("r1"),
            seq: 0,
            now_secs: START_SECS,
        }
    }

    /// With the default policy adopted.
    pub(crate) fn new() -> Self {
        Self::with_policy(|_| {})
    }

    pub(crate) fn with_policy(change: impl FnOnce(&mut Policy)) -> Self {
        let mut fixture = Self::genesis();
        fixture.adopt(change);
        fixture
    }

    /// Adopts the default policy with a change, where it is not adopted already.
    pub(crate) fn adopt(&mut self, change: impl FnOnce(&mut Policy)) {
        let mut policy = Policy::default();
        change(&mut policy);
        let policy = Box::new(Adopted::of(&policy, COMMIT));
        let now = self.state.policy().unwrap();
        if now.commit.is_empty() || !now.same_rules(&policy) {
            self.take(A, Payload::PolicyAdopted { policy });
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.now_secs)
    }

    pub(crate) fn wait(&mut self, secs: i64) -> &mut Self {
        self.now_secs += secs;
        self
    }

    /// The event that would come next.
    pub(crate) fn event(&self, who: Who, what: Payload) -> Event {
        Event {
            id: format!("e{}", self.seq + 1),
            seq: self.seq + 1,
            at: self.now(),
            by: Agent::new(who.0).unwrap(),
            clone: CloneId::new(who.1).unwrap(),
            role: who.2,
            rules: RULES,
            what,
        }
    }

    /// Applies the next event, or says why not. Only an accepted event moves the ledger on.
    pub(crate) fn attempt(&mut self, who: Who, what: Payload) -> Result<(), Rejection> {
        let writes = apply(&self.state, &self.event(who, what))?;
        self.seq += 1;
        writes.into_iter().for_each(|w| self.state.write(w));
        Ok(())
    }

    /// Applies an event that must be legal.
    pub(crate) fn take(&mut self, who: Who, what: Payload) -> &mut Self {
        let kind = what.kind();
        self.attempt(who, what).unwrap_or_else(|e| panic!("{kind}: {e}"));
        self
    }

    /// The refusal of an event that must be refused.
    pub(crate) fn refusal(&self, who: Who, what: Payload) -> Refusal {
        let kind = what.kind();
        match apply(&self.state, &self.event(who, what)) {
            Err(Rejection::Refused(refusal)) => *refusal,
            other => panic!("{kind} was not refused: {other:?}"),
        }
    }

    /// Checks that an event is refused on this ground.
    #[track_caller]
    pub(crate) fn refuses(&self, who: Who, what: Payload, ground: &'static Ground) -> Refusal {
        let refusal = self.refusal(who, what);
        assert_eq!(refusal.ground.id, ground.id, "{}", refusal.what);
        refusal
    }

    /// Adds a task with this scope.
    pub(crate) fn add(&mut self, id: &str, scope: &[&str]) -> &mut Self {
        let task = self.task_with(id, |t| t.scope = texts(scope));
        self.take(A, added(task))
    }

    /// A new task, for an `added` at this moment.
    pub(crate) fn task_with(&self, id: &str, change: impl FnOnce(&mut Task)) -> Task {
        let mut task = Task::new(task_id(id), "a title", self.now());
        change(&mut task);
        task
    }

    /// A live task as it stands.
    pub(crate) fn live(&self, id: &str) -> Task {
        match self.state.task(&task_id(id)) {
            Ok(Some(Found::Live(task))) => *task,
            other => panic!("{id} is not live: {other:?}"),
        }
    }

    /// A task, live or archived.
    pub(crate) fn any(&self, id: &str) -> Task {
        self.state.task(&task_id(id)).unwrap().unwrap().into_task()
    }

    /// Edits a live task.
    pub(crate) fn edit(&mut self, id: &str, change: impl FnOnce(&mut Task)) -> &mut Self {
        let edited = self.edited(id, change);
        self.take(A, edited)
    }

    pub(crate) fn edited(&self, id: &str, change: impl FnOnce(&mut Task)) -> Payload {
        let mut task = self.live(id);
        change(&mut task);
        Payload::TaskEdited { task: Box::new(task) }
    }

    pub(crate) fn locks(&self) -> Vec<Lock> {
        self.state.locks().unwrap()
    }

    pub(crate) fn lock(&self, id: &str) -> Option<Lock> {
        self.locks().into_iter().find(|lock| lock.id.as_str() == id)
    }

    /// Adds a task, claims it by [`A`] and lands it.
    pub(crate) fn archived(&mut self, id: &str) -> &mut Self {
        self.add(id, &[]).take(A, claimed(id)).take(A, done(id))
    }
}

pub(crate) fn task_id(id: &str) -> TaskId {
    TaskId::new(id).unwrap()
}

pub(crate) fn lock_id(id: &str) -> LockId {
    LockId::new(id).unwrap()
}

pub(crate) fn texts(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

pub(crate) fn added(task: Task) -> Payload {
    Payload::TaskAdded { task: Box::new(task) }
}

/// A claim whose lock is `L-` and the task's id.
pub(crate) fn claimed(id: &str) -> Payload {
    Payload::TaskClaimed {
        task: task_id(id),
        lock: lock_id(&format!("L-{id}")),
    }
}

pub(crate) fn released(id: &str, why: &str) -> Payload {
    Payload::TaskReleased {
        task: task_id(id),
        why: why.to_owned(),
    }
}

pub(crate) fn blocked(id: &str, on: Option<&str>, why: Option<&str>) -> Payload {
    Payload::TaskBlocked {
        task: task_id(id),
        on: on.map(task_id),
        why: why.map(str::to_owned),
    }
}

pub(crate) fn unblocked(id: &str) -> Payload {
    Payload::TaskUnblocked { task: task_id(id) }
}

pub(crate) fn done(id: &str) -> Payload {
    Payload::TaskDone {
        task: task_id(id),
        tip: COMMIT.to_owned(),
        landed: COMMIT.to_owned(),
        how: None,
        landing: None,
    }
}

/// A landing of ours, of what is handed off.
pub(crate) fn landed(f: &Fixture, id: &str) -> Payload {
    let task = f.any(id);
    let tip = super::stages::handoff_of(f, id).map_or_else(|| COMMIT.to_owned(), |handoff| handoff.tip);
    Payload::TaskDone {
        task: task.id,
        tip,
        landed: COMMIT.to_owned(),
        how: Some(Known::Landed),
        landing: Some(Box::new(Landing {
            fence: task.claim.map_or(0, |claim| claim.fence),
            base: COMMIT.to_owned(),
            tree: COMMIT.to_owned(),
            merge: MergeStyle::NoFf,
            gate: std::collections::BTreeMap::new(),
        })),
    }
}

/// A person's word for what is handed off.
pub(crate) fn signed(f: &Fixture, id: &str) -> Payload {
    let tip = super::stages::handoff_of(f, id).map_or_else(|| COMMIT.to_owned(), |handoff| handoff.tip);
    Payload::TaskSigned {
        task: task_id(id),
        tip,
    }
}

/// A lock of its own, exclusive.
pub(crate) fn granted(lock: &str, scope: &[&str]) -> Payload {
    grant(lock, None, scope, LockMode::Exclusive, None)
}

pub(crate) fn shared(lock: &str, scope: &[&str]) -> Payload {
    grant(lock, None, scope, LockMode::Shared, None)
}

/// A lock that widens a lane.
pub(crate) fn widened(lock: &str, task: &str, scope: &[&str]) -> Payload {
    grant(lock, Some(task), scope, LockMode::Exclusive, None)
}

pub(crate) fn grant(
    lock: &str,
    task: Option<&str>,
    scope: &[&str],
    mode: LockMode,
    lease_secs: Option<i64>,
) -> Payload {
    Payload::LockGranted {
        lock: lock_id(lock),
        task: task.map(task_id),
        scope: texts(scope),
        mode,
        objective: "an objective".to_owned(),
        lease: lease_secs.map(Span::from_secs),
    }
}

pub(crate) fn unlocked(lock: &str) -> Payload {
    Payload::LockReleased { lock: lock_id(lock) }
}

pub(crate) fn renewed(lock: &str, seen: Timestamp) -> Payload {
    Payload::LockRenewed {
        locks: vec![lock_id(lock)],
        seen,
    }
}

pub(crate) fn reclaimed(lock: &str, note: &str) -> Payload {
    Payload::LockReclaimed {
        lock: lock_id(lock),
        note: note.to_owned(),
    }
}
