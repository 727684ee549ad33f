//! `contract-unchecked`: a contract's files changed, and a check that it names has not passed on the tree that is
//! delivered. That it was not run because nothing called for it does not count.

use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
use lane_core::refusal::Refusal;

use super::Delivered;
use super::GateSaid;
use super::Judged;
use super::Moment;
use super::touched;
use super::way_on;
use crate::finding::Finding;
use crate::levels::level_of;
use crate::listed;
use crate::reach::ReachError;
use crate::remedy::Remedy;

/// The checks that the contracts of these changed paths name, each once, whether or not the gates declare them: a handoff
/// and CI run them whatever else calls for them. None where the rule is off.
///
/// # Errors
/// When a contract's glob cannot be read.
pub fn contract_checks(policy: &Adopted, changed: &[&[u8]]) -> Result<Vec<String>, ReachError> {
    let mut names = Vec::new();
    if level_of(&ground::CONTRACT_UNCHECKED, policy) == Level::Off {
        return Ok(names);
    }
    for (name, contract) in &policy.contract {
        let scope = touched::scope(&format!("contract.{name}"), &contract.files)?;
        if changed.iter().any(|path| scope.covers(path)) {
            names.extend(contract.checks.iter().cloned());
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

pub(super) fn judge(delivered: &Delivered<'_>, policy: &Adopted) -> Judged {
    let mut found = Vec::new();
    if !delivered.moment.has_runs() {
        return Ok(found);
    }
    for (name, contract) in &policy.contract {
        let place = format!("contract.{name}");
        let here = touched::changed(delivered.changes, &touched::scope(&place, &contract.files)?);
        let open: Vec<(&String, Option<GateSaid>)> = contract
            .checks
            .iter()
            .map(|check| (check, delivered.evidence.gate.get(check).copied()))
            .filter(|(_, said)| *said != Some(GateSaid::Passed))
            .collect();
        if here.is_empty() || open.is_empty() {
            continue;
        }
        let checks = open
            .iter()
            .map(|(check, said)| format!("{} {}", listed::one(check), words(*said)));
        let what = format!(
            "{} of `{}` changed, and on this tree {}",
            listed::paths(here),
            listed::one(&place),
            listed::words(checks),
        );
        found.push(Finding::whole(
            Refusal::new(&ground::CONTRACT_UNCHECKED, what),
            vec![leads_on(delivered)],
        ));
    }
    Ok(found)
}

/// A handoff runs what is declared, so what it did not run is declared nowhere.
fn leads_on(delivered: &Delivered<'_>) -> Remedy {
    match delivered.moment {
        Moment::Handoff => way_on::run(&["git", "lane", "policy", "validate"]),
        _ => way_on::handoff(delivered, &ground::CONTRACT_UNCHECKED, &[]),
    }
}

fn words(said: Option<GateSaid>) -> &'static str {
    match said {
        Some(GateSaid::Passed) => "passed",
        Some(GateSaid::Skipped) => "was skipped",
        Some(GateSaid::Failed) => "failed",
        None => "was not run",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lane_core::codec;
    use lane_core::policy::Adopted;
    use lane_core::policy::Policy;

    use super::contract_checks;
    use crate::delivery::Evidence;
    use crate::delivery::GateSaid;
    use crate::delivery::Moment;
    use crate::delivery::trial::Trial;

    fn contract(changes: &'static [&'static str], gate: &[(&str, GateSaid)]) -> Trial {
        let gate: BTreeMap<String, GateSaid> = gate
            .iter()
            .map(|(name, said)| ((*name).to_owned(), *said))
            .collect();
        Trial {
            policy: "[contract.api]\nfiles = [\"api/**\"]\nchecks = [\"one\", \"two\"]\n".to_owned(),
            changes,
            evidence: Evidence {
                gate,
                ..Evidence::default()
            },
            ..Trial::checked()
        }
    }

    const FOUND: &[&str] = &["contract-unchecked"];

    #[test]
    fn each_check_must_have_passed() {
        use GateSaid::Failed;
        use GateSaid::Passed;
        use GateSaid::Skipped;
        contract(&["api/a"], &[("one", Passed), ("two", Passed)]).finds(&[]);
        contract(&["api/a"], &[("one", Passed)]).finds(FOUND);
        contract(&["api/a"], &[("one", Passed), ("two", Skipped)]).finds(FOUND);
        contract(&["api/a"], &[("one", Failed), ("two", Passed)]).finds(FOUND);
        contract(&["src/a"], &[]).finds(&[]);
    }

    #[test]
    fn nothing_is_asked_of_runs_before_there_are_any() {
        let at = |moment| Trial {
            moment,
            ..contract(&["api/a"], &[])
        };
        at(Moment::BeforeRuns).finds(&[]);
        at(Moment::Push).finds(FOUND);
    }

    #[test]
    fn the_message_says_what_became_of_each_check_and_a_handoff_does_not_lead_to_itself() {
        for (moment, hint) in [
            (Moment::Handoff, "git lane policy validate"),
            (Moment::Push, "git lane handoff T-1"),
        ] {
            let said = Trial {
                moment,
                ..contract(&["api/a"], &[("one", GateSaid::Skipped)])
            };
            said.says(
                "api/a of `contract.api` changed, and on this tree one was skipped, two was not run",
                hint,
            );
        }
    }

    #[test]
    fn what_a_changed_contract_names_is_called_for_unless_the_rule_is_off() {
        let checks = |level: &str, changed: &[&[u8]]| {
            let text = format!(
                "format = 1\nrepository = \"r\"\n[rule.contract-unchecked]\nlevel = \"{level}\"\n\
                 [contract.a]\nfiles = [\"a\"]\nchecks = [\"y\", \"x\"]\n\
                 [contract.b]\nfiles = [\"b\"]\nchecks = [\"x\"]\n"
            );
            let policy = codec::decode::<Policy>(text.as_bytes()).unwrap();
            contract_checks(&Adopted::of(&policy, ""), changed).unwrap()
        };
        assert_eq!(checks("refuse", &[b"a", b"b"]), ["x", "y"]);
        assert_eq!(checks("advice", &[b"b", b"c"]), ["x"]);
        assert_eq!(checks("refuse", &[b"c"]), [""; 0]);
        assert_eq!(checks("off", &[b"a"]), [""; 0]);
    }
}
