//! What a gate prints to be done about a failure, done as it is printed.

use lane_testkit::Output;

use crate::sandbox;

/// The lines of an output that tell how to mend something, without the words in front.
fn mends(gate: &Output) -> Vec<String> {
    let lines = gate.stdout.lines().map(str::trim);
    lines
        .filter_map(|line| line.strip_prefix("mend: "))
        .map(|line| line.strip_prefix("$ ").unwrap_or(line).to_owned())
        .collect()
}

#[test]
fn the_lines_work_from_a_subfolder() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.write("crates/base/src/lib.rs", "//! Bad.\npub fn  bad( ) {}\n");
    let below = repo.at("crates/told/src");
    let gate = below.lane(["gate", "--rung", "1"]).code(5);
    let lines = mends(&gate);
    assert_eq!(lines.len(), 1, "{gate}");
    below.sh(&lines[0]).ok();
    below.lane(["gate", "--rung", "1"]).ok();
    let scripts = sandbox.script_workspace("s");
    scripts.git(["switch", "--quiet", "-c", "lane"]).ok();
    scripts.write("src/one.txt", "broken\n");
    let below = scripts.at("src");
    let gate = below.lane(["gate"]).code(5);
    let line = gate
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("$ "))
        .unwrap();
    below.sh(line).code(1).prints("src/one.txt:1:broken");
}

#[test]
fn where_no_test_ran_the_way_on_is_a_test_or_a_folder_that_needs_none() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    repo.write(
        "crates/quiet/Cargo.toml",
        "[package]\nname = \"quiet\"\nedition = \"2024\"\n",
    );
    repo.write("crates/quiet/src/lib.rs", "//! Has no test.\n");
    repo.run("cargo", ["generate-lockfile", "--offline"]).ok();
    repo.git(["add", "--all"]).ok();
    repo.git(["commit", "--quiet", "-m", "quiet"]).ok();
    repo.git(["switch", "--quiet", "-c", "lane"]).ok();
    repo.sh("echo >>crates/quiet/src/lib.rs").ok();
    let gate = repo.lane(["gate", "--rung", "2"]).code(5).prints("EMPTY");
    let line = "add a test, or say in [check.test] that these need none: ignore = [\"crates/quiet/**\"]";
    assert_eq!(mends(&gate), [line], "{gate}");
    let gates = repo.read(".agents/gates.toml");
    let gates = gates.replace("[check.test]\n", "[check.test]\nignore = [\"crates/quiet/**\"]\n");
    repo.at("..").write("gates.toml", gates);
    repo.lane(["gate", "--rung", "2", "--gates", "../gates.toml"])
        .ok();
}
