//! The rules whose level the policy sets, and how much each weighs where it does not say.

use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;

/// A rule that has a level.
pub struct Leveled {
    /// The ground of its findings.
    pub ground: &'static Ground,
    /// How much it weighs where the policy does not say.
    pub default: Level,
}

impl Leveled {
    const fn new(ground: &'static Ground, default: Level) -> Self {
        Self { ground, default }
    }
}

/// All rules that have a level, sorted by id. Locks, scopes, fences and records have none.
pub static LEVELS: &[Leveled] = &[
    Leveled::new(&ground::ACCEPTANCE_CHANGED, Level::Advice),
    Leveled::new(&ground::ACCEPTANCE_UNDECLARED, Level::Advice),
    Leveled::new(&ground::CHANGELOG_MISSING, Level::Advice),
    Leveled::new(&ground::CO_CHANGE, Level::Refuse),
    Leveled::new(&ground::CONSULT_MISSING, Level::Off),
    Leveled::new(&ground::CONTRACT_CONFLICT, Level::Refuse),
    Leveled::new(&ground::CONTRACT_UNCHECKED, Level::Refuse),
    Leveled::new(&ground::DEFECT_CAUSE, Level::Advice),
    Leveled::new(&ground::DEFECT_PROOF, Level::Advice),
    Leveled::new(&ground::GENERATED_ALONE, Level::Refuse),
    Leveled::new(&ground::HANDOFF_MISSING, Level::Advice),
    Leveled::new(&ground::LARGE_COMMIT, Level::Advice),
    Leveled::new(&ground::MERGE_ORDER, Level::Refuse),
    Leveled::new(&ground::MERGES_MAIN, Level::Advice),
    Leveled::new(&ground::MIXED_AREAS, Level::Refuse),
    Leveled::new(&ground::REMOVED_TESTS, Level::Refuse),
    Leveled::new(&ground::RISK_EVIDENCE, Level::Refuse),
    Leveled::new(&ground::VERDICT_MISSING, Level::Refuse),
];

/// How much a rule weighs: what the policy says, else its default. What has no level always refuses.
pub fn level_of(ground: &Ground, policy: &Adopted) -> Level {
    let Some(rule) = LEVELS.iter().find(|rule| rule.ground == ground) else {
        return Level::Refuse;
    };
    let settings = policy.rule.get(ground.id);
    settings
        .and_then(|settings| settings.level)
        .unwrap_or(rule.default)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lane_core::policy;

    fn adopted(text: &str) -> Adopted {
        let text = format!("repository = \"r\"\n{text}");
        Adopted::of(&policy::parse(text.as_bytes()).unwrap(), "")
    }

    #[test]
    fn rules_stand_once_and_in_order() {
        let ids: Vec<&str> = LEVELS.iter().map(|rule| rule.ground.id).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
    }

    #[test]
    fn the_policy_sets_levels_of_taste_and_no_others() {
        let policy = adopted("[rule.co-change]\nlevel = \"off\"\n[rule.foreign-lock]\nlevel = \"off\"\n");
        assert_eq!(level_of(&ground::CO_CHANGE, &policy), Level::Off);
        assert_eq!(level_of(&ground::LARGE_COMMIT, &policy), Level::Advice);
        assert_eq!(level_of(&ground::FOREIGN_LOCK, &policy), Level::Refuse);
    }

    #[test]
    fn settings_without_a_level_leave_the_default() {
        let policy = adopted("[rule.large-commit]\nfiles = 3\n");
        assert_eq!(level_of(&ground::LARGE_COMMIT, &policy), Level::Advice);
    }
}
