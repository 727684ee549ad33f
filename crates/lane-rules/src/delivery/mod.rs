//! The verdict on what a lane delivers: the table of delivery rules. A rule is a file; what it finds is data.

mod acceptance_changed;
mod acceptance_undeclared;
mod changelog_missing;
mod co_change;
mod consult_missing;
mod contract_conflict;
mod contract_unchecked;
mod defect_cause;
mod defect_proof;
mod facts;
mod generated_alone;
mod handoff_missing;
mod merge_order;
mod merges_main;
mod removed_tests;
mod risk_evidence;
mod tests_in;
mod touched;
#[cfg(test)]
mod trial;
mod verdict_missing;
mod way_on;

use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;

pub use acceptance_changed::Rewritten;
pub use contract_unchecked::contract_checks;
pub use facts::Changed;
pub use facts::Delivered;
pub use facts::Evidence;
pub use facts::First;
pub use facts::GateSaid;
pub use facts::Moment;
pub use facts::RanOn;
pub use facts::Removed;
pub use facts::StageSaid;
pub use facts::What;
pub use merges_main::judge_merges;
pub use tests_in::Sides;
pub use tests_in::pattern_faults;
pub use tests_in::removed;

use crate::finding::Finding;
use crate::levels::level_of;
use crate::reach::ReachError;

/// What a rule has against a delivery, or that a glob of the policy cannot be read.
type Judged = Result<Vec<Finding>, ReachError>;

/// A rule about what is delivered. How much it weighs stands in [`crate::LEVELS`].
pub struct DeliveryRule {
    /// The ground of its findings.
    pub ground: &'static Ground,
    judge: fn(&Delivered<'_>, &Adopted) -> Judged,
}

impl DeliveryRule {
    const fn new(ground: &'static Ground, judge: fn(&Delivered<'_>, &Adopted) -> Judged) -> Self {
        Self { ground, judge }
    }
}

/// All delivery rules, sorted by id.
pub static DELIVERY: &[DeliveryRule] = &[
    DeliveryRule::new(&ground::ACCEPTANCE_CHANGED, acceptance_changed::judge),
    DeliveryRule::new(&ground::ACCEPTANCE_UNDECLARED, acceptance_undeclared::judge),
    DeliveryRule::new(&ground::CHANGELOG_MISSING, changelog_missing::judge),
    DeliveryRule::new(&ground::CO_CHANGE, co_change::judge),
    DeliveryRule::new(&ground::CONSULT_MISSING, consult_missing::judge),
    DeliveryRule::new(&ground::CONTRACT_CONFLICT, contract_conflict::judge),
    DeliveryRule::new(&ground::CONTRACT_UNCHECKED, contract_unchecked::judge),
    DeliveryRule::new(&ground::DEFECT_CAUSE, defect_cause::judge),
    DeliveryRule::new(&ground::DEFECT_PROOF, defect_proof::judge),
    DeliveryRule::new(&ground::GENERATED_ALONE, generated_alone::judge),
    DeliveryRule::new(&ground::HANDOFF_MISSING, handoff_missing::judge),
    DeliveryRule::new(&ground::MERGE_ORDER, merge_order::judge),
    DeliveryRule::new(&ground::MERGES_MAIN, merges_main::judge),
    DeliveryRule::new(&ground::REMOVED_TESTS, removed_tests::judge),
    DeliveryRule::new(&ground::RISK_EVIDENCE, risk_evidence::judge),
    DeliveryRule::new(&ground::VERDICT_MISSING, verdict_missing::judge),
];

/// All findings against what is delivered, each with the level that the policy gives its rule. What is no lane's has
/// findings that advise only.
///
/// # Errors
/// When a glob of the policy cannot be read.
pub fn judge_delivery(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let mut found = Vec::new();
    for rule in DELIVERY {
        let level = level_of(rule.ground, policy);
        let level = match delivered.task {
            Some(_) => level,
            None => level.min(Level::Advice),
        };
        if level > Level::Off {
            let judged = (rule.judge)(delivered, policy)?;
            found.extend(judged.into_iter().map(|one| one.at(level)));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::ids;
    use trial::Trial;

    #[test]
    fn rules_stand_once_and_in_order_and_have_a_level() {
        let listed: Vec<&str> = DELIVERY.iter().map(|rule| rule.ground.id).collect();
        assert!(listed.is_sorted_by(|a, b| a < b), "{listed:?}");
        for rule in DELIVERY {
            let leveled = crate::LEVELS.iter().any(|leveled| leveled.ground == rule.ground);
            assert!(leveled, "{}", rule.ground.id);
        }
    }

    #[test]
    fn the_policy_sets_the_level_and_what_is_no_lanes_is_advised() {
        let policy = |level: &str| {
            format!("[rule.co-change]\nlevel = \"{level}\"\n[co_change.x]\nwhen = [\"a\"]\nmust = [\"b\"]\n")
        };
        for (level, task, expected) in [
            ("refuse", Some(""), Some(Level::Refuse)),
            ("advice", Some(""), Some(Level::Advice)),
            ("off", Some(""), None),
            ("refuse", None, Some(Level::Advice)),
            ("off", None, None),
        ] {
            let found = Trial {
                policy: policy(level),
                task,
                changes: &["a"],
                ..Trial::checked()
            }
            .judge();
            let levels: Vec<Level> = found.iter().map(|one| one.level).collect();
            assert_eq!(levels, Vec::from_iter(expected), "{level} {task:?}");
        }
    }

    #[test]
    fn a_delivery_with_all_that_it_needs_has_no_finding() {
        assert_eq!(ids(&Trial::checked().judge()), [""; 0]);
    }

    #[test]
    fn a_glob_that_cannot_be_read_is_told_by_its_place() {
        for (policy, place) in [
            ("[generated.x]\nfiles = [\"a[\"]\n", "generated.x"),
            ("[co_change.x]\nwhen = [\"a[\"]\n", "co_change.x"),
            ("[contract.x]\nfiles = [\"a[\"]\nchecks = [\"c\"]\n", "contract.x"),
        ] {
            let trial = Trial {
                policy: policy.to_owned(),
                ..Trial::checked()
            };
            let fault = trial.try_judge().unwrap_err();
            assert_eq!(fault.place, place);
        }
    }
}
