//! The one table of transitions: from, verb, to, by, needs. It drives the decision, the hints, the
//! documentation and the tests.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::policy::Role;
use crate::record::Phase;

/// What somebody does to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Takes it.
    Claim,
    /// Gives it back.
    Release,
    /// Says that it cannot go on.
    Block,
    /// Says that it can go on.
    Unblock,
    /// Says that it has landed.
    Done,
    /// Takes it away from a holder whose lease is over.
    Reclaim,
    /// Delivers it, with the evidence.
    Handoff,
    /// Works again on what was handed off.
    Resume,
}

/// A word that is no verb of the table.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no such verb; there are {}", Verb::ALL.map(Verb::name).join(", "))]
pub struct VerbNameError;

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 8] = [
        Self::Claim,
        Self::Release,
        Self::Block,
        Self::Unblock,
        Self::Done,
        Self::Reclaim,
        Self::Handoff,
        Self::Resume,
    ];

    /// The verb as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Release => "release",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Done => "done",
            Self::Reclaim => "reclaim",
            Self::Handoff => "handoff",
            Self::Resume => "resume",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verb {
    type Err = VerbNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or(VerbNameError)
    }
}

/// For which tasks of the phase a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// Those that somebody holds.
    Claimed,
    /// Those that nobody holds.
    Unclaimed,
}

impl When {
    /// Whether a task that is claimed or not is meant.
    pub fn holds(self, claimed: bool) -> bool {
        match self {
            Self::Always => true,
            Self::Claimed => claimed,
            Self::Unclaimed => !claimed,
        }
    }
}

/// What must be true for a row's transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The integration branch has a policy.
    Policy,
    /// Every task that it depends on is done.
    Dependencies,
    /// The task that blocks it, if one does, is done.
    Blocker,
    /// It has a scope where the policy requires one.
    Scope,
    /// Its area is declared, and its scope stays out of other areas.
    Area,
    /// Its branch is no other lane's, and not the integration branch.
    Branch,
    /// The pool has room.
    Capacity,
    /// Its area has room for one more lane.
    AreaLane,
    /// Nobody else holds what its scope covers.
    ScopeFree,
    /// The holder acts, or an orchestrator or maintainer by `--role`.
    Holder,
    /// A reason is given.
    Reason,
    /// Blocking it does not close a circle.
    NoCycle,
    /// The lease is over.
    LeaseOver,
    /// The tip is on the integration branch.
    Landed,
    /// Every acceptance check has passed on the tree that is handed off.
    Evidence,
}

impl Need {
    /// What must be true, for the documentation.
    pub fn words(self) -> &'static str {
        match self {
            Self::Policy => "the integration branch has a policy",
            Self::Dependencies => "every task that it depends on is done",
            Self::Blocker => "the task that blocks it, if one does, is done",
            Self::Scope => "it has a scope, where the policy requires one",
            Self::Area => "its area is declared and its scope stays out of other areas",
            Self::Branch => "its branch is no other lane's",
            Self::Capacity => "the pool has room",
            Self::AreaLane => "its area has room for one more lane",
            Self::ScopeFree => "nobody else holds what its scope covers",
            Self::Holder => "its holder acts (or `--role orchestrator`, `--role maintainer`)",
            Self::Reason => "a reason is given",
            Self::NoCycle => "no task would wait for itself",
            Self::LeaseOver => "the lease is over",
            Self::Landed => "its tip is on the integration branch",
            Self::Evidence => "every acceptance check has passed on the tree that is handed off",
        }
    }
}

/// One row of the table.
#[derive(Debug)]
pub struct Move {
    /// The phase that it starts from.
    pub from: Phase,
    /// For which tasks of that phase.
    pub when: When,
    /// What is done.
    pub verb: Verb,
    /// The phase that it leads to.
    pub to: Phase,
    /// The roles that may do it; the first is implied when none is named.
    pub by: &'static [Role],
    /// What must be true, in the order in which it is asked.
    pub needs: &'static [Need],
}

const ANY: &[Role] = &[
    Role::Worker,
    Role::Orchestrator,
    Role::Reviewer,
    Role::Tester,
    Role::Integrator,
    Role::Maintainer,
];
const HOLDERS: &[Role] = &[Role::Worker, Role::Orchestrator, Role::Maintainer];
const WORKERS: &[Role] = &[Role::Worker, Role::Orchestrator];
const LANDERS: &[Role] = &[
    Role::Worker,
    Role::Integrator,
    Role::Orchestrator,
    Role::Maintainer,
];

const START: &[Need] = &[
    Need::Policy,
    Need::Dependencies,
    Need::Blocker,
    Need::Scope,
    Need::Area,
    Need::Branch,
    Need::ScopeFree,
    Need::AreaLane,
    Need::Capacity,
];

const HANDOFF: &[Need] = &[Need::Holder, Need::Dependencies, Need::Evidence];

