//! The witness check: the ledger's own order must explain what everybody was told, and respect real time.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use thiserror::Error;

use super::ledger::Entry;
use super::operation::Act;
use super::operation::Operation;
use super::operation::Outcome;
use super::register::Holding;
use super::register::Reason;

/// What the ledger showed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Witness {
    /// Acknowledged operations that were found in the ledger, by their event's id or by what they did.
    pub acknowledged: usize,
    /// Of these, how many could not be told from others that did the same; their order is not judged.
    pub ambiguous: usize,
    /// Refusals that a state between question and answer explains.
    pub justified: usize,
    /// Refusals on grounds that the key alone does not decide.
    pub unjudged: usize,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// What is wrong between a history and a ledger. Operations are as they are displayed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Fault {
    /// Numbers do not grow, or an event stands there twice.
    #[error("event {seq} {event} does not follow: its number or id was there before")]
    Repeated {
        /// Its number.
        seq: u64,
        /// Its id.
        event: String,
    },
    /// Two winners, a release by a stranger: the ledger contradicts itself.
    #[error("event {seq}: {agent}@{clone} {act:?} {key} cannot follow from {held}")]
    Illegal {
        /// Its number.
        seq: u64,
        /// Who acted.
        agent: String,
        /// In which clone.
        clone: String,
        /// What it did.
        act: Act,
        /// To what.
        key: String,
        /// What the key held.
        held: String,
    },
    /// It was acknowledged, and is not in the ledger.
    #[error("lost: {operation}")]
    Lost {
        /// Which.
        operation: String,
    },
    /// It was refused, and is in the ledger.
    #[error("refused, and event {seq} all the same: {operation}")]
    RefusedButThere {
        /// Its number.
        seq: u64,
        /// Which.
        operation: String,
    },
    /// More events than anybody asked for.
    #[error("event {seq} was asked for by nobody")]
    Unasked {
        /// Its number.
        seq: u64,
    },
    /// The event of an operation says something else than what was asked for.
    #[error("event {seq} is not what was asked for: {operation}")]
    Other {
        /// Its number.
        seq: u64,
        /// Which.
        operation: String,
    },
    /// One was answered before the other was asked for, but comes after it in the ledger.
    #[error("order reversed: {first} has number {first_seq}, {second} has {second_seq}")]
    Reversed {
        /// The one that was answered first.
        first: String,
        /// Its number.
        first_seq: u64,
        /// The one that was asked for later.
        second: String,
        /// Its number.
        second_seq: u64,
    },
    /// No state between question and answer explains the refusal.
    #[error("refused for no reason: {operation}")]
    Unjustified {
        /// Which.
        operation: String,
    },
}

/// Who, what and which key: what an operation and its event have in common.
type Deed<'a> = (Act, &'a str, &'a str, &'a str);

fn asked(it: &Operation) -> Deed<'_> {
    (it.act, &it.key, &it.agent, &it.clone)
}

fn done(it: &Entry) -> Deed<'_> {
    (it.act, &it.key, &it.agent, &it.clone)
}

fn holder(it: &Operation) -> Name<'_> {
    (&it.agent, &it.clone)
}

/// Whether the ledger's order is one that explains the history. The ledger is the whole one, from the first event;
/// events up to the number `recorded_after` are older than the history, and nobody need have asked for them.
pub fn check_witness(history: &[Operation], ledger: &[Entry], recorded_after: u64) -> Witness {
    let mut found = Witness::default();
    let states = States::fold(ledger, &mut found.faults);
    let matched = Matched::of(history, ledger, recorded_after, &mut found);
    let mut placed: Vec<Placed<'_>> = matched.placed;
    placed.sort_by_key(|it| it.operation.invoked);
    real_time(&placed, &mut found.faults);
    let bounds = Bounds::of(&placed);
    for operation in history {
        let Outcome::Refused { ground } = &operation.outcome else {
            continue;
        };
        match Reason::of(operation.act, ground, holder(operation)) {
            None => found.unjudged += 1,
            Some(reason) if states.explain(reason, operation, &bounds) => found.justified += 1,
            Some(_) => found.faults.push(Fault::Unjustified {
                operation: operation.to_string(),
            }),
        }
    }
    found
}

/// An acknowledged operation and its place in the ledger.
struct Placed<'a> {
    operation: &'a Operation,
    seq: u64,
}

struct Matched<'a> {
    placed: Vec<Placed<'a>>,
}

