//! What a policy says about rules that means nothing to this version: for who writes it, and no reason to refuse it.

use lane_core::policy::Policy;
use lane_core::policy::RuleSettings;
use lane_core::text;

use super::Guide;
use super::nearest;
use crate::delivery::pattern_faults;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 64;

/// What `[rule.ID]` and `[tests]` say that means nothing, a sentence each. Keys that no rule has are told elsewhere.
pub fn doubts(policy: &Policy) -> Vec<String> {
    let rules = policy
        .rule
        .iter()
        .flat_map(|(id, settings)| of_rule(id, settings));
    rules.chain(pattern_faults(&policy.tests)).collect()
}

fn of_rule(id: &str, settings: &RuleSettings) -> Vec<String> {
    let shown = text::excerpt(id, NAME_CHARS);
    let Some(guide) = Guide::of(id) else {
        let alike = nearest(id);
        let alike = if alike.is_empty() {
            "`git lane rules` lists them".to_owned()
        } else {
            format!("alike are {}", alike.join(", "))
        };
        return vec![format!("`rule.{shown}` is no rule of this version; {alike}")];
    };
    let mut odd = Vec::new();
    if settings.level.is_some() && guide.default_level().is_none() {
        odd.push(format!(
            "`rule.{shown}.level` means nothing: this rule always refuses"
        ));
    }
    let said = [
        ("files", settings.files.is_some()),
        ("lines", settings.lines.is_some()),
        ("kinds", settings.kinds.is_some()),
        ("sources", !settings.sources.is_empty()),
    ];
    let known = |name: &str| guide.settings.iter().any(|(setting, _)| *setting == name);
    let strange = said.iter().filter(|(name, is_said)| *is_said && !known(name));
    odd.extend(strange.map(|(name, _)| format!("`rule.{shown}.{name}` means nothing to this rule")));
    odd
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let policy: Policy = lane_core::codec::decode(text.as_bytes()).unwrap();
        let found = doubts(&policy);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn what_means_nothing_is_told() {
        check("", &[]);
        check(
            "[rule.large-commit]\nlevel = \"off\"\nfiles = 3\nlines = 4\n",
            &[],
        );
        check("[rule.consult-missing]\nsources = [\"x\"]\n", &[]);
        check("[rule.changelog-missing]\nkinds = []\n", &[]);
        check(
            "[rule.co-chang]\nlevel = \"off\"\n",
            &["`rule.co-chang` is no rule of this version; alike are co-change"],
        );
        check(
            "[rule.zzz]\n",
            &["`rule.zzz` is no rule of this version; `git lane rules` lists them"],
        );
        check(
            "[rule.co-change]\nfiles = 3\nkinds = []\n",
            &["`rule.co-change.files` means", "`rule.co-change.kinds` means"],
        );
        check(
            "[rule.foreign-lock]\nlevel = \"off\"\n",
            &["`rule.foreign-lock.level` means nothing"],
        );
        check("[tests]\nnames = [\"a(\"]\n", &["`tests.names` has \"a(\""]);
    }

    #[test]
    fn a_hostile_name_is_escaped_and_bounded() {
        let policy: Policy =
            lane_core::codec::decode(format!("[rule.\"\\u001b{}\"]\n", "x".repeat(4_000)).as_bytes())
                .unwrap();
        let found = doubts(&policy);
        assert!(found[0].len() < 200 && !found[0].contains('\u{1b}'), "{found:?}");
    }
}