const fn row(
    from: Phase,
    when: When,
    verb: Verb,
    to: Phase,
    by: &'static [Role],
    needs: &'static [Need],
) -> Move {
    Move {
        from,
        when,
        verb,
        to,
        by,
        needs,
    }
}

/// All transitions. A verb that a phase does not list is refused there.
pub static MOVES: &[Move] = &[
    row(
        Phase::Todo,
        When::Always,
        Verb::Claim,
        Phase::InProgress,
        WORKERS,
        START,
    ),
    row(
        Phase::Todo,
        When::Always,
        Verb::Block,
        Phase::Blocked,
        ANY,
        &[Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Release,
        Phase::Todo,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Block,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Done,
        Phase::Done,
        LANDERS,
        &[Need::Landed],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Reclaim,
        Phase::Todo,
        ANY,
        &[Need::LeaseOver, Need::Reason],
    ),
    row(
        Phase::InProgress,
        When::Always,
        Verb::Handoff,
        Phase::Review,
        HOLDERS,
        HANDOFF,
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Handoff,
        Phase::Review,
        HOLDERS,
        HANDOFF,
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Resume,
        Phase::InProgress,
        HOLDERS,
        &[Need::Holder, Need::Capacity],
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Release,
        Phase::Todo,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::Review,
        When::Always,
        Verb::Done,
        Phase::Done,
        LANDERS,
        &[Need::Landed],
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Claim,
        Phase::InProgress,
        WORKERS,
        START,
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Block,
        Phase::Blocked,
        ANY,
        &[Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::Blocked,
        When::Unclaimed,
        Verb::Unblock,
        Phase::Todo,
        ANY,
        &[Need::Blocker],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Block,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason, Need::NoCycle],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Unblock,
        Phase::InProgress,
        HOLDERS,
        &[Need::Holder, Need::Blocker, Need::Capacity],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Release,
        Phase::Blocked,
        HOLDERS,
        &[Need::Holder, Need::Reason],
    ),
    row(
        Phase::Blocked,
        When::Claimed,
        Verb::Reclaim,
        Phase::Blocked,
        ANY,
        &[Need::LeaseOver, Need::Reason],
    ),
];

/// The row for a verb from a phase.
pub fn find(from: Phase, claimed: bool, verb: Verb) -> Option<&'static Move> {
    MOVES
        .iter()
        .find(|m| m.from == from && m.verb == verb && m.when.holds(claimed))
}

/// What can be done from a phase, for hints.
pub fn verbs_from(from: Phase, claimed: bool) -> Vec<Verb> {
    MOVES
        .iter()
        .filter(|m| m.from == from && m.when.holds(claimed))
        .map(|m| m.verb)
        .collect()
}

/// The role that a verb implies when none is named.
pub fn implied_role(verb: Verb) -> Role {
    MOVES
        .iter()
        .find(|m| m.verb == verb)
        .map_or(Role::Worker, |m| m.by[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_phase_is_reachable_from_todo() {
        let mut reached = BTreeSet::from([Phase::Todo]);
        for _ in Phase::ALL {
            for m in MOVES {
                if reached.contains(&m.from) {
                    reached.insert(m.to);
                }
            }
        }
        assert_eq!(reached, Phase::ALL.into_iter().collect());
    }

    #[test]
    fn every_verb_is_used_and_reads_back() {
        for verb in Verb::ALL {
            assert!(MOVES.iter().any(|m| m.verb == verb), "{verb}");
            assert_eq!(verb.name().parse(), Ok(verb));
        }
    }

    #[test]
    fn every_active_phase_has_a_way_to_done() {
        for start in Phase::ALL.into_iter().filter(|p| !p.is_final()) {
            let mut reached = BTreeSet::from([start]);
            for _ in Phase::ALL {
                let next: Vec<_> = MOVES
                    .iter()
                    .filter(|m| reached.contains(&m.from))
                    .map(|m| m.to)
                    .collect();
                reached.extend(next);
            }
            assert!(reached.contains(&Phase::Done), "{start}");
        }
    }

    #[test]
    fn nothing_leaves_a_final_phase() {
        assert!(MOVES.iter().all(|m| !m.from.is_final()));
    }

    #[test]
    fn no_two_rows_answer_the_same_question() {
        for phase in Phase::ALL {
            for verb in Verb::ALL {
                for claimed in [false, true] {
                    let rows = MOVES
                        .iter()
                        .filter(|m| m.from == phase && m.verb == verb && m.when.holds(claimed));
                    assert!(rows.count() <= 1, "{phase} {verb} claimed={claimed}");
                }
            }
        }
    }

    #[test]
    fn every_need_is_used_and_has_words() {
        let used: BTreeSet<Need> = MOVES.iter().flat_map(|m| m.needs.iter().copied()).collect();
        assert_eq!(used.len(), 15);
        assert!(used.iter().all(|n| !n.words().is_empty()));
    }
}
