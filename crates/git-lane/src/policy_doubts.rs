//! What a policy says that means nothing: for who writes it. It refuses nothing elsewhere.

use lane_core::policy::Policy;
use lane_core::text;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_rules::doubts;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 64;

/// A sentence each: rules, settings and patterns that are none, and checks of contracts that the gates do not declare.
/// Gates that are not known are not compared with.
pub(crate) fn of(policy: &Policy, gates: Option<&Gates>) -> Vec<String> {
    let mut found = doubts(policy);
    let Some(gates) = gates else { return found };
    for (name, contract) in &policy.contract {
        let missing = contract
            .checks
            .iter()
            .filter(|check| gates.check(check).is_none());
        found.extend(missing.map(|check| {
            format!(
                "`contract.{}.checks` names {:?}, which {GATES_PATH} does not declare: what changes the contract is never delivered",
                text::excerpt(name, NAME_CHARS),
                text::excerpt(check, NAME_CHARS)
            )
        }));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_is_not_declared_is_told() {
        let policy: Policy = toml::from_str("[contract.api]\nchecks = [\"one\", \"two\"]\n").unwrap();
        let gates = Gates::parse(b"[check.one]\nrung = 1\nrun = [\"true\"]\n").unwrap();
        let found = of(&policy, Some(&gates));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("`contract.api.checks` names \"two\""),
            "{found:?}"
        );
        assert_eq!(of(&policy, None), [""; 0]);
    }
}
