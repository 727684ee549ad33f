//! Linearizability, key by key, in windows that are short enough for an exhaustive search by an independent checker:
//! `todc-utils`' WGL (Wing and Gong 1993, with Lowe's cache, as Horn and Kroening 2015 describe it).
//!
//! A window ends where no operation that was answered is under way. What the key may hold there is carried over as a
//! set. An unknown operation may happen in its window, in any later one, or never; that it happened in an earlier
//! window is forgotten. Both only ever admit more, so a fault that is found is one.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use todc_utils::linearizability::WGLChecker;
use todc_utils::linearizability::history::Action;
use todc_utils::linearizability::history::History;
use todc_utils::specifications::Specification;

use super::operation::Act;
use super::operation::Operation;
use super::operation::Outcome;
use super::register::Holding;
use super::register::Reason;

/// A window grows to this many answered operations before it is cut at the next quiet point.
const WINDOW_GOAL: usize = 24;
/// A window with more answered operations than this is not searched.
const WINDOW_MAX: usize = 64;
/// A window in which more operations than this are under way at once is not searched: each one doubles the work.
const AT_ONCE_MAX: usize = 10;

/// What the windows showed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// How many operations were given.
    pub operations: usize,
    /// How many windows were searched.
    pub searched: usize,
    /// How many were too long for it, or had too much under way at once; more keys, or fewer processes a key, make
    /// fewer of them.
    pub skipped: usize,
    /// Windows that no order of their operations explains.
    pub faults: Vec<Unexplained>,
}

/// A window that no order of its operations explains.
#[derive(Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// The task or path.
    pub key: String,
    /// The window's operations, as they are displayed, by the time at which they were asked for.
    pub operations: Vec<String>,
}

/// Whether, for each key, some order of its operations explains every answer and respects real time.
pub fn check_windows(history: &[Operation]) -> Windows {
    let mut found = Windows {
        operations: history.len(),
        ..Windows::default()
    };
    let mut keys: BTreeMap<(bool, &str), Vec<&Operation>> = BTreeMap::new();
    for operation in history {
        let key = (operation.act.is_of_path(), operation.key.as_str());
        keys.entry(key).or_default().push(operation);
    }
    for ((_, key), mut operations) in keys {
        operations.sort_by_key(|operation| operation.invoked);
        check_key(key, &operations, &mut found);
    }
    found
}

type Held = Holding<usize>;

/// One step of a key's history, as the checker sees it.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The window begins, or ends, with this.
    Holds(Held, Edge),
    /// Somebody did it.
    Did(Act, usize),
    /// Somebody was refused, and for this reason.
    Refused(Reason<usize>),
    /// Somebody may have done it.
    MayHaveDone(Act, usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    Begin,
    End,
}

struct Register;

impl Specification for Register {
    type State = Held;
    type Operation = Step;

    fn init() -> Held {
        Holding::Absent
    }

    fn apply(step: &Step, held: &Held) -> (bool, Held) {
        match *step {
            Step::Holds(begin, Edge::Begin) => (true, begin),
            Step::Holds(end, Edge::End) => (end == *held, *held),
            Step::Did(act, by) => held.after(act, by).map_or((false, *held), |next| (true, next)),
            Step::Refused(reason) => (reason.explained_by(*held), *held),
            // Put last, where it is admitted by nothing, it is one that never happened.
            Step::MayHaveDone(act, by) => (true, held.after(act, by).unwrap_or(*held)),
        }
    }
}

fn check_key(key: &str, operations: &[&Operation], found: &mut Windows) {
    let holders = Holders::of(operations);
    let (unknown, answered): (Vec<&Operation>, Vec<&Operation>) =
        operations.iter().partition(|operation| operation.is_unknown());
    let mut held = at_first(operations);
    for window in windows(&answered) {
        let end = window.iter().map(|operation| operation.settled()).max();
        let open = unknown.iter().filter(|operation| Some(operation.invoked) <= end);
        let open: Vec<&Operation> = open.copied().collect();
        let actions = actions(&steps(window, &open, &holders));
        if window.len() > WINDOW_MAX || at_once(&actions) > AT_ONCE_MAX {
            found.skipped += 1;
            held = holders.everything();
            continue;
        }
        found.searched += 1;
        held = ends(&held, &holders.everything(), &actions);
        if held.is_empty() {
            let all = window.iter().chain(&open);
            found.faults.push(Unexplained {
                key: key.to_owned(),
                operations: all.map(ToString::to_string).collect(),
            });
            held = holders.everything();
        }
    }
}

/// What a key may hold before the first operation: a task that is added in the history is not there before.
fn at_first(operations: &[&Operation]) -> BTreeSet<Held> {
    let is_path = operations.iter().any(|it| it.act.is_of_path());
    let is_added = operations.iter().any(|it| it.act == Act::Add && it.is_ok());
    match (is_path, is_added) {
        (true, _) => BTreeSet::from([Holding::Free]),
        (false, true) => BTreeSet::from([Holding::Absent]),
        (false, false) => BTreeSet::from([Holding::Absent, Holding::Free]),
    }
}

/// Cuts where nothing is under way, once a window has reached its goal.
fn windows<'a>(answered: &'a [&'a Operation]) -> Vec<&'a [&'a Operation]> {
    let mut cuts = Vec::new();
    let (mut start, mut settled) = (0, 0);
    for (at, operation) in answered.iter().enumerate() {
        if at - start >= WINDOW_GOAL && operation.invoked > settled {
            cuts.push(&answered[start..at]);
            start = at;
        }
        settled = settled.max(operation.settled());
    }
    if start < answered.len() {
        cuts.push(&answered[start..]);
    }
    cuts
}

/// The agents of a key in their clones, by number.
struct Holders<'a> {
    names: Vec<(&'a str, &'a str)>,
    /// How often a path may be locked by one holder at once, at most.
    times: u32,
}

