//! What to do next, over all roles: the order of the open tasks, who may take which, and what a team would start.

mod chain;
mod moves;
mod offers;
mod plan;

pub use moves::Waits;
pub use moves::given_up;
pub use moves::is_unsigned;
pub use moves::lacks_self_review;
pub use moves::mover;
pub use moves::open_parts;
pub use offers::Against;
pub use offers::Found;
pub use offers::Offer;
pub use offers::Offers;
pub use plan::Plan;
pub use plan::Start;
pub use plan::Wait;
pub use plan::plan;

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::id::TaskId;
use crate::ready::Card;
use crate::record::Mark;
use crate::record::Phase;
use crate::record::Priority;
use crate::time::Timestamp;

/// The order of a queue, prepared once.
pub struct Order<'c> {
    cards: &'c [Card],
    /// For each card, how many open tasks wait for it one after the other.
    chains: Vec<u32>,
    /// When the oldest open part of each parent was added.
    families: BTreeMap<&'c TaskId, Timestamp>,
}

/// A task's place: the smaller comes first. Nearly done before new, then priority, marked before fresh, then the longest
/// chain behind it, then the oldest; the parts of one parent stand together, in the order in which they land.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key<'c> {
    stage: Nearness,
    priority: Priority,
    fresh: bool,
    chain: Reverse<u32>,
    family: (Timestamp, &'c TaskId),
    part: u32,
    created: Timestamp,
    id: &'c TaskId,
}

/// How near a task is to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Nearness {
    Queued,
    Testing,
    Review,
    Escalated,
    InProgress,
    New,
}

impl Nearness {
    fn of(phase: Phase) -> Self {
        match phase {
            Phase::Queued | Phase::Done | Phase::Abandoned => Self::Queued,
            Phase::Testing => Self::Testing,
            Phase::Review => Self::Review,
            Phase::Escalated => Self::Escalated,
            Phase::InProgress => Self::InProgress,
            Phase::Blocked | Phase::Todo => Self::New,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Queued => "ready to land",
            Self::Testing => "in testing",
            Self::Review => "in review",
            Self::Escalated => "escalated",
            Self::InProgress => "in progress",
            Self::New => "new",
        }
    }
}

impl<'c> Order<'c> {
    /// The order of `cards`, which are all live tasks, sorted by id. Linear in their number and dependencies.
    pub fn new(cards: &'c [Card]) -> Self {
        let mut families: BTreeMap<&TaskId, Timestamp> = BTreeMap::new();
        for card in cards {
            if let Some(parent) = &card.parent {
                let oldest = families.entry(parent).or_insert(card.created);
                *oldest = card.created.min(*oldest);
            }
        }
        Self {
            cards,
            chains: chain::lengths(cards),
            families,
        }
    }

    /// The cards that it is the order of.
    pub fn cards(&self) -> &'c [Card] {
        self.cards
    }

    /// The place of the card at an index.
    pub fn key(&self, at: usize) -> Key<'c> {
        let card = &self.cards[at];
        let family = card.parent.as_ref();
        let family = family.and_then(|parent| Some((*self.families.get(parent)?, parent)));
        Key {
            stage: Nearness::of(card.status),
            priority: card.priority,
            fresh: card.mark != Some(Mark::Retry),
            chain: Reverse(self.chains[at]),
            family: family.unwrap_or((card.created, &card.id)),
            part: card.merge_order.unwrap_or(u32::MAX),
            created: card.created,
            id: &card.id,
        }
    }

    /// The indexes of all cards, first things first.
    pub fn all(&self) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.cards.len()).collect();
        all.sort_by_cached_key(|at| self.key(*at));
        all
    }
}

impl Key<'_> {
    /// How many open tasks wait for it, one after the other.
    pub fn chain(&self) -> u32 {
        self.chain.0
    }

    /// Why it comes before `other`, in words.
    pub fn because(&self, other: Option<&Self>) -> String {
        let Some(other) = other else {
            return "nothing else is there to do".to_owned();
        };
        if self.stage != other.stage {
            return format!("what is nearly done goes first, and it is {}", self.stage.words());
        }
        if self.priority != other.priority {
            return match self.priority {
                Priority::High => "its priority is high".to_owned(),
                _ => "no other has a higher priority".to_owned(),
            };
        }
        if self.fresh != other.fresh {
            return format!("it is marked {}", Mark::Retry);
        }
        if self.chain != other.chain {
            return match self.chain() {
                1 => "1 open task waits for it".to_owned(),
                n => format!("{n} open tasks wait for it, one after the other"),
            };
        }
        if self.family == other.family && self.part != other.part {
            return format!("it lands before the other parts of {}", self.family.1);
        }
        "it is the oldest".to_owned()
    }
}
