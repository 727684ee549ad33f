//! What a team would start now, in which order, on how many places, and why not the rest.

use super::Against;
use super::Offer;
use super::Offers;
use crate::glob;
use crate::glob::Scope;
use crate::ground;
use crate::id::TaskId;
use crate::policy::Role;
use crate::ready::Card;
use crate::ready::Floor;
use crate::record::Phase;

/// A dry view of what would be started. Nothing of it has happened.
#[derive(Debug, Default)]
pub struct Plan {
    /// How many places there were for it.
    pub places: usize,
    /// What would be started, first things first: each takes a place.
    pub starts: Vec<Start>,
    /// What would land, one after the other: without a place.
    pub lands: Vec<usize>,
    /// What the orchestrator has to decide: indexes of cards.
    pub decides: Vec<usize>,
    /// What would not be started, in order, and why.
    pub waits: Vec<Wait>,
}

/// A task that would be started.
#[derive(Debug, PartialEq, Eq)]
pub struct Start {
    /// The card's index.
    pub at: usize,
    /// In which role.
    pub role: Role,
}

/// A task that would not be started.
#[derive(Debug, PartialEq, Eq)]
pub struct Wait {
    /// The card's index.
    pub at: usize,
    /// What stands against it.
    pub against: Against,
    /// The task of this plan whose scope or branch is in its way, where it is not the state that says no.
    pub collides: Option<TaskId>,
}

/// What would be started on at most `slots` places, with agents that are not there yet. `floor` is what `offers` asks,
/// once more, to be filled.
pub fn plan(offers: &Offers<'_>, mut floor: Floor, slots: usize) -> Plan {
    floor.leave_free(slots);
    let mut plan = Plan {
        places: floor.free(),
        ..Plan::default()
    };
    for at in offers.order.all() {
        let card = &offers.order.cards()[at];
        if offers.offer(at, Role::Orchestrator) == Offer::Take {
            plan.decides.push(at);
            continue;
        }
        let role = role_of(card.status);
        let filled = Offers {
            floor: &floor,
            ..*offers
        };
        match filled.offer(at, role) {
            Offer::Take if role == Role::Integrator => plan.lands.push(at),
            Offer::Take => {
                floor.take(card);
                plan.starts.push(Start { at, role });
            }
            Offer::Not(against) => {
                let by_plan = collides(&against) && offers.offer(at, role) == Offer::Take;
                let collides = by_plan.then(|| plan.in_the_way(offers, card)).flatten();
                plan.waits.push(Wait {
                    at,
                    against,
                    collides,
                });
            }
            // Nobody who is not there yet has it in hand, and each phase has its role.
            Offer::InHand | Offer::Other => {
                let against = Against::Ground(&ground::NOT_IN_PHASE);
                plan.waits.push(Wait {
                    at,
                    against,
                    collides: None,
                });
            }
        }
    }
    plan
}

/// Whether it is about what another task covers.
fn collides(against: &Against) -> bool {
    *against == Against::Ground(&ground::FOREIGN_LOCK) || *against == Against::Ground(&ground::BRANCH_TAKEN)
}

/// The role in which somebody goes on with a task of a phase.
fn role_of(phase: Phase) -> Role {
    match phase {
        Phase::Review => Role::Reviewer,
        Phase::Testing => Role::Tester,
        Phase::Queued => Role::Integrator,
        Phase::Escalated => Role::Orchestrator,
        _ => Role::Worker,
    }
}

impl Plan {
    /// The first task that would be claimed and that covers what this one covers, or has its branch.
    fn in_the_way(&self, offers: &Offers<'_>, card: &Card) -> Option<TaskId> {
        let own = Scope::parse(&card.scope).ok()?;
        let common = offers.policy.common().ok()?;
        let claims = self.starts.iter().filter(|start| start.role == Role::Worker);
        let mut others = claims.map(|start| &offers.order.cards()[start.at]);
        let meets = |other: &&Card| {
            other.branch == card.branch
                || Scope::parse(&other.scope)
                    .is_ok_and(|scope| !matches!(glob::decide(&[&own, &scope], &[&common]), Ok(None)))
        };
        others.find(meets).map(|other| other.id.clone())
    }
}
