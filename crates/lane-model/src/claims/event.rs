//! An event of the model, in six bytes, and the event of the ledger that it stands for.

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::NameError;
use lane_core::id::TaskId;
use lane_core::policy::Adopted;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::time::Timestamp;

/// How much time one step of the clock is: more than the default lease and its grace.
const TICK_SECS: i64 = 3 * 3600;
const START_SECS: i64 = 1_800_000_000;
const COMMIT: &str = "0123456789012345678901234567890123456789";

/// The events that every ledger of the model begins with: the policy, and a task each.
pub(super) const SETUP: usize = 1 + SCOPES.len();

/// The scopes of the tasks: they overlap, so that holding one task keeps others from the other.
const SCOPES: [&str; 2] = ["a/**", "a/b/**"];

/// How many tasks there are.
pub(super) const TASKS: usize = SCOPES.len();

/// What an event says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    Claim,
    /// A claim made offline: the same event, marked for the properties only.
    ProvisionalClaim,
    Release,
    /// Of the lock that the claim with this id took.
    Reclaim(u8),
    Done,
}

/// One event. Its number is its place in the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ev {
    /// Unique; it stays when the event is decided again. Less than 32.
    pub(super) id: u8,
    pub(super) what: What,
    pub(super) task: u8,
    pub(super) by: u8,
    pub(super) clone: u8,
    /// The decider's clock, in steps.
    pub(super) at: u8,
}

impl Ev {
    /// The event itself, as number `seq` of the ledger.
    pub(super) fn event(self, seq: usize) -> Result<Event, NameError> {
        let task = task_id(self.task)?;
        let what = match self.what {
            What::Claim | What::ProvisionalClaim => Payload::TaskClaimed {
                task,
                lock: lock_id(self.id)?,
            },
            What::Release => Payload::TaskReleased {
                task,
                why: "not mine".to_owned(),
            },
            What::Reclaim(claim) => Payload::LockReclaimed {
                lock: lock_id(claim)?,
                note: "silent".to_owned(),
            },
            What::Done => Payload::TaskDone {
                task,
                tip: COMMIT.to_owned(),
                landed: COMMIT.to_owned(),
                how: None,
                landing: None,
            },
        };
        Ok(Event {
            id: format!("e{}", self.id),
            seq: seq as u64,
            at: Timestamp::from_secs(START_SECS + i64::from(self.at) * TICK_SECS),
            by: Agent::new(&format!("agent-{}", self.by))?,
            clone: CloneId::new(&format!("c{}", self.clone))?,
            role: Role::Worker,
            rules: RULES,
            what,
        })
    }
}

fn task_id(task: u8) -> Result<TaskId, NameError> {
    TaskId::new(&format!("T-{task}"))
}

fn lock_id(claim: u8) -> Result<LockId, NameError> {
    LockId::new(&format!("L-{claim:04x}"))
}

/// The events that every ledger of the model begins with.
pub(super) fn setup() -> Result<Vec<Event>, NameError> {
    let at = Timestamp::from_secs(START_SECS);
    let policy = Box::new(Adopted::of(&Policy::default(), COMMIT));
    let mut all = vec![Payload::PolicyAdopted { policy }];
    for (number, scope) in (0..).zip(SCOPES) {
        let mut task = Task::new(task_id(number)?, "a task", at);
        task.scope = vec![scope.to_owned()];
        all.push(Payload::TaskAdded { task: Box::new(task) });
    }
    let event = |(what, seq): (Payload, u64)| {
        Ok(Event {
            id: format!("s{seq}"),
            seq,
            at,
            by: Agent::new("maintainer")?,
            clone: CloneId::new("c0")?,
            role: Role::Maintainer,
            rules: RULES,
            what,
        })
    };
    all.into_iter().zip(1..).map(event).collect()
}
