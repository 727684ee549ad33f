//! What CI prints in each form.

use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::json;

use crate::ci::checkout;
use crate::ci::pushed;
use crate::ci::shared;
use crate::ci::stray;
use crate::sandbox;

/// A checkout of a lane with a stray commit.
fn strayed(sandbox: &Sandbox) -> (Place<'_>, String) {
    let (_, lane) = shared(sandbox, "");
    let commit = stray(&lane, "docs/guide, 1%.md");
    pushed(&lane);
    (checkout(sandbox, "T-1"), commit)
}

fn judged(ci: &Place<'_>, more: &[&str]) -> lane_testkit::Output {
    let args = ["gate", "--ci", "--base", "main", "--branch", "T-1"];
    ci.lane([&args[..], more].concat())
}

#[test]
fn each_form_has_the_findings_alone_on_stdout() {
    let sandbox = sandbox();
    let (ci, commit) = strayed(&sandbox);
    let words = judged(&ci, &[]).code(1).says("outside-scope");
    assert_eq!(words.stdout, "");

    let github = judged(&ci, &["--format", "github"]).code(1);
    let line = format!(
        "::error file=docs/guide%2C 1%25.md,title=outside-scope::T-1 does not hold docs/guide, 1%25.md (commit {})\n",
        &commit[..12]
    );
    assert!(github.stdout.starts_with(&line), "{github}");
    // Advice refuses nothing, and is no error of the host's either.
    assert!(
        github.stdout.contains("::warning title=handoff-missing::"),
        "{github}"
    );
    assert!(
        github.stdout.lines().all(|line| line.starts_with("::")),
        "{github}"
    );

    let quality = judged(&ci, &["--format", "gitlab"]).code(1).json();
    let found = &quality[0];
    assert_eq!(quality[1]["severity"], json!("info"), "{quality}");
    assert_eq!(found["check_name"], json!("outside-scope"));
    assert_eq!(found["severity"], json!("major"));
    assert_eq!(
        found["location"],
        json!({"path": "docs/guide, 1%.md", "lines": {"begin": 1}})
    );
    assert_eq!(found["fingerprint"].as_str().map(str::len), Some(64));

    let junit = judged(&ci, &["--format", "junit"]).code(1).stdout;
    assert!(junit.contains(r#"<testsuite name="findings""#), "{junit}");
    assert!(junit.contains(r#"type="outside-scope""#), "{junit}");

    let value = judged(&ci, &["--json"]).code(1).json();
    assert_eq!(value["ok"], json!(false));
    assert_eq!(value["checks"], json!([]));
    assert_eq!(value["unseen"], json!([]));
    assert_eq!(value["findings"][0]["id"], json!("outside-scope"));
    assert_eq!(value["findings"][0]["commit"], json!(commit));
    assert_eq!(value["findings"][0]["level"], json!("refuse"));
}

#[test]
fn each_form_has_findings_beside_the_checks() {
    let sandbox = sandbox();
    let (ci, _) = strayed(&sandbox);
    let both = |more: &[&str]| judged(&ci, &[&["--keep-going"], more].concat()).code(1);
    let value = both(&["--json"]).json();
    assert_eq!(value["ok"], json!(false));
    assert_eq!(value["findings"][0]["id"], json!("outside-scope"));
    assert_eq!(value["checks"][0]["ok"], json!(true));
    let junit = both(&["--format", "junit"]).stdout;
    assert!(
        junit.contains("findings") && junit.contains(r#"<testsuite name="rung 1""#),
        "{junit}"
    );
    both(&["--format", "github"])
        .prints("::error file=")
        .prints("lint: ok");
}

#[test]
fn a_failed_check_has_a_place_in_every_form() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    lane.commit("src/b.rs", "broken\n", "inside").ok();
    pushed(&lane);
    let ci = checkout(&sandbox, "T-1");
    let of_check = || {
        let all = judged(&ci, &["--format", "gitlab"]).code(5).json();
        let mut each = all.as_array().into_iter().flatten();
        let found = each.find(|one| one["check_name"] == json!("gate unit"));
        found.cloned().expect("the failed check")
    };
    let first = of_check();
    assert_eq!(first["location"]["path"], json!(".agents/gates.toml"));
    assert_eq!(of_check()["fingerprint"], first["fingerprint"], "from run to run");
    let value = judged(&ci, &["--json"]).code(5).json();
    assert_eq!(value["refusal"]["id"], json!("gate-failed"));
    let findings = value["findings"].as_array().cloned().expect("findings");
    assert!(
        findings.iter().all(|one| one["level"] == json!("advice")),
        "{value}"
    );
    judged(&ci, &["--format", "github"])
        .code(5)
        .prints("::error title=gate unit%3A failed::");
}

#[test]
fn what_has_no_meaning_in_ci_is_no_command_line() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    for more in [
        &["--all"][..],
        &["--staged"],
        &["--explain"],
        &["--gates", "x"],
        &["--area", "a"],
    ] {
        repo.lane([&["gate", "--ci"], more].concat()).code(2);
    }
    for alone in ["--fork", "--branch=x", "--head=x"] {
        repo.lane(["gate", alone]).code(2);
    }
}
