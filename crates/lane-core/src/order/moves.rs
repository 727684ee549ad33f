//! Whose move it is, of tasks in brief: what `whose_move` says, for lists that read no record. A test holds the two together.

use crate::apply::is_past;
use crate::apply::patience;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::ready::Card;
use crate::record::Lock;
use crate::record::Phase;
use crate::record::Stage;
use crate::time::Timestamp;
use crate::whose_move::Mover;

/// What a task waits for before anybody can go on with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// For no other task.
    No,
    /// For one that is open.
    For(TaskId),
    /// For one that was given up, or is not there: somebody has to settle it anew.
    InVain,
}

impl Waits {
    /// What the card's task waits for. `cards` are all live tasks, sorted by id; `is_done` says whether one is done.
    pub fn of(card: &Card, cards: &[Card], is_done: &dyn Fn(&TaskId) -> bool) -> Self {
        match card.status {
            Phase::Todo => dependency(card, cards, is_done),
            Phase::InProgress => match dependency(card, cards, is_done) {
                Self::For(first) => Self::For(first),
                _ => open_parts(card, cards)
                    .next()
                    .map_or(Self::No, |part| Self::For(part.id.clone())),
            },
            Phase::Blocked => blocker(card, cards, is_done),
            Phase::Queued => {
                let family = card.parent.as_ref().and_then(|parent| live(cards, parent));
                let parts = family.into_iter().flat_map(|parent| open_parts(parent, cards));
                let before = parts.filter(|part| lands_before(part, card));
                let first = before.min_by_key(|part| part.merge_order);
                first.map_or(Self::No, |part| Self::For(part.id.clone()))
            }
            _ => Self::No,
        }
    }

    /// The task that it waits for.
    fn task(&self) -> Option<&TaskId> {
        match self {
            Self::For(task) => Some(task),
            Self::No | Self::InVain => None,
        }
    }
}

/// What the card's task depends on and that was given up, or is not there.
pub fn given_up<'c>(card: &'c Card, cards: &[Card], is_done: &dyn Fn(&TaskId) -> bool) -> Vec<&'c TaskId> {
    let open = card.depends_on.iter().filter(|id| !is_done(id));
    open.filter(|id| live(cards, id).is_none()).collect()
}

fn live<'c>(cards: &'c [Card], id: &TaskId) -> Option<&'c Card> {
    let at = cards.binary_search_by(|card| card.id.cmp(id)).ok()?;
    Some(&cards[at])
}

fn dependency(card: &Card, cards: &[Card], is_done: &dyn Fn(&TaskId) -> bool) -> Waits {
    let mut first = Waits::No;
    for on in card.depends_on.iter().filter(|id| !is_done(id)) {
        match live(cards, on) {
            None => return Waits::InVain,
            Some(_) if first == Waits::No => first = Waits::For(on.clone()),
            Some(_) => {}
        }
    }
    first
}

fn blocker(card: &Card, cards: &[Card], is_done: &dyn Fn(&TaskId) -> bool) -> Waits {
    match &card.blocked_on {
        Some(on) if live(cards, on).is_some() => Waits::For(on.clone()),
        // Its holder met what it depends on, or says what is missing.
        _ if card.lane.is_some() => Waits::No,
        Some(on) if is_done(on) => dependency(card, cards, is_done),
        Some(_) => Waits::InVain,
        None => Waits::No,
    }
}

/// The parts of a task that are open. `cards` are all live tasks, sorted by id.
pub fn open_parts<'c>(card: &'c Card, cards: &'c [Card]) -> impl Iterator<Item = &'c Card> {
    card.children.iter().filter_map(|id| live(cards, id))
}

/// Whether one part of a parent has to land before another.
fn lands_before(part: &Card, other: &Card) -> bool {
    let places = part.merge_order.zip(other.merge_order);
    places.is_some_and(|(own, others)| own < others)
}

/// Whether others wait until the author has judged what was handed off.
pub fn lacks_self_review(card: &Card, policy: &Adopted) -> bool {
    card.status == Phase::Review && policy.pipeline.has(Stage::SelfReview) && !card.self_reviewed
}

/// Whether it lands only when a person has signed it, and none has.
pub fn is_unsigned(card: &Card, policy: &Adopted) -> bool {
    card.status == Phase::Queued && policy.landing.sign_off && !card.signed
}

/// Whose move it is; none for what is over.
pub fn mover(card: &Card, waits: &Waits, locks: &[Lock], policy: &Adopted, now: Timestamp) -> Option<Mover> {
    let after = waits.task().cloned();
    let anybody = |role| Mover {
        after: after.clone(),
        ..nobody(card, role)
    };
    let todo = || match waits {
        Waits::InVain => anybody(Role::Orchestrator),
        _ => anybody(Role::Worker),
    };
    Some(match card.status {
        Phase::Todo => todo(),
        Phase::InProgress => Mover {
            after,
            ..holder(card, locks, policy, now)
        },
        Phase::Blocked => match (&card.lane, waits, &card.blocked_on) {
            (_, Waits::For(on), Some(blocker)) if on == blocker => anybody(Role::Orchestrator),
            (Some(_), ..) => holder(card, locks, policy, now),
            (None, _, Some(_)) => todo(),
            (None, _, None) => anybody(Role::Orchestrator),
        },
        Phase::Review if lacks_self_review(card, policy) => Mover {
            until: None,
            late: false,
            ..holder(card, locks, policy, now)
        },
        Phase::Review => judge(card, Role::Reviewer, policy, now),
        Phase::Testing => judge(card, Role::Tester, policy, now),
        Phase::Queued if is_unsigned(card, policy) => nobody(card, Role::Maintainer),
        Phase::Queued => anybody(Role::Integrator),
        Phase::Escalated => anybody(Role::Orchestrator),
        Phase::Done | Phase::Abandoned => return None,
    })
}

/// The worker who holds it: until the first of lease and limit is over.
fn holder(card: &Card, locks: &[Lock], policy: &Adopted, now: Timestamp) -> Mover {
    let lane = card.lane.as_ref();
    let fence = lane.map(|lane| lane.fence);
    let own = |lock: &&Lock| lock.task.as_ref() == Some(&card.id) && Some(lock.fence) == fence && !lock.kept;
    let lease = locks.iter().find(own).map(|lock| lock.expires);
    let limit = policy.limits.of(Role::Worker);
    let limit = limit.filter(|_| card.status == Phase::InProgress);
    let until = lease.into_iter().chain(limit.map(|span| card.since.after(span)));
    let until = until.min();
    Mover {
        agent: lane.map(|lane| lane.by.clone()),
        clone: lane.map(|lane| lane.clone.clone()),
        until,
        late: until.is_some_and(|until| is_past(until, now)),
        ..nobody(card, Role::Worker)
    }
}

/// Who reviews or tests it, or whoever will.
fn judge(card: &Card, role: Role, policy: &Adopted, now: Timestamp) -> Mover {
    let Some(assigned) = &card.assigned else {
        return nobody(card, role);
    };
    let until = assigned.since.after(patience(assigned.role, policy));
    Mover {
        agent: Some(assigned.by.clone()),
        clone: Some(assigned.clone.clone()),
        since: assigned.since,
        until: Some(until),
        late: is_past(until, now),
        ..nobody(card, assigned.role)
    }
}

/// Anybody who acts in the role.
fn nobody(card: &Card, role: Role) -> Mover {
    Mover {
        role,
        agent: None,
        clone: None,
        after: None,
        since: card.since,
        until: None,
        late: false,
    }
}
