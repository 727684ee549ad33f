//! `git lane rules`, and what `policy validate` and `doctor` say of rules that mean nothing.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

/// A repository whose policy says this besides.
fn with_policy<'a>(sandbox: &'a Sandbox, more: &str) -> Place<'a> {
    let repo = sandbox.lanes("r");
    let policy = repo.read(".agents/policy.toml");
    repo.write(".agents/policy.toml", policy + more);
    repo.sh("git add -A && git commit -qm rules").ok();
    repo
}

#[test]
fn the_table_shows_the_level_in_force_and_where_it_comes_from() {
    let sandbox = sandbox();
    let repo = with_policy(&sandbox, "\n[rule.co-change]\nlevel = \"advice\"\n");
    let listed = repo.lane(["rules"]).ok();
    let row = |id: &str| -> Vec<String> {
        let row = listed.stdout.lines().find(|line| line.starts_with(id));
        let words = row.unwrap_or_default().split("  ").map(str::trim);
        words
            .filter(|word| !word.is_empty())
            .take(4)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(row("co-change "), ["co-change", "delivery", "advice", "policy"]);
    assert_eq!(
        row("consult-missing "),
        ["consult-missing", "commit and delivery", "off", "default"]
    );
    assert_eq!(
        row("foreign-lock "),
        ["foreign-lock", "commit", "refuse", "always"]
    );
    assert_eq!(
        row("generated-alone "),
        ["generated-alone", "commit and delivery", "refuse", "default"]
    );
    assert_eq!(listed.stderr, "");
}

#[test]
fn a_rule_is_told_with_its_settings_as_they_are_here() {
    let sandbox = sandbox();
    let repo = with_policy(
        &sandbox,
        "\n[rule.large-commit]\nlevel = \"refuse\"\nfiles = 40\n",
    );
    let told = repo.at("src").lane(["rules", "large-commit"]).ok();
    told.prints("large-commit (commit): refuse, as main:.agents/policy.toml says")
        .prints("A commit of 101 files.")
        .prints("rule.large-commit.files: the most paths of one commit; 100 when absent (here 40)");
    let value = repo.lane(["rules", "large-commit", "--json"]).json();
    assert_eq!(value["level"], "refuse");
    assert_eq!(value["default"], "advice");
    assert_eq!(value["origin"], "policy");
    assert_eq!(value["settings"][0]["value"], "40");
    let all = repo.lane(["rules", "--json"]).json();
    assert_eq!(all["file"], "main:.agents/policy.toml");
    let rules = all["rules"].as_array().expect("a list");
    assert!(
        rules
            .iter()
            .any(|rule| rule["id"] == "stale-fence" && rule["origin"] == "always")
    );
}

#[test]
fn an_unknown_id_is_answered_by_those_that_are_alike() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.lane(["rules", "co-chnage"])
        .code(2)
        .says("there is no rule \"co-chnage\"; alike are co-change");
    repo.lane(["rules", "\u{1b}[2J"])
        .code(2)
        .says("`git lane rules` lists them");
}

#[test]
fn without_a_repository_or_a_policy_it_tells_the_defaults() {
    let sandbox = sandbox();
    let outside = sandbox.at("plain");
    outside.write("a", "a\n");
    outside
        .lane(["rules"])
        .ok()
        .says("these are the defaults")
        .prints("mixed-areas");
    outside
        .lane(["rules", "mixed-areas"])
        .ok()
        .prints("mixed-areas (commit): refuse, the default");
    let fresh = sandbox.repo("fresh");
    fresh
        .lane(["rules", "co-change"])
        .ok()
        .says("git-lane is not set up here");
    assert!(outside.lane(["rules", "--json"]).json()["file"].is_null());
}

#[test]
fn what_the_policy_says_of_rules_in_vain_is_told_where_it_is_written() {
    let more = "\n[rule.co-chang]\nlevel = \"off\"\n[rule.foreign-lock]\nlevel = \"off\"\n[rule.co-change]\nfiles = 3\n\
                [tests]\nnames = [\"a(\"]\n[contract.api]\nfiles = [\"src/api/**\"]\nchecks = [\"contract\"]\n";
    let sandbox = sandbox();
    let repo = with_policy(&sandbox, more);
    repo.tell();
    for output in [repo.lane(["policy", "validate"]).ok(), repo.lane(["doctor"]).ok()] {
        output
            .says("warning: `rule.co-chang` is no rule of this version; alike are co-change")
            .says("`rule.foreign-lock.level` means nothing: this rule always refuses")
            .says("`rule.co-change.files` means nothing to this rule")
            .says("`tests.names` has \"a(\", which finds nothing")
            .says("`contract.api.checks` names \"contract\", which .agents/gates.toml does not declare");
    }
    let warnings = repo.lane(["doctor", "--json"]).json();
    assert_eq!(warnings["ok"], true);
    assert_eq!(warnings["warnings"].as_array().map(Vec::len), Some(5));
    repo.write(
        ".agents/gates.toml",
        "[check.contract]\nrung = 1\nrun = [\"true\"]\n",
    );
    let output = repo.lane(["policy", "validate"]).ok();
    assert!(!output.stderr.contains("contract.api"), "{output}");
}
