//! The one table of transitions: from, verb, to, by, needs. It drives the decision, the hints, the
//! documentation and the tests.

mod need;
mod table;
mod verb;

pub use need::Need;
pub use table::MOVES;
pub use verb::Verb;
pub use verb::VerbNameError;

use crate::policy::Role;
use crate::record::Phase;

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
