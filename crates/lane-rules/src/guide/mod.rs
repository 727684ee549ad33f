//! What each rule is about, in words: the source of `git lane rules` and of `docs/rules.md`.

mod commits;
mod deliveries;
mod doubts;
mod landings;
mod lanes;

use lane_core::ground::Ground;
use lane_core::policy::Level;

pub use doubts::doubts;

use crate::levels::LEVELS;

/// What is to be known of a rule.
pub struct Guide {
    /// The ground of its findings.
    pub ground: &'static Ground,
    /// Of what it is asked.
    pub sort: Sort,
    /// What it finds: a sentence.
    pub what: &'static str,
    /// Why that is found.
    pub why: &'static str,
    /// A change that violates it.
    pub violates: &'static str,
    /// Its nearest neighbour that does not.
    pub neighbour: &'static str,
    /// The way on.
    pub remedy: &'static str,
    /// The settings that it takes from its table of the policy beside the level, and what they mean.
    pub settings: &'static [(&'static str, &'static str)],
    /// The tables of the policy that declare what it needs; it is silent without them.
    pub declares: &'static [&'static str],
}

impl Guide {
    /// What guides of one sort have in common; the rest is theirs to say.
    const fn blank(sort: Sort, ground: &'static Ground) -> Self {
        Self {
            ground,
            sort,
            what: "",
            why: "",
            violates: "",
            neighbour: "",
            remedy: "",
            settings: &[],
            declares: &[],
        }
    }
}

/// Of what a rule is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Of a commit.
    Commit,
    /// Of a delivery.
    Delivery,
    /// Of both.
    Both,
}

impl Sort {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Delivery => "delivery",
            Self::Both => "commit and delivery",
        }
    }
}

/// All rules, sorted by id.
pub static GUIDES: &[&Guide] = &[
    &deliveries::ACCEPTANCE_CHANGED,
    &deliveries::ACCEPTANCE_UNDECLARED,
    &deliveries::CHANGELOG_MISSING,
    &deliveries::CO_CHANGE,
    &lanes::CONFLICT_MARKERS,
    &commits::CONSULT_MISSING,
    &deliveries::CONTRACT_CONFLICT,
    &deliveries::CONTRACT_UNCHECKED,
    &deliveries::DEFECT_CAUSE,
    &deliveries::DEFECT_PROOF,
    &lanes::DETACHED_HEAD,
    &lanes::FOREIGN_LANE,
    &lanes::FOREIGN_LOCK,
    &lanes::FOREIGN_STAGED,
    &commits::GENERATED_ALONE,
    &deliveries::HANDOFF_MISSING,
    &commits::LARGE_COMMIT,
    &lanes::MAINTAINER_PATH,
    &landings::MERGE_ORDER,
    &landings::MERGES_MAIN,
    &commits::MIXED_AREAS,
    &lanes::OUT_OF_SCOPE,
    &lanes::OUTSIDE_AREA,
    &lanes::OUTSIDE_SCOPE,
    &lanes::RECORD_UNREADABLE,
    &lanes::RECORDS_DISAGREE,
    &deliveries::REMOVED_TESTS,
    &deliveries::RISK_EVIDENCE,
    &lanes::STALE_FENCE,
    &landings::VERDICT_MISSING,
    &lanes::WRONG_BRANCH,
];

impl Guide {
    /// What is to be known of the rule with this id.
    pub fn of(id: &str) -> Option<&'static Self> {
        GUIDES.iter().copied().find(|guide| guide.ground.id == id)
    }

    /// How much the rule weighs where the policy does not say; none for what always refuses.
    pub fn default_level(&self) -> Option<Level> {
        let leveled = LEVELS.iter().find(|leveled| leveled.ground == self.ground);
        leveled.map(|leveled| leveled.default)
    }
}

/// How alike two ids must be to be taken for each other, of 1.
const ALIKE: f64 = 0.75;

/// The most ids that are suggested.
const NEAREST_MAX: usize = 3;

/// The ids that are most like this word, the nearest first.
pub fn nearest(word: &str) -> Vec<&'static str> {
    let word: String = word.chars().take(64).collect::<String>().to_ascii_lowercase();
    let ids = GUIDES.iter().map(|guide| guide.ground.id);
    let mut alike: Vec<(f64, &str)> = ids
        .map(|id| (strsim::jaro_winkler(id, &word), id))
        .filter(|(how, _)| *how >= ALIKE)
        .collect();
    alike.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    alike.into_iter().take(NEAREST_MAX).map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DELIVERY;
    use crate::RULES;

    fn ids() -> Vec<&'static str> {
        GUIDES.iter().map(|guide| guide.ground.id).collect()
    }

    #[test]
    fn rules_stand_once_and_in_order() {
        assert!(ids().is_sorted_by(|a, b| a < b), "{:?}", ids());
    }

    #[test]
    fn every_rule_has_its_text() {
        let rules = RULES.iter().map(|rule| rule.ground.id);
        let rules = rules.chain(DELIVERY.iter().map(|rule| rule.ground.id));
        let rules = rules.chain(LEVELS.iter().map(|rule| rule.ground.id));
        for id in rules {
            assert!(ids().contains(&id), "{id} has no text");
        }
    }

    #[test]
    fn the_sort_is_that_of_the_tables() {
        for guide in GUIDES {
            let is_commit = RULES.iter().any(|rule| rule.ground == guide.ground);
            let is_delivery = DELIVERY.iter().any(|rule| rule.ground == guide.ground);
            let sort = guide.sort;
            assert!(!is_delivery || sort != Sort::Commit, "{}", guide.ground.id);
            assert!(!is_commit || sort != Sort::Delivery, "{}", guide.ground.id);
        }
    }

    #[test]
    fn texts_are_sentences_on_one_line() {
        for guide in GUIDES {
            for text in [
                guide.what,
                guide.why,
                guide.violates,
                guide.neighbour,
                guide.remedy,
            ] {
                let fine = text.ends_with('.') && !text.contains('\n') && text.chars().count() < 300;
                assert!(fine, "{}: {text}", guide.ground.id);
            }
        }
    }

    #[test]
    fn a_misspelt_id_is_answered_by_the_nearest() {
        for (word, expected) in [
            ("co-chnage", "co-change"),
            ("mixed-area", "mixed-areas"),
            ("Removed-Tests", "removed-tests"),
            ("outside", "outside-area"),
        ] {
            assert_eq!(nearest(word).first(), Some(&expected), "{:?}", nearest(word));
        }
        assert_eq!(nearest("zzz"), [""; 0]);
        assert!(nearest(&"o".repeat(100_000)).len() <= NEAREST_MAX);
    }
}