impl<'a> Holders<'a> {
    fn of(operations: &[&'a Operation]) -> Self {
        let names = operations.iter().map(|it| (it.agent.as_str(), it.clone.as_str()));
        let names: BTreeSet<_> = names.collect();
        let locks = operations
            .iter()
            .filter(|it| it.act == Act::Lock && !matches!(it.outcome, Outcome::Refused { .. }));
        Self {
            names: names.into_iter().collect(),
            times: u32::try_from(locks.count()).unwrap_or(u32::MAX).clamp(1, 8),
        }
    }

    fn number(&self, operation: &Operation) -> usize {
        let name = (operation.agent.as_str(), operation.clone.as_str());
        self.names.binary_search(&name).unwrap_or(usize::MAX)
    }

    /// Everything that the key may hold.
    fn everything(&self) -> BTreeSet<Held> {
        let held =
            (0..self.names.len()).flat_map(|by| (1..=self.times).map(move |times| Holding::Held(by, times)));
        held.chain([Holding::Absent, Holding::Free, Holding::Done])
            .collect()
    }
}

/// A step, and between which times it happened.
struct Interval {
    step: Step,
    invoked: u64,
    settled: u64,
}

impl Interval {
    /// Whether wherever `inner` happened, this could have happened too: a refusal for the same reason within its time.
    fn follows_from(&self, inner: &Self) -> bool {
        let within = self.invoked <= inner.invoked && inner.settled <= self.settled;
        let same = match (self.step, inner.step) {
            (Step::Refused(mine), Step::Refused(theirs)) => mine == theirs,
            _ => false,
        };
        within && same
    }
}

/// What the window's operations did, without refusals that say nothing about the key or follow from others.
fn steps(window: &[&Operation], open: &[&Operation], holders: &Holders<'_>) -> Vec<Interval> {
    let mut steps: Vec<Interval> = Vec::new();
    for operation in window.iter().chain(open) {
        let by = holders.number(operation);
        let step = match &operation.outcome {
            Outcome::Ok => Step::Did(operation.act, by),
            Outcome::Unknown => Step::MayHaveDone(operation.act, by),
            Outcome::Refused { ground } => match Reason::of(operation.act, ground, by) {
                Some(reason) => Step::Refused(reason),
                None => continue,
            },
        };
        let new = Interval {
            step,
            invoked: operation.invoked,
            settled: operation.settled(),
        };
        if !steps.iter().any(|known| new.follows_from(known)) {
            steps.retain(|known| !known.follows_from(&new));
            steps.push(new);
        }
    }
    steps
}

/// When, which operation, and whether it is its call or its response.
type Timed = (u64, usize, Action<Step>);

/// Calls and responses by time, each operation as a process of its own. At one instant calls stand before responses:
/// what touches overlaps.
fn actions(steps: &[Interval]) -> Vec<Timed> {
    let call = |(at, it): (usize, &Interval)| (it.invoked, at, Action::Call(it.step));
    let response = |(at, it): (usize, &Interval)| (it.settled, at, Action::Response(it.step));
    let calls = steps.iter().enumerate().map(call);
    let mut actions: Vec<Timed> = calls.chain(steps.iter().enumerate().map(response)).collect();
    actions.sort_by_key(|(time, at, action)| (*time, matches!(action, Action::Response(_)), *at));
    actions
}

/// How many are under way at once, at most.
fn at_once(actions: &[Timed]) -> usize {
    let under_way = actions.iter().scan(0_usize, |now, (.., action)| {
        match action {
            Action::Call(_) => *now += 1,
            Action::Response(_) => *now -= 1,
        }
        Some(*now)
    });
    under_way.max().unwrap_or(0)
}

/// What the key may hold after the actions, by an order that explains them.
fn ends(begins: &BTreeSet<Held>, candidates: &BTreeSet<Held>, actions: &[Timed]) -> BTreeSet<Held> {
    let explained = |begin: &Held, end: Option<&Held>| {
        WGLChecker::<Register>::is_linearizable(History::from_actions(framed(begin, end, actions)))
    };
    let begins: Vec<&Held> = begins.iter().filter(|begin| explained(begin, None)).collect();
    let reached = |end: &&Held| begins.iter().any(|begin| explained(begin, Some(end)));
    candidates.iter().filter(reached).copied().collect()
}

/// The actions between what the key holds first and, before the unknown ones end, last.
fn framed(begin: &Held, end: Option<&Held>, actions: &[Timed]) -> Vec<(usize, Action<Step>)> {
    let process = |at: usize| at + 1;
    let frame = |held: Held, edge: Edge, at: usize| {
        let step = Step::Holds(held, edge);
        [(at, Action::Call(step)), (at, Action::Response(step))]
    };
    let (inside, after) = actions.split_at(actions.partition_point(|(time, ..)| *time < u64::MAX));
    let last = actions
        .iter()
        .map(|(_, at, _)| process(*at) + 1)
        .max()
        .unwrap_or(1);
    let body = |part: &[Timed]| -> Vec<_> {
        part.iter()
            .map(|(_, at, action)| (process(*at), action.clone()))
            .collect()
    };
    let mut all: Vec<(usize, Action<Step>)> = frame(*begin, Edge::Begin, 0).into();
    all.extend(body(inside));
    all.extend(end.into_iter().flat_map(|held| frame(*held, Edge::End, last)));
    all.extend(body(after));
    all
}
