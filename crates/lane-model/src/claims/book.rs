//! All ledgers that the model has met, as a tree: each is known by a number, and was judged once by the real `apply`.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;

use lane_core::apply::apply;
use lane_core::event::Event;
use lane_core::glob;
use lane_core::glob::Scope;
use lane_core::id::NameError;
use lane_core::memory::Memory;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::view::View as _;

use super::event::Ev;
use super::event::SETUP;
use super::event::TASKS;
use super::event::What;
use super::event::setup;
use crate::history::Act;
use crate::history::Holding;

/// A ledger, by its number in the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ledger(u32);

/// Who holds a task, by the state that `apply` has made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Claim {
    pub(super) by: u8,
    /// The number of the event that granted.
    pub(super) fence: u8,
    /// The id of that event.
    pub(super) event: u8,
    /// The clock of that event.
    pub(super) at: u8,
}

/// What a ledger comes to. Small, so that it is handed out by copy.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) length: usize,
    /// The ids of its events, and of those of one kind, a bit each.
    pub(super) ids: u32,
    pub(super) reclaims: u32,
    pub(super) landings: u32,
    pub(super) provisional: u32,
    pub(super) claims: [Option<Claim>; TASKS],
    /// Whether each event followed by the sequential register, which is not `apply`.
    pub(super) one_holder: bool,
    /// Whether no event stands there twice.
    pub(super) once: bool,
    /// Whether no two holders have exclusive locks that meet.
    pub(super) disjoint: bool,
    held: [Holding<u8>; TASKS],
}

struct Page {
    parent: Option<Ledger>,
    last: Option<Ev>,
    state: Memory,
    facts: Facts,
}

#[derive(Default)]
struct Pages {
    pages: Vec<Page>,
    /// What follows by which event; none where `apply` refuses it.
    next: HashMap<(Ledger, Ev), Option<Ledger>>,
}

/// The tree of ledgers.
pub(super) struct Book(RwLock<Pages>);

impl Book {
    /// With the ledger that all others begin with.
    pub(super) fn new() -> Result<Self, NameError> {
        let mut state = Memory::genesis("model");
        for event in setup()? {
            // A set-up that is refused leaves tasks that nobody can claim, which the reachability properties show.
            take(&mut state, &event);
        }
        let facts = Facts {
            length: SETUP,
            ids: 0,
            reclaims: 0,
            landings: 0,
            provisional: 0,
            claims: [None; TASKS],
            one_holder: true,
            once: true,
            disjoint: true,
            held: [Holding::Free; TASKS],
        };
        let first = Page {
            parent: None,
            last: None,
            state,
            facts,
        };
        Ok(Self(RwLock::new(Pages {
            pages: vec![first],
            next: HashMap::new(),
        })))
    }

    /// The ledger that all others begin with.
    pub(super) fn first() -> Ledger {
        Ledger(0)
    }

    /// How many ledgers there are.
    pub(super) fn len(&self) -> usize {
        self.read(|pages| pages.pages.len())
    }

    fn read<T>(&self, look: impl FnOnce(&Pages) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What a ledger comes to.
    pub(super) fn facts(&self, ledger: Ledger) -> Facts {
        self.read(|pages| pages.at(ledger).facts)
    }

    /// The ledger with one event more, unless `apply` refuses it.
    pub(super) fn append(&self, ledger: Ledger, event: Ev) -> Option<Ledger> {
        let known = self.read(|pages| pages.next.get(&(ledger, event)).copied());
        known.unwrap_or_else(|| {
            let mut pages = self.0.write().unwrap_or_else(PoisonError::into_inner);
            pages.append(ledger, event)
        })
    }

    /// Whether `longer` is `shorter` with nothing or something after it.
    pub(super) fn is_prefix(&self, shorter: Ledger, longer: Ledger) -> bool {
        self.read(|pages| {
            let length = pages.at(shorter).facts.length;
            pages.back(longer).find(|at| pages.at(*at).facts.length <= length) == Some(shorter)
        })
    }

    /// The events of `ledger` that `base` does not have, by their ids, from the first to the last.
    pub(super) fn beyond(&self, ledger: Ledger, base: Ledger) -> Vec<Ev> {
        self.read(|pages| {
            let known = pages.at(base).facts.ids;
            let events = pages.back(ledger).filter_map(|at| pages.at(at).last);
            let mut new: Vec<Ev> = events.filter(|event| known & bit(event.id) == 0).collect();
            new.reverse();
            new
        })
    }

    /// The ledger without its last event.
    pub(super) fn parent(&self, ledger: Ledger) -> Ledger {
        self.read(|pages| pages.at(ledger).parent.unwrap_or(ledger))
    }
}

/// The bit of an event's id.
pub(super) fn bit(id: u8) -> u32 {
    1 << id
}

impl Pages {
    fn at(&self, ledger: Ledger) -> &Page {
        &self.pages[ledger.0 as usize]
    }

