//! What a policy says that means nothing: for who writes it. It refuses nothing elsewhere.

use lane_core::policy::Mode;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Stage;
use lane_core::text;
use lane_gate::GATES_PATH;
use lane_gate::Gates;
use lane_rules::doubts;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 64;

/// A sentence each: rules, settings and patterns that are none, stages that nobody can pass, and checks of contracts that
/// the gates do not declare.
/// Gates that are not known are not compared with.
pub(crate) fn of(policy: &Policy, gates: Option<&Gates>) -> Vec<String> {
    let mut found = doubts(policy);
    found.extend(stages(policy));
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

/// Stages in which the work would wait for ever: because nobody may judge it, or because one agent does everything.
fn stages(policy: &Policy) -> Vec<String> {
    let mut found = Vec::new();
    if policy.lanes.mode == Mode::A {
        return found;
    }
    for (stage, role) in [(Stage::Review, Role::Reviewer), (Stage::Testing, Role::Tester)] {
        let judges = listed(policy, &[role, Role::Orchestrator, Role::Maintainer]);
        if policy.pipeline.has(stage) && judges.is_some_and(|names| names.is_empty()) {
            found.push(format!(
                "`pipeline.stages` has {stage}, and `[roles]` names nobody who may do it: nothing gets past it"
            ));
        }
    }
    if let Some(alone) = alone(policy)
        && policy.pipeline.has(Stage::Review)
        && !policy.pipeline.own_approval
    {
        found.push(format!(
            "`[roles]` lets {} work and review and nobody else, and authors do not approve their own work: set \
             `own_approval = true` in `[pipeline]`, or leave `review` out of its `stages`",
            text::excerpt(alone, NAME_CHARS)
        ));
    }
    found
}

/// The one agent who may work and review, where that is one.
fn alone(policy: &Policy) -> Option<&str> {
    let workers = listed(policy, &[Role::Worker, Role::Orchestrator])?;
    let reviewers = listed(policy, &[Role::Reviewer, Role::Orchestrator, Role::Maintainer])?;
    let mut all = workers.into_iter().chain(reviewers);
    let one = all.next()?;
    (!one.contains('*') && all.all(|other| other == one)).then_some(one)
}

/// Who may act in one of these roles; none where one of them is everybody's.
fn listed<'p>(policy: &'p Policy, roles: &[Role]) -> Option<Vec<&'p str>> {
    let mut names = Vec::new();
    for role in roles {
        names.extend(policy.roles.get(role)?.iter().map(String::as_str));
    }
    Some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_that_nobody_can_pass_are_told() {
        let roles = |who: &[(&str, &str)]| {
            let lines: String = who
                .iter()
                .map(|(role, list)| format!("{role} = [{list}]\n"))
                .collect();
            format!("[roles]\n{lines}")
        };
        let (me, us) = ("\"person:pat@example.org\"", "\"agent-*\"");
        let every = |list| {
            roles(&[
                ("worker", list),
                ("reviewer", list),
                ("tester", list),
                ("orchestrator", list),
                ("maintainer", list),
            ])
        };
        let own = "[pipeline]\nown_approval = true\n";
        let tested = "[pipeline]\nstages = [\"testing\"]\n";
        let nobody = roles(&[("reviewer", ""), ("orchestrator", ""), ("maintainer", "")]);
        for (policy, says) in [
            (String::new(), &[][..]),
            (every(us), &[]),
            (every(me), &["lets person:pat@example.org work and review"]),
            (format!("{own}{}", every(me)), &[]),
            (format!("{tested}{}", every(me)), &[]),
            (format!("[lanes]\nmode = \"A\"\n{}", every(me)), &[]),
            (roles(&[("reviewer", me)]), &[]),
            (nobody, &["has review, and `[roles]` names nobody"]),
        ] {
            let parsed: Policy = toml::from_str(&policy).unwrap();
            let found = of(&parsed, None);
            assert_eq!(found.len(), says.len(), "{policy}: {found:?}");
            assert!(
                found.iter().zip(says).all(|(one, says)| one.contains(says)),
                "{found:?}"
            );
        }
    }

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
