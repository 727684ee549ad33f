//! Names that agents type: ids, agents, branches, roles, and the patterns that name agents.

use lane_core::id::Agent;
use lane_core::id::AreaName;
use lane_core::id::CloneId;
use lane_core::id::LockId;
use lane_core::id::OverrideId;
use lane_core::id::TaskId;
use lane_core::id::shard;
use lane_core::policy::Role;
use lane_core::policy::matches_agent;
use lane_core::record::task_branch_fault;

use crate::Target;
use crate::check;

pub(super) const TARGET: Target = Target {
    name: "name",
    check,
    seeds: &[
        "T-7k2m",
        "A-P7-001",
        "v1.2_rc",
        "agent-a",
        "person:a@b.c",
        "person:*@corp.example",
        "feature/x.y",
        "FETCH_HEAD",
        "a.lock",
        "worker",
    ],
    slots: &[("", ""), ("a", "b")],
    regressions: &[],
};

fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    taken(TaskId::new(&text).map(|name| name.to_string()), &text, "._-", 64);
    taken(LockId::new(&text).map(|name| name.to_string()), &text, "._-", 64);
    taken(
        OverrideId::new(&text).map(|name| name.to_string()),
        &text,
        "._-",
        64,
    );
    taken(
        AreaName::new(&text).map(|name| name.to_string()),
        &text,
        "._-",
        64,
    );
    taken(
        CloneId::new(&text).map(|name| name.to_string()),
        &text,
        "._@:+-",
        128,
    );
    taken(
        Agent::new(&text).map(|name| name.to_string()),
        &text,
        "._@:+-",
        128,
    );
    let person = Agent::person(&text);
    assert_eq!(
        Agent::new(person.as_str()).as_ref(),
        Ok(&person),
        "a person is an agent"
    );
    assert!(person.is_person());
    assert_eq!(shard(&text).len(), 2);
    matches_agent(&text, &person);
    if let Ok(role) = text.parse::<Role>() {
        assert_eq!(role.name(), text);
    }
    if task_branch_fault(&text).is_none() {
        harmless(&text, "._/-", 200);
        assert!(!text.contains("//") && !text.starts_with(['/', '-', '.']) && !text.ends_with(['/', '.']));
    }
}

/// What was taken is what was typed, and harmless in a path, a branch and a command line; a refusal is printable.
fn taken(name: Result<String, lane_core::id::NameError>, typed: &str, marks: &str, limit: usize) {
    match name {
        Ok(name) => {
            assert_eq!(name, typed);
            harmless(&name, marks, limit);
            assert!(name.starts_with(|c: char| c.is_ascii_alphanumeric()));
        }
        Err(error) => check::is_printable(&error),
    }
}

fn harmless(name: &str, marks: &str, limit: usize) {
    assert!(
        name.chars()
            .all(|c| c.is_ascii_alphanumeric() || marks.contains(c)),
        "{name:?}"
    );
    assert!((1..=limit).contains(&name.len()), "{name:?}");
}
