//! The rules about contracts, through `handoff` and at a push: settled first, checked, and told to those who build on them.

use crate::delivering::push;
use crate::delivery_cases::CHORE;
use crate::delivery_cases::Case;
use crate::delivery_cases::change;
use crate::delivery_cases::check;
use crate::delivery_cases::lane;
use crate::delivery_cases::others;
use crate::delivery_cases::stricter;
use crate::following::follow;
use crate::sandbox;

#[test]
fn a_contract_that_both_sides_changed() {
    check(&Case {
        id: "contract-conflict",
        policy: "[contract.api]\nfiles = [\"api/**\"]\n",
        task: CHORE,
        bad: |lane| {
            change(lane, &[("api/a.idl", "two\n")]);
            others(lane, "api/b.idl", "theirs\n");
        },
        good: |lane| {
            change(lane, &[("api/a.idl", "two\n")]);
            others(lane, "src/b.rs", "theirs\n");
        },
        mend: |lane, refused| drop(follow(lane, refused, "git rebase").ok()),
    });
}

#[test]
fn a_contract_whose_check_no_gates_declare() {
    check(&Case {
        id: "contract-unchecked",
        policy: "[contract.api]\nfiles = [\"api/**\"]\nchecks = [\"nowhere\"]\n",
        task: CHORE,
        bad: |lane| change(lane, &[("api/a.idl", "two\n")]),
        good: |lane| change(lane, &[("src/x.rs", "x\n")]),
        mend: |lane, refused| {
            // At a push the handoff leads on, and says itself what is missing.
            let again;
            let mut refused = refused;
            if refused.hints().contains(&"git lane handoff T-1".to_owned()) {
                again = follow(lane, refused, "git lane handoff T-1").code(1);
                refused = &again;
            }
            let said = follow(lane, refused, "git lane policy validate");
            let all = format!("{}{}", said.stdout, said.stderr);
            assert!(
                all.contains("names \"nowhere\", which .agents/gates.toml does not declare"),
                "{said}"
            );
            others(
                lane,
                ".agents/gates.toml",
                "[check.nowhere]\nrung = 1\nrun = [\"true\"]\n",
            );
        },
    });
}

/// A check that nothing else calls for at a handoff: not its paths, not its rung, not its level; beside it one that
/// stays out.
const GATES: &str = r#"[hooks]
handoff = 2

[check.api]
rung = 3
level = "wave"
paths = ["nowhere/**"]
run = ["sh", "-c", "! grep -rn wrong api"]

[check.whole]
rung = 3
run = ["false"]
"#;

#[test]
fn a_changed_contract_calls_for_its_checks_at_a_handoff() {
    let sandbox = sandbox();
    let policy = "[contract.api]\nfiles = [\"api/**\"]\nchecks = [\"api\"]\n";
    let (_, lane) = lane(&sandbox, policy, CHORE);
    others(&lane, ".agents/gates.toml", GATES);
    change(&lane, &[("api/a.idl", "wrong\n")]);
    lane.lane(["handoff"]).code(5).says("gate-failed").says("api");
    change(&lane, &[("api/a.idl", "two\n")]);
    let record = lane.lane(["handoff", "--json"]).ok().json();
    assert_eq!(record["gate"]["api"]["verdict"], "passed", "{record}");
    push(&lane).ok();
    lane.lane(["resume", "T-1"]).ok();
    change(&lane, &[("api/a.idl", "one\n"), ("src/x.rs", "x\n")]);
    let record = lane.lane(["handoff", "--json"]).ok().json();
    assert_ne!(record["gate"]["api"]["verdict"], "passed", "{record}");
}

#[test]
fn what_was_handed_off_before_the_rule_counted_runs_its_checks_when_it_is_handed_off_again() {
    let sandbox = sandbox();
    let policy = "[rule.contract-unchecked]\nlevel = \"off\"\n[contract.api]\nfiles = [\"api/**\"]\nchecks = [\"api\"]\n";
    let (repo, lane) = lane(&sandbox, policy, CHORE);
    others(&lane, ".agents/gates.toml", GATES);
    change(&lane, &[("api/a.idl", "two\n")]);
    lane.lane(["--offline", "handoff"])
        .ok()
        .does_not_say("contract-unchecked");
    stricter(&repo);
    let refused = push(&lane)
        .code(1)
        .says("error: contract-unchecked: api/a.idl of `contract.api`");
    follow(&lane, &refused, "git lane handoff T-1").ok();
    push(&lane).ok();
}

const CONTRACT: &str =
    "[contract.api]\nfiles = [\"api/**\"]\ntells = [\"ui\"]\n[area.ui]\nowns = [\"ui/**\"]\n";

#[test]
fn who_builds_on_a_contract_is_told_once_at_each_handoff() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, CONTRACT, CHORE);
    for (id, area, agent) in [("T-2", "ui", "agent-b"), ("T-3", "", "agent-c")] {
        let scope = format!("ui/{id}");
        let mut words = vec!["task", "add", "x", "--id", id, "--scope", &scope];
        if !area.is_empty() {
            words.extend(["--area", area]);
        }
        repo.lane(words).ok();
        repo.agent(agent).start(id);
    }
    let told = |agent: &str| -> Vec<String> {
        let notes = repo.agent(agent).lane(["inbox", "--json"]).ok().json();
        let notes = notes.as_array().expect("notes").clone();
        notes
            .iter()
            .map(|note| note["text"].as_str().unwrap_or("").to_owned())
            .collect()
    };
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok().does_not_say("told of");
    lane.lane(["resume", "T-1"]).ok();
    change(&lane, &[("api/a.idl", "two\n")]);
    lane.lane(["handoff"])
        .ok()
        .says("told of the changed contract: agent-b");
    assert_eq!(
        told("agent-b"),
        ["@agent-b CP-02 changes what you build on: api (api/a.idl)"]
    );
    assert!(told("agent-c").is_empty());
    // It is published, too.
    let there = repo.git(["ls-remote", "origin", crate::plumbing::STATE]).ok();
    assert!(
        there.stdout.starts_with(&repo.rev(crate::plumbing::STATE)),
        "{there}"
    );
}