impl<'a> Matched<'a> {
    fn of(history: &'a [Operation], ledger: &'a [Entry], recorded_after: u64, found: &mut Witness) -> Self {
        let by_id: BTreeMap<&str, &Entry> =
            ledger.iter().map(|entry| (entry.event.as_str(), entry)).collect();
        let mut taken: BTreeSet<u64> = BTreeSet::new();
        let mut placed = Vec::new();
        for operation in history {
            let Some(id) = operation.event.as_deref() else {
                continue;
            };
            let words = || operation.to_string();
            match (by_id.get(id), &operation.outcome) {
                (None, Outcome::Ok) => found.faults.push(Fault::Lost { operation: words() }),
                (None, _) => {}
                (Some(entry), Outcome::Refused { .. }) => found.faults.push(Fault::RefusedButThere {
                    seq: entry.seq,
                    operation: words(),
                }),
                (Some(entry), _) if done(entry) != asked(operation) => found.faults.push(Fault::Other {
                    seq: entry.seq,
                    operation: words(),
                }),
                // Two operations, one event: one of the two is lost.
                (Some(entry), Outcome::Ok) if !taken.insert(entry.seq) => {
                    found.faults.push(Fault::Lost { operation: words() });
                }
                (Some(entry), Outcome::Ok) => placed.push(Placed {
                    operation,
                    seq: entry.seq,
                }),
                (Some(entry), Outcome::Unknown) => drop(taken.insert(entry.seq)),
            }
        }
        found.acknowledged = placed.len();
        let rest = ledger
            .iter()
            .filter(|entry| entry.seq > recorded_after && !taken.contains(&entry.seq));
        by_deed(history, rest, &mut placed, found);
        Self { placed }
    }
}

/// The deeds of operations without a known event, beside the events that are left.
#[derive(Default)]
struct Deeds<'a> {
    acknowledged: Vec<&'a Operation>,
    unknown: usize,
    events: Vec<u64>,
}

fn by_deed<'a>(
    history: &'a [Operation],
    rest: impl Iterator<Item = &'a Entry>,
    placed: &mut Vec<Placed<'a>>,
    found: &mut Witness,
) {
    let mut deeds: BTreeMap<Deed<'a>, Deeds<'a>> = BTreeMap::new();
    for operation in history.iter().filter(|it| it.event.is_none()) {
        let deed = deeds.entry(asked(operation)).or_default();
        match operation.outcome {
            Outcome::Ok => deed.acknowledged.push(operation),
            Outcome::Unknown => deed.unknown += 1,
            Outcome::Refused { .. } => {}
        }
    }
    for entry in rest {
        deeds.entry(done(entry)).or_default().events.push(entry.seq);
    }
    for deed in deeds.into_values() {
        place(deed, placed, found);
    }
}

fn place<'a>(mut deed: Deeds<'a>, placed: &mut Vec<Placed<'a>>, found: &mut Witness) {
    deed.acknowledged.sort_by_key(|it| it.invoked);
    deed.events.sort_unstable();
    let (asked, there) = (deed.acknowledged.len(), deed.events.len());
    let lost = deed.acknowledged.iter().skip(there);
    found.faults.extend(lost.map(|it| Fault::Lost {
        operation: it.to_string(),
    }));
    let unasked = deed.events.iter().skip(asked + deed.unknown);
    found.faults.extend(unasked.map(|&seq| Fault::Unasked { seq }));
    found.acknowledged += asked.min(there);
    let in_turn = |pair: &[&Operation]| pair[0].settled() < pair[1].invoked;
    // Which of two that did the same at once made which event cannot be told.
    if asked == there && deed.acknowledged.windows(2).all(in_turn) {
        let pairs = deed.acknowledged.iter().zip(deed.events);
        placed.extend(pairs.map(|(operation, seq)| Placed { operation, seq }));
    } else {
        found.ambiguous += asked.min(there);
    }
}

