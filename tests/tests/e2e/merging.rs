//! The merge scenarios through real git: our driver, and beside it what git's own merges make of them.

use lane_scenarios::Scenario;
use lane_scenarios::Stage;
use lane_scenarios::Verdict;
use lane_scenarios::Way;
use lane_scenarios::play;

use crate::sandbox;

/// Plays the scenarios whose names begin so with our driver: each ends as it says, by every operation, with the sides both
/// ways round; and a conflict can be settled by either side throughout.
#[track_caller]
fn check(prefixes: &[&str]) {
    let sandbox = sandbox();
    let stage = Stage::new(&sandbox, Way::GitLane);
    let mut wrong = Vec::new();
    let scenarios = lane_scenarios::all();
    let wanted = |scenario: &&Scenario| prefixes.iter().any(|prefix| scenario.name.starts_with(prefix));
    let scenarios: Vec<&Scenario> = scenarios.iter().filter(wanted).collect();
    assert!(!scenarios.is_empty());
    for scenario in scenarios {
        stage.load(scenario);
        for cell in play(&stage, scenario) {
            let expected = scenario.expected(cell.operation);
            if cell.verdict != expected || !cell.flaws.is_empty() {
                let swapped = if cell.swapped { ", sides swapped" } else { "" };
                wrong.push(format!(
                    "== {}, {:?}{swapped}: {:?}, not {expected:?}\n{}\n{}",
                    scenario.name,
                    cell.operation,
                    cell.verdict,
                    cell.why.join("\n"),
                    cell.flaws.join("\n")
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn tasks_are_merged_as_the_scenarios_say() {
    check(&["task_"]);
}

#[test]
fn changelogs_are_merged_as_the_scenarios_say() {
    check(&["changelog_"]);
}

#[test]
fn other_files_are_merged_as_the_scenarios_say() {
    check(&["gates_", "handoff_", "lock_", "policy_", "registry_"]);
}

#[test]
fn every_scenario_is_played_by_a_test() {
    let kinds = [
        "task_",
        "changelog_",
        "gates_",
        "handoff_",
        "lock_",
        "policy_",
        "registry_",
    ];
    for scenario in lane_scenarios::all() {
        assert!(
            kinds.iter().any(|kind| scenario.name.starts_with(kind)),
            "{}",
            scenario.name
        );
    }
}

/// What git's own merges make of some scenarios, whichever side is ours: the verdicts can see it.
const BY_GIT: &[(Way, &str, Verdict)] = &[
    (Way::Text, "changelog_double_append", Verdict::Conflict),
    (Way::Text, "changelog_released_meanwhile", Verdict::Wrong),
    (Way::Text, "task_reclaimed_and_moved_on", Verdict::Wrong),
    (Way::Text, "task_two_tasks_claimed", Verdict::Right),
    (Way::Union, "changelog_double_append", Verdict::Right),
    (Way::Union, "changelog_reworded_and_added", Verdict::Wrong),
    (Way::Union, "lock_renewed_twice", Verdict::Invalid),
    (Way::Union, "task_claimed_twice", Verdict::Invalid),
    (Way::Union, "task_without_last_newline", Verdict::Lost),
];

#[test]
fn what_gits_own_merges_lose_mix_and_break_is_seen() {
    let sandbox = sandbox();
    let scenarios = lane_scenarios::all();
    for way in [Way::Text, Way::Union] {
        let stage = Stage::new(&sandbox, way);
        for (_, name, expected) in BY_GIT.iter().filter(|(way, ..)| *way == stage.way) {
            let scenario = scenarios.iter().find(|scenario| scenario.name == *name);
            let scenario = scenario.unwrap_or_else(|| panic!("there is no scenario {name}"));
            stage.load(scenario);
            let cells = play(&stage, scenario);
            let seen = cells.iter().any(|cell| cell.verdict == *expected);
            assert!(seen, "{name}, {}: {cells:#?}", stage.way.name());
        }
    }
}
