//! Who may take what: of every open task, whether one agent may take it in a role, has it in hand, or why not.

use std::collections::BTreeMap;

use super::Order;
use super::Waits;
use super::is_unsigned;
use super::lacks_self_review;
use super::mover;
use super::open_parts;
use crate::ground;
use crate::ground::Ground;
use crate::id::Agent;
use crate::id::CloneId;
use crate::id::TaskId;
use crate::policy::Adopted;
use crate::policy::Role;
use crate::ready::Card;
use crate::ready::Floor;
use crate::record::Lock;
use crate::record::Mark;
use crate::record::Phase;
use crate::time::Timestamp;
use crate::whose_move::Mover;

/// What stands against taking a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// What `apply` would say.
    Ground(&'static Ground),
    /// A part of the same parent lands first.
    MergeOrder(TaskId),
}

impl Against {
    /// Its stable id.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Ground(ground) => ground.id,
            Self::MergeOrder(_) => "merge-order",
        }
    }
}

/// What a task is to an agent in a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It has it already, and it is its move.
    InHand,
    /// It may take it now.
    Take,
    /// It may not.
    Not(Against),
    /// It is nothing for this role.
    Other,
}

/// What is asked with: a queue, and who asks when.
pub struct Offers<'a> {
    /// The queue's order.
    pub order: &'a Order<'a>,
    /// What stands around claims of whoever asks.
    pub floor: &'a Floor,
    /// The policy.
    pub policy: &'a Adopted,
    /// The state's locks.
    pub locks: &'a [Lock],
    /// Whether a task is done.
    pub is_done: &'a dyn Fn(&TaskId) -> bool,
    /// By the asker's clock.
    pub now: Timestamp,
    /// Who asks; none for an agent that is not there yet.
    pub asks: Option<(&'a Agent, &'a CloneId)>,
}

/// What an agent could do, best first, and how often what stood against the rest.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// What it has in hand, and may take after that: indexes of cards, with the role to act in.
    pub in_hand: Vec<(usize, Role)>,
    /// What it may take.
    pub free: Vec<(usize, Role)>,
    /// Why not the others: ids with counts.
    pub against: BTreeMap<&'static str, usize>,
}

