//! The forms for programs.

use lane_gate::Ending;
use lane_gate::Outcome;
use serde_json::json;

use super::*;
use crate::show::climb::github;
use crate::show::climb::json as shape;
use crate::show::climb::junit;

/// Whether the runner of GitHub Actions might take the line for a command.
fn commands(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[")
}

fn github_lines(step: Step, outcome: Outcome, log: &[u8]) -> Vec<String> {
    let name = step.name().to_owned();
    let stage = Stage::new(vec![step]);
    stage.log(&name, log);
    github::of_check(&stage.about(), &done(&name, outcome), now())
}

#[test]
fn nothing_that_a_check_prints_starts_a_workflow_command() {
    let hostile = "::stop-commands::x\n  ::set-output name=a::b\n\t::error::c\nd ##[add-path]/tmp\r::warning::e\n###[group]f\n\u{2028}::debug::g\n";
    let lines = github_lines(
        step("unit", &["echo", "::notice::h", "##[set-env]i"]),
        failed(ran(Ending::Exit(1), hostile)),
        hostile.as_bytes(),
    );
    let ours: Vec<&String> = lines.iter().filter(|line| commands(line)).collect();
    assert_eq!(ours.len(), 3, "{lines:#?}");
    assert_eq!(ours[0], "::group::output of unit");
    assert_eq!(ours[1], "::endgroup::");
    assert!(
        ours[2].starts_with("::error title=gate unit%3A failed::1.2 s  exit 1%0A"),
        "{}",
        ours[2]
    );
    assert!(
        lines.iter().all(|line| !line.contains(['\r', '\n', '\u{2028}'])),
        "{lines:#?}"
    );
    assert!(
        lines.iter().any(|line| line == "| ::stop-commands::x"),
        "{lines:#?}"
    );
}

#[test]
fn a_reason_that_somebody_wrote_starts_none_either() {
    for why in ["::error::x", "a ##[error]x", "\n::error::x"] {
        let lines = github_lines(step("unit", &["x"]), Outcome::Skipped(why.to_owned()), b"");
        assert!(!lines.iter().any(|line| commands(line)), "{lines:?}");
    }
}

#[test]
fn what_is_not_formatted_is_annotated_at_its_line() {
    let spots: Vec<(String, Option<usize>)> = (1..=12).map(|n| (format!("a,b:{n}%.rs"), Some(n))).collect();
    let spots: Vec<(&str, Option<usize>)> = spots.iter().map(|(path, line)| (path.as_str(), *line)).collect();
    let lines = github_lines(formatting("fmt", &["a"]), failed(spotted(&spots)), b"");
    let errors: Vec<&String> = lines.iter().filter(|line| line.starts_with("::error")).collect();
    assert_eq!(errors.len(), 10, "{lines:#?}");
    assert_eq!(
        errors[0],
        "::error file=a%2Cb%3A1%25.rs,line=1,title=gate fmt%3A failed::not formatted"
    );
    assert!(
        errors[9].ends_with("::not formatted (2 more places)"),
        "{}",
        errors[9]
    );
}

#[test]
fn junit_has_a_case_a_check_whatever_was_printed() {
    let said = "<![CDATA[x]]>\0\u{1}\u{fffe}\u{ffff}]]>\n&\u{1b}[31m<b>\n";
    let steps = vec![
        step("bad", &["x"]),
        step("good", &["x"]),
        step("gone", &["x"]),
        skip("not", "why"),
    ];
    let stage = Stage::new(steps);
    stage.log("bad", said.as_bytes());
    let all = report(vec![
        done("bad", failed(ran(Ending::Exit(1), said))),
        done("good", passed()),
        done("gone", Outcome::NotStarted("no such program\u{0}".to_owned())),
        done("not", Outcome::Skipped("nothing <changed>".to_owned())),
    ]);
    let text = junit::document(None, Some((&stage.about(), &all)), now()).unwrap();
    let legal = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(legal), "{text:?}");
    let read = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!((read.tests, read.failures, read.errors), (4, 1, 1), "{text}");
    let names: Vec<&str> = read.test_suites[0]
        .test_cases
        .iter()
        .map(|case| case.name.as_str())
        .collect();
    assert_eq!(names, ["bad", "good", "gone", "not"]);
    assert!(
        text.contains("nothing &lt;changed&gt;") && text.contains("&lt;![CDATA[x]]&gt;"),
        "{text}"
    );
}

#[test]
fn json_tells_all_that_a_program_needs_to_act() {
    let stage = Stage::new(vec![
        in_folder("bad", &["sh", "-c", "exit 3"], "d"),
        skip("not", "why"),
    ]);
    stage.log("bad", b"said\n");
    let all = report(vec![
        done("bad", failed(ran(Ending::Exit(3), "said\n"))),
        done("not", Outcome::Skipped("why".to_owned())),
    ]);
    let value = shape::report(&stage.about(), &all, None, now());
    assert_eq!(
        (
            &value["ok"],
            &value["changed"],
            &value["declared"],
            &value["everything"]
        ),
        (
            &json!(false),
            &json!(1),
            &json!("main:.agents/gates.toml"),
            &json!(null)
        )
    );
    let mut bad = value["checks"][0].clone();
    let log = bad["log"].take();
    assert!(log.as_str().is_some_and(|log| log.ends_with("/bad.log")), "{log}");
    assert_eq!(
        bad,
        json!({
            "name": "bad", "rung": 1, "outcome": "failed", "ok": false, "flaky": false, "why": null,
            "secs": 1.25, "tests": null, "limit_secs": 600, "command": "cd ./d && sh -c 'exit 3'",
            "commands": [{ "dir": "d", "words": ["sh", "-c", "exit 3"] }], "exit": 3, "timed_out": false,
            "signature": "sha256:fedcba9876543210", "excerpt": "said", "log": null, "spots": [],
            "by_receipt": false, "receipt": null, "not_remembered": null,
        })
    );
    assert_eq!(value["checks"][1]["outcome"], json!("skipped"));
    assert_eq!(value["checks"][1]["why"], json!("why"));
}
