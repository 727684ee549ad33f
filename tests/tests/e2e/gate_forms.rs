//! What a gate prints in each form, on stdout and beside it.

use lane_testkit::Place;
use serde_json::json;

use crate::sandbox;

/// A work tree in which `lint` passes and `check` fails.
fn failing(place: &Place<'_>) {
    place.git(["switch", "--quiet", "-c", "topic"]).ok();
    place.write("src/one.txt", "broken\n");
}

#[test]
fn a_failure_in_words_names_the_command_and_the_line_that_leads_on() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    failing(&place);
    let ended = place.lane(["gate", "--keep-going", "--level", "wave"]).code(5);
    let ended = ended
        .prints("1 path differs from ")
        .prints("where this left main");
    let ended = ended
        .prints("    $ sh scripts/check\n")
        .prints("    src/one.txt:1:broken\n");
    assert_eq!(
        ended.hints(),
        ["git lane gate --level wave --keep-going"],
        "{ended}"
    );
    assert!(
        !ended.stdout.contains('\u{1b}') && !ended.stderr.contains('\u{1b}'),
        "{ended}"
    );
    place.write("src/one.txt", "fine\n");
    place.lane(["gate"]).ok().prints("ok: 2 checks passed\n");
    let again = place.lane(["gate"]).ok();
    assert!(
        again
            .stdout
            .ends_with("ok: all 2 checks passed before on the same files; nothing was run\n"),
        "{again}"
    );
    place.git(["restore", "src/one.txt"]).ok();
    let idle = place.lane(["gate"]).ok();
    assert!(
        idle.stdout
            .starts_with("ok: nothing to check: nothing differs from "),
        "{idle}"
    );
    assert_eq!(idle.stdout.lines().count(), 1, "{idle}");
}

#[test]
fn json_is_one_object_alone_on_stdout() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    failing(&place);
    let ended = place.lane(["gate", "--json"]).code(5).says("gate-failed");
    assert_eq!(ended.stdout.lines().count(), 1, "{ended}");
    let value = ended.json();
    assert_eq!(value["ok"], json!(false));
    assert_eq!(value["refusal"]["id"], json!("gate-failed"));
    assert_eq!(value["refusal"]["hints"], json!(["git lane gate"]));
    let outcomes: Vec<_> = value["checks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|check| &check["outcome"])
        .collect();
    assert_eq!(outcomes, [&json!("passed"), &json!("failed")], "{ended}");
    let again = place.lane(["gate", "--json"]).code(5).json();
    assert_eq!(again["checks"][0]["by_receipt"], json!(true));
    assert_eq!(
        again["checks"][0]["receipt"]["key"].as_str().map(str::len),
        Some(64)
    );
    assert_eq!(again["checks"][1]["receipt"]["failures"], json!(2));
}

#[test]
fn a_form_for_ci_is_alone_on_stdout_and_excludes_json() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    failing(&place);
    let github = place.lane(["gate", "--format", "github"]).code(5);
    assert!(
        github.stdout.contains("\n::error title=gate check%3A failed::"),
        "{github}"
    );
    let junit = place.lane(["gate", "--format", "junit"]).code(5);
    assert!(
        junit.stdout.starts_with("<?xml") && junit.stdout.trim_end().ends_with("</testsuites>"),
        "{junit}"
    );
    place.lane(["gate", "--format", "junit", "--json"]).code(2);
    place.lane(["gate", "--format", "github", "--explain"]).code(2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_cannot_be_written_is_no_success() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r").person();
    failing(&place);
    let reason = "error: what was asked for could not be written to stdout";
    for form in ["--json", "--format junit", "--explain --json"] {
        place.write("src/one.txt", "fine\n");
        place
            .sh(&format!("git lane gate {form} >/dev/full"))
            .code(70)
            .says(reason);
        place.sh(&format!("git lane gate {form} | true")).ok();
    }
}
