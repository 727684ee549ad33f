//! One operation after the other, judged by the real `apply`; what a recorder would have written, and the ledger.

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::TaskId;
use lane_core::memory::Memory;
use lane_core::policy::Adopted;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Task;
use lane_core::time::Timestamp;
use lane_core::view::View as _;
use lane_model::history::Act;
use lane_model::history::Entry;
use lane_model::history::Operation;
use lane_model::history::Outcome;
use lane_model::history::ledger_of;
use proptest::prelude::*;

const COMMIT: &str = "0123456789012345678901234567890123456789";
/// The time between two operations' effects.
const BEAT: u64 = 100;

/// What becomes of an operation's process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It answers, and names its event.
    Named,
    /// It answers.
    Nameless,
    /// It is killed before it has an effect.
    KilledBefore,
    /// It is killed after.
    KilledAfter,
}

/// One operation to be tried.
#[derive(Clone, Debug)]
pub(crate) struct Try {
    holder: usize,
    act: Act,
    key: usize,
    fate: Fate,
    /// Whether all leases are over by now.
    late: bool,
    /// How long before its effect it was asked for, and how long after it was answered.
    lead: u64,
    lag: u64,
}

/// Operations whose times reach up to `jitter` around their effects.
pub(crate) fn tries(fates: &'static [Fate], jitter: u64) -> impl Strategy<Value = Vec<Try>> {
    const ACTS: [Act; 8] = [
        Act::Add,
        Act::Claim,
        Act::Release,
        Act::Reclaim,
        Act::Done,
        Act::Lock,
        Act::Unlock,
        Act::ReclaimLock,
    ];
    let weights = [1, 6, 3, 2, 1, 4, 2, 1];
    let acts: Vec<_> = weights.into_iter().zip(ACTS.map(Just)).collect();
    let acts = prop::strategy::Union::new_weighted(acts);
    let fates = prop::sample::select(fates);
    let parts = (
        0..4_usize,
        acts,
        0..2_usize,
        fates,
        prop::bool::weighted(0.2),
        0..=jitter,
        0..=jitter,
    );
    let one = parts.prop_map(|(holder, act, key, fate, late, lead, lag)| Try {
        holder,
        act,
        key,
        fate,
        late,
        lead,
        lag,
    });
    prop::collection::vec(one, 1..150)
}

/// What was recorded, and the ledger.
pub(crate) struct Run {
    pub(crate) history: Vec<Operation>,
    pub(crate) ledger: Vec<Entry>,
}

/// Two agents in two clones each: the same name elsewhere is another holder.
const HOLDERS: [(&str, &str); 4] = [("a", "c1"), ("b", "c1"), ("a", "c2"), ("b", "c2")];

struct Office {
    state: Memory,
    events: Vec<Event>,
    now_secs: i64,
}

pub(crate) fn run(tries: &[Try]) -> Run {
    let mut office = Office {
        state: Memory::genesis("r"),
        events: Vec::new(),
        now_secs: 1_800_000_000,
    };
    let policy = Box::new(Adopted::of(&Policy::default(), COMMIT));
    office
        .attempt(HOLDERS[0], Payload::PolicyAdopted { policy })
        .unwrap();
    let history = tries
        .iter()
        .zip(10..)
        .map(|(it, at)| office.record(it, at * BEAT))
        .collect();
    Run {
        history,
        ledger: ledger_of(&office.events),
    }
}

impl Office {
    fn attempt(&mut self, by: (&str, &str), what: Payload) -> Result<String, String> {
        let seq = self.events.len() as u64 + 1;
        let event = Event {
            id: format!("e{seq}"),
            seq,
            at: Timestamp::from_secs(self.now_secs),
            by: Agent::new(by.0).unwrap(),
            clone: CloneId::new(by.1).unwrap(),
            role: Role::Worker,
            rules: RULES,
            what,
        };
        match apply(&self.state, &event) {
            Ok(writes) => {
                writes.into_iter().for_each(|write| self.state.write(write));
                self.events.push(event.clone());
                Ok(event.id)
            }
            Err(Rejection::Refused(refusal)) => Err(refusal.ground.id.to_owned()),
            Err(Rejection::Unreadable(other)) => panic!("{other}"),
        }
    }

    fn record(&mut self, it: &Try, point: u64) -> Operation {
        self.now_secs += if it.late { 3 * 3600 } else { 60 };
        let (by, key) = (HOLDERS[it.holder], key(it));
        let killed = matches!(it.fate, Fate::KilledBefore | Fate::KilledAfter);
        let answer = (it.fate != Fate::KilledBefore).then(|| self.attempt(by, self.payload(it)));
        let named = it.fate == Fate::Named;
        let (outcome, event) = match answer {
            _ if killed => (Outcome::Unknown, None),
            Some(Ok(id)) => (Outcome::Ok, named.then_some(id)),
            Some(Err(ground)) => (Outcome::Refused { ground }, None),
            None => (Outcome::Unknown, None),
        };
        Operation {
            process: point,
            agent: by.0.to_owned(),
            clone: by.1.to_owned(),
            invoked: point - it.lead,
            returned: (!killed).then_some(point + it.lag),
            act: it.act,
            key,
            outcome,
            event,
        }
    }

    fn payload(&self, it: &Try) -> Payload {
        let task = TaskId::new(&format!("T-{}", it.key)).unwrap();
        match it.act {
            Act::Add => {
                let mut new = Task::new(task, "x", Timestamp::from_secs(self.now_secs));
                new.scope = vec![format!("t{}/**", it.key)];
                Payload::TaskAdded { task: Box::new(new) }
            }
            Act::Claim => Payload::TaskClaimed {
                task,
                lock: self.new_lock(),
            },
            Act::Release => Payload::TaskReleased {
                task,
                why: "x".to_owned(),
            },
            Act::Done => Payload::TaskDone {
                task,
                tip: COMMIT.to_owned(),
                landed: COMMIT.to_owned(),
                how: None,
                landing: None,
            },
            Act::Lock => Payload::LockGranted {
                lock: self.new_lock(),
                task: None,
                scope: vec![key(it)],
                mode: LockMode::Exclusive,
                objective: "x".to_owned(),
                lease: None,
            },
            Act::Reclaim => {
                let lock = self.lock_where(|lock| lock.task.as_ref() == Some(&task));
                Payload::LockReclaimed {
                    lock,
                    note: "x".to_owned(),
                }
            }
            Act::Unlock => Payload::LockReleased {
                lock: self.lock_on(it),
            },
            Act::ReclaimLock => Payload::LockReclaimed {
                lock: self.lock_on(it),
                note: "x".to_owned(),
            },
        }
    }

    fn new_lock(&self) -> LockId {
        LockId::new(&format!("L-{:04x}", self.events.len())).unwrap()
    }

    fn lock_on(&self, it: &Try) -> LockId {
        self.lock_where(|lock| lock.task.is_none() && lock.scope == [key(it)])
    }

    /// The first lock that is meant; one that is not there if none is.
    fn lock_where(&self, meant: impl Fn(&Lock) -> bool) -> LockId {
        let found = self.state.locks().unwrap().into_iter().find(meant);
        found.map_or_else(|| LockId::new("L-ffff").unwrap(), |lock| lock.id)
    }
}

fn key(it: &Try) -> String {
    if it.act.is_of_path() {
        format!("p{}/**", it.key)
    } else {
        format!("T-{}", it.key)
    }
}