/// Reports each operation that was asked for after another with a larger number had been answered.
fn real_time(by_invoked: &[Placed<'_>], faults: &mut Vec<Fault>) {
    let mut by_settled: Vec<&Placed<'_>> = by_invoked.iter().collect();
    by_settled.sort_by_key(|it| it.operation.settled());
    let mut answered = by_settled.into_iter().peekable();
    let mut newest: Option<&Placed<'_>> = None;
    for later in by_invoked {
        while let Some(earlier) = answered.next_if(|it| it.operation.settled() < later.operation.invoked) {
            if newest.is_none_or(|it| it.seq < earlier.seq) {
                newest = Some(earlier);
            }
        }
        if let Some(first) = newest.filter(|it| it.seq > later.seq) {
            faults.push(Fault::Reversed {
                first: first.operation.to_string(),
                first_seq: first.seq,
                second: later.operation.to_string(),
                second_seq: later.seq,
            });
        }
    }
}

/// Between which numbers of the ledger an operation must have seen it.
struct Bounds {
    /// By answer: the largest number that had been acknowledged by then.
    answered: Vec<(u64, u64)>,
    /// By question: the smallest number that was asked for then or later.
    asked: Vec<(u64, u64)>,
}

impl Bounds {
    fn of(placed: &[Placed<'_>]) -> Self {
        let mut answered: Vec<(u64, u64)> =
            placed.iter().map(|it| (it.operation.settled(), it.seq)).collect();
        answered.sort_unstable();
        let mut largest = 0;
        for (_, seq) in &mut answered {
            largest = largest.max(*seq);
            *seq = largest;
        }
        let mut asked: Vec<(u64, u64)> = placed.iter().map(|it| (it.operation.invoked, it.seq)).collect();
        asked.sort_unstable();
        let mut smallest = u64::MAX;
        for (_, seq) in asked.iter_mut().rev() {
            smallest = smallest.min(*seq);
            *seq = smallest;
        }
        Self { answered, asked }
    }

    /// The oldest and the newest state that the operation can have met, each by its last number.
    fn around(&self, operation: &Operation) -> (u64, u64) {
        let before = self
            .answered
            .partition_point(|(time, _)| *time < operation.invoked);
        let after = self
            .asked
            .partition_point(|(time, _)| *time <= operation.settled());
        let oldest = before.checked_sub(1).map_or(0, |last| self.answered[last].1);
        let newest = self.asked.get(after).map_or(u64::MAX, |(_, seq)| seq - 1);
        (oldest, newest)
    }
}

/// An agent in a clone.
type Name<'a> = (&'a str, &'a str);
type Held<'a> = Holding<Name<'a>>;
type Key<'a> = (bool, &'a str);

/// What each key held, from which number of the ledger on.
struct States<'a>(BTreeMap<Key<'a>, Vec<(u64, Held<'a>)>>);

impl<'a> States<'a> {
    fn fold(ledger: &'a [Entry], faults: &mut Vec<Fault>) -> Self {
        let mut states: BTreeMap<Key<'a>, Vec<(u64, Held<'a>)>> = BTreeMap::new();
        let mut ids = BTreeSet::new();
        let mut last = 0;
        for entry in ledger {
            if entry.seq <= last || !ids.insert(entry.event.as_str()) {
                let event = entry.event.clone();
                faults.push(Fault::Repeated {
                    seq: entry.seq,
                    event,
                });
            }
            last = last.max(entry.seq);
            let key = (entry.act.is_of_path(), entry.key.as_str());
            let known = states
                .entry(key)
                .or_insert_with(|| vec![(0, at_first(ledger, key))]);
            let held = known.last().map_or(Holding::Free, |(_, held)| *held);
            match held.after(entry.act, (&entry.agent, &entry.clone)) {
                Some(next) => known.push((entry.seq, next)),
                None => faults.push(illegal(entry, held)),
            }
        }
        Self(states)
    }

    fn explain(&self, reason: Reason<Name<'_>>, operation: &Operation, bounds: &Bounds) -> bool {
        let (oldest, newest) = bounds.around(operation);
        let key = (operation.act.is_of_path(), operation.key.as_str());
        let Some(states) = self.0.get(&key) else {
            // No event names it.
            return reason.explained_by(if key.0 { Holding::Free } else { Holding::Absent });
        };
        let from = states
            .partition_point(|(seq, _)| *seq <= oldest)
            .saturating_sub(1);
        let met = states[from..]
            .iter()
            .take_while(|(seq, _)| *seq <= oldest.max(newest));
        met.map(|(_, held)| *held).any(|held| reason.explained_by(held))
    }
}

/// A task that the ledger adds is not there before.
fn at_first<'a>(ledger: &[Entry], key: Key<'_>) -> Held<'a> {
    let adds = |entry: &Entry| entry.act == Act::Add && entry.key == key.1;
    if !key.0 && ledger.iter().any(adds) {
        Holding::Absent
    } else {
        Holding::Free
    }
}

fn illegal(entry: &Entry, held: Held<'_>) -> Fault {
    Fault::Illegal {
        seq: entry.seq,
        agent: entry.agent.clone(),
        clone: entry.clone.clone(),
        act: entry.act,
        key: entry.key.clone(),
        held: match held {
            Holding::Absent => "nothing".to_owned(),
            Holding::Free => "nobody's".to_owned(),
            Holding::Held((agent, clone), _) => format!("{agent}@{clone}'s"),
            Holding::Done => "done".to_owned(),
        },
    }
}
