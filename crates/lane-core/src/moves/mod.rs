//! The one table of transitions: from, verb, to, by, needs. It drives the decision, the hints, the
//! documentation and the tests.

mod need;
mod table;
mod verb;

pub use need::Need;
pub use table::MOVES;
pub use verb::Verb;
pub use verb::VerbNameError;

use crate::policy::Adopted;
use crate::policy::Pipeline;
use crate::policy::Role;
use crate::record::Phase;
use crate::record::Stage;
use crate::record::Task;

/// For which tasks of the phase a row holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// All.
    Always,
    /// Those that somebody holds.
    Claimed,
    /// Those that nobody holds.
    Unclaimed,
    /// Those whose stage may fail once more in its place.
    RetryLeft,
    /// Those whose stage may not.
    NoRetryLeft,
    /// Those whose stage has failed just as often as it may.
    RetrySpent,
    /// Those whose stage has failed more often.
    RetryOverspent,
}

/// What of a task decides which rows hold for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    /// Its phase.
    pub phase: Phase,
    /// Whether somebody holds it.
    pub claimed: bool,
    /// How often its stage may still fail in its place; below zero, how much too often it failed.
    pub retries: i64,
}

impl Situation {
    /// Where a task is under a policy.
    pub fn of(task: &Task, policy: &Adopted) -> Self {
        let failures = Stage::of(task.status).map_or(0, |stage| task.failures(stage));
        Self {
            phase: task.status,
            claimed: task.claim.is_some(),
            retries: i64::from(policy.pipeline.retries) - i64::from(failures),
        }
    }
}

impl When {
    /// Whether a task in this situation is meant.
    pub fn holds(self, at: Situation) -> bool {
        match self {
            Self::Always => true,
            Self::Claimed => at.claimed,
            Self::Unclaimed => !at.claimed,
            Self::RetryLeft => at.retries > 0,
            Self::NoRetryLeft => at.retries <= 0,
            Self::RetrySpent => at.retries == 0,
            Self::RetryOverspent => at.retries < 0,
        }
    }

    /// For the documentation; empty where all are meant.
    pub fn words(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Claimed => "held",
            Self::Unclaimed => "held by nobody",
            Self::RetryLeft => "a retry is left",
            Self::NoRetryLeft => "no retry is left",
            Self::RetrySpent => "the retries are spent",
            Self::RetryOverspent => "it failed after that too",
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

impl Move {
    /// The phase that it really leads to: stages that the policy leaves out are skipped.
    pub fn leads_to(&self, pipeline: &Pipeline) -> Phase {
        match self.verb {
            Verb::Handoff | Verb::Approve => pipeline.onwards(self.to),
            // The author's word is the last of the review where nobody else gives one.
            Verb::SelfReview if !pipeline.has(Stage::Review) => pipeline.onwards(Phase::Testing),
            // There is nobody to send it back to.
            Verb::Fail if self.to == Phase::Review && !pipeline.has(Stage::Review) => Phase::Escalated,
            _ => self.to,
        }
    }
}

/// The row for a verb in a situation.
pub fn find(at: Situation, verb: Verb) -> Option<&'static Move> {
    MOVES
        .iter()
        .find(|m| m.from == at.phase && m.verb == verb && m.when.holds(at))
}

/// What can be done in a situation, for hints.
pub fn verbs_from(at: Situation) -> Vec<Verb> {
    MOVES
        .iter()
        .filter(|m| m.from == at.phase && m.when.holds(at))
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

/// The role that a verb implies for tasks of a phase: a return is the reviewer's, and the integrator's from the queue.
pub fn implied_role_from(phase: Phase, verb: Verb) -> Role {
    MOVES
        .iter()
        .find(|m| m.verb == verb && m.from == phase)
        .map_or_else(|| implied_role(verb), |m| m.by[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn situations(phase: Phase) -> Vec<Situation> {
        let each = |claimed| {
            [1, 0, -1].map(|retries| Situation {
                phase,
                claimed,
                retries,
            })
        };
        [each(false), each(true)].concat()
    }

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
                for at in situations(phase) {
                    let rows = MOVES
                        .iter()
                        .filter(|m| m.from == phase && m.verb == verb && m.when.holds(at));
                    assert!(rows.count() <= 1, "{verb} {at:?}");
                }
            }
        }
    }

    #[test]
    fn every_need_is_used_and_has_words() {
        let used: BTreeSet<Need> = MOVES.iter().flat_map(|m| m.needs.iter().copied()).collect();
        assert_eq!(used.len(), 30);
        assert!(used.iter().all(|n| !n.words().is_empty()));
    }
}
