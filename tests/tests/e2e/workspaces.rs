//! The workspaces that the gates are tested on are what they say: everything passes, and running it leaves no trace.

use lane_testkit::Place;

use crate::sandbox;

fn unchanged(place: &Place<'_>) {
    let status = place.git(["status", "--porcelain"]).ok();
    assert_eq!(status.stdout, "", "{status}");
}

#[test]
fn every_test_of_the_rust_workspace_passes_and_leaves_no_trace() {
    let sandbox = sandbox();
    let place = sandbox.rust_workspace("r");
    let tests = place
        .run("cargo", ["test", "--workspace", "--offline", "--locked"])
        .ok();
    for name in [
        "base", "middle", "top", "apart", "probe", "switch", "loud", "tool", "told",
    ] {
        let line = format!("test tests::{name}_holds ... ok");
        assert!(tests.stdout.contains(&line), "{name}: {tests}");
    }
    assert!(tests.stdout.contains("told/src/lib.rs - told (line"), "{tests}");
    unchanged(&place);
}

#[test]
fn a_feature_of_another_package_hides_a_test_from_who_asks_for_one_package() {
    let sandbox = sandbox();
    let place = sandbox.rust_workspace("r");
    let alone = place
        .run("cargo", ["test", "--offline", "--package", "switch"])
        .ok();
    assert!(
        alone.stdout.contains("switch_holds") && !alone.stdout.contains("loud_holds"),
        "{alone}"
    );
}

#[test]
fn the_scripts_judge_the_files_and_tell_that_they_ran() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    let runs = sandbox.path().join("runs");
    let place = place.env("RUNS", &runs.display().to_string());
    place.run("sh", ["scripts/check"]).ok();
    place.run("sh", ["scripts/lint", "./src/one.txt"]).ok();
    place.write("src/one.txt", "wrong\nbroken\n");
    place
        .run("sh", ["scripts/lint", "./src/one.txt"])
        .code(1)
        .prints("wrong");
    place.run("sh", ["scripts/check"]).code(1).prints("broken");
    std::fs::remove_file(place.path().join("src/two.txt")).unwrap();
    place.run("sh", ["scripts/check"]).code(3);
    assert_eq!(
        std::fs::read_to_string(runs).unwrap(),
        "check\nlint ./src/one.txt\nlint ./src/one.txt\ncheck\ncheck\n"
    );
}