    fn back(&self, from: Ledger) -> impl Iterator<Item = Ledger> {
        std::iter::successors(Some(from), |at| self.at(*at).parent)
    }

    fn append(&mut self, ledger: Ledger, event: Ev) -> Option<Ledger> {
        if let Some(known) = self.next.get(&(ledger, event)) {
            return *known;
        }
        let page = self.at(ledger).after(ledger, event);
        let number = page.map(|page| {
            self.pages.push(page);
            Ledger(u32::try_from(self.pages.len() - 1).unwrap_or(u32::MAX))
        });
        self.next.insert((ledger, event), number);
        number
    }
}

impl Page {
    fn after(&self, own: Ledger, ev: Ev) -> Option<Self> {
        let event = ev.event(self.facts.length + 1).ok()?;
        let mut state = self.state.clone();
        take(&mut state, &event).then(|| Self {
            parent: Some(own),
            last: Some(ev),
            facts: self.facts.after(ev, &state),
            state,
        })
    }
}

/// Whether the real `apply` takes the event; if so, the state is what follows.
fn take(state: &mut Memory, event: &Event) -> bool {
    let verdict = apply(state, event);
    let taken = verdict.is_ok();
    verdict.into_iter().flatten().for_each(|write| state.write(write));
    taken
}

impl Facts {
    fn after(self, ev: Ev, state: &Memory) -> Self {
        let length = self.length + 1;
        let only = |is: bool| if is { bit(ev.id) } else { 0 };
        let task = usize::from(ev.task);
        let next = self.held[task].after(act(ev.what), ev.by);
        let mut held = self.held;
        held[task] = next.unwrap_or(held[task]);
        let claims = std::array::from_fn(|task| claim(state, task, ev, length, self.claims[task]));
        Self {
            length,
            ids: self.ids | bit(ev.id),
            reclaims: self.reclaims | only(matches!(ev.what, What::Reclaim(_))),
            landings: self.landings | only(ev.what == What::Done),
            provisional: self.provisional | only(ev.what == What::ProvisionalClaim),
            claims,
            one_holder: self.one_holder && next.is_some(),
            once: self.once && self.ids & bit(ev.id) == 0,
            disjoint: self.disjoint && are_disjoint(&state.locks().unwrap_or_default()),
            held,
        }
    }
}

fn act(what: What) -> Act {
    match what {
        What::Claim | What::ProvisionalClaim => Act::Claim,
        What::Release => Act::Release,
        What::Reclaim(_) => Act::Reclaim,
        What::Done => Act::Done,
    }
}

/// The claim of a task in the state; the ids are the model's, the fence is the state's.
fn claim(state: &Memory, task: usize, ev: Ev, length: usize, before: Option<Claim>) -> Option<Claim> {
    let id = format!("T-{task}");
    let found = state.live().find(|it| it.id.as_str() == id)?;
    let fence = found.claim.as_ref()?.fence;
    let fence = u8::try_from(fence).ok()?;
    if usize::from(fence) == length {
        Some(Claim {
            by: ev.by,
            fence,
            event: ev.id,
            at: ev.at,
        })
    } else {
        before.filter(|claim| claim.fence == fence)
    }
}

/// By the globs alone, with no exception for a holder's own lanes but its own lock.
fn are_disjoint(locks: &[Lock]) -> bool {
    let exclusive: Vec<&Lock> = locks
        .iter()
        .filter(|lock| lock.mode == LockMode::Exclusive)
        .collect();
    exclusive
        .iter()
        .enumerate()
        .all(|(at, lock)| exclusive[at + 1..].iter().all(|other| are_apart(lock, other)))
}

fn are_apart(one: &Lock, other: &Lock) -> bool {
    let (Ok(mine), Ok(theirs)) = (Scope::parse(&one.scope), Scope::parse(&other.scope)) else {
        return false;
    };
    matches!(glob::decide(&[&mine, &theirs], &[]), Ok(None))
}