impl Offers<'_> {
    /// All that there is for the asker in `roles`.
    pub fn find(&self, roles: &[Role]) -> Found {
        let mut found = Found::default();
        for at in 0..self.order.cards().len() {
            for role in roles {
                match self.offer(at, *role) {
                    Offer::InHand => found.in_hand.push((at, *role)),
                    Offer::Take => found.free.push((at, *role)),
                    Offer::Not(against) => *found.against.entry(against.id()).or_default() += 1,
                    Offer::Other => {}
                }
            }
        }
        found.in_hand.sort_by_cached_key(|(at, _)| self.order.key(*at));
        found
            .free
            .sort_by_cached_key(|(at, _)| (self.failed_before(*at), self.order.key(*at)));
        found
    }

    /// Who moves next with the card at an index.
    pub fn mover(&self, at: usize) -> Option<Mover> {
        let card = &self.order.cards()[at];
        let waits = Waits::of(card, self.order.cards(), self.is_done);
        mover(card, &waits, self.locks, self.policy, self.now)
    }

    /// What the card at an index is to the asker in `role`.
    pub fn offer(&self, at: usize, role: Role) -> Offer {
        let card = &self.order.cards()[at];
        let mine = || {
            let mover = self.mover(at);
            let asks = self.asks.zip(mover.as_ref());
            mover.as_ref().is_some_and(|m| m.role == role)
                && asks.is_some_and(|((by, clone), mover)| mover.is(by, clone))
        };
        match (role, card.status) {
            (Role::Worker, Phase::Todo) => self.claim(card),
            (Role::Worker, Phase::Blocked) if card.lane.is_none() => self.claim(card),
            (Role::Worker, Phase::InProgress) if mine() => self.held(card),
            // What waits for words only people end: whoever asks would be told of it for ever.
            (Role::Worker, Phase::Blocked) if card.blocked_on.is_some() && mine() => Offer::InHand,
            (Role::Worker, Phase::Blocked) => not(&ground::BLOCKER_OPEN),
            (Role::Worker, Phase::InProgress) => not(&ground::ALREADY_CLAIMED),
            (Role::Worker, Phase::Review) if lacks_self_review(card, self.policy) && mine() => Offer::InHand,
            (Role::Reviewer, Phase::Review) if lacks_self_review(card, self.policy) => {
                not(&ground::SELF_REVIEW_MISSING)
            }
            (Role::Reviewer, Phase::Review) | (Role::Tester, Phase::Testing) if mine() => Offer::InHand,
            (Role::Reviewer, Phase::Review) | (Role::Tester, Phase::Testing) => self.judge(at, role),
            (Role::Integrator, Phase::Queued) if is_unsigned(card, self.policy) => not(&ground::UNSIGNED),
            (Role::Maintainer, Phase::Queued) if is_unsigned(card, self.policy) => self.sign(card),
            (Role::Integrator, Phase::Queued) if self.floor.is_frozen() => not(&ground::LANDING_FROZEN),
            (Role::Integrator, Phase::Queued) => self.land(card, role),
            (Role::Orchestrator, _) => self.decide(at, role),
            _ => Offer::Other,
        }
    }

    fn claim(&self, card: &Card) -> Offer {
        match self.floor.against(card, self.is_done) {
            Some(ground) => not(ground),
            // Whoever held it could only wait, and its scope might be in the way of the parts.
            None if open_parts(card, self.order.cards()).next().is_some() => not(&ground::CHILDREN_OPEN),
            None => Offer::Take,
        }
    }

    /// What cannot be handed off before another task is done leaves time for that one.
    fn held(&self, card: &Card) -> Offer {
        match Waits::of(card, self.order.cards(), self.is_done) {
            Waits::For(first) if card.depends_on.contains(&first) => not(&ground::DEPENDENCY_OPEN),
            Waits::For(_) => not(&ground::CHILDREN_OPEN),
            Waits::No | Waits::InVain => Offer::InHand,
        }
    }

    fn judge(&self, at: usize, role: Role) -> Offer {
        let card = &self.order.cards()[at];
        let own = self.asks.is_some_and(|(by, _)| card.authors.contains(by));
        let taken = card.assigned.is_some() && !self.mover(at).is_some_and(|mover| mover.late);
        if !self.may(role) {
            not(&ground::ROLE_NOT_ALLOWED)
        } else if role == Role::Reviewer && own && !self.policy.pipeline.own_approval {
            not(&ground::OWN_WORK)
        } else if taken {
            not(&ground::STAGE_TAKEN)
        } else if !self.floor.has_room_for(card) {
            not(&ground::CAPACITY_FULL)
        } else {
            Offer::Take
        }
    }

    /// A person signs, who did not write it.
    fn sign(&self, card: &Card) -> Offer {
        let by = self.asks.map(|(by, _)| by);
        let own = by.is_some_and(|by| card.authors.contains(by));
        if !self.may(Role::Maintainer) {
            not(&ground::ROLE_NOT_ALLOWED)
        } else if by.is_some_and(|by| !by.is_person()) {
            not(&ground::NOT_A_PERSON)
        } else if own && !self.policy.pipeline.own_approval {
            not(&ground::OWN_WORK)
        } else {
            Offer::Take
        }
    }

    fn land(&self, card: &Card, role: Role) -> Offer {
        match Waits::of(card, self.order.cards(), self.is_done) {
            _ if !self.may(role) => not(&ground::ROLE_NOT_ALLOWED),
            Waits::For(first) => Offer::Not(Against::MergeOrder(first)),
            Waits::No | Waits::InVain => Offer::Take,
        }
    }

    /// What only the orchestrator can settle: escalated, waiting in vain, blocked by words, or late.
    fn decide(&self, at: usize, role: Role) -> Offer {
        let card = &self.order.cards()[at];
        let Some(mover) = self.mover(at) else {
            return Offer::Other;
        };
        let waits = Waits::of(card, self.order.cards(), self.is_done);
        let asked = mover.role == Role::Orchestrator && !matches!(waits, Waits::For(_));
        let late = mover.role == Role::Worker && mover.late;
        match asked || late {
            false => Offer::Other,
            true if self.may(role) => Offer::Take,
            true => not(&ground::ROLE_NOT_ALLOWED),
        }
    }

    /// Whether whoever asks may act in a role; of one that is not there yet, whether anybody may.
    fn may(&self, role: Role) -> bool {
        match self.asks {
            Some((by, _)) => self.policy.allows(role, by),
            None => {
                let listed = self.policy.roles.get(&role);
                listed.is_none_or(|listed| !listed.is_empty())
            }
        }
    }

    /// Whether the asker's own attempt failed, so that another goes on if there is one.
    fn failed_before(&self, at: usize) -> bool {
        let card = &self.order.cards()[at];
        let own = self.asks.is_some_and(|(by, _)| card.authors.contains(by));
        own && card.status == Phase::Todo && card.mark == Some(Mark::Retry)
    }
}

fn not(ground: &'static Ground) -> Offer {
    Offer::Not(Against::Ground(ground))
}
