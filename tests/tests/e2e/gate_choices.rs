//! What can be chosen on the gate's command line, and what is said of a choice that means nothing.

use lane_testkit::Place;
use serde_json::json;

use crate::delivering::published;
use crate::sandbox;

/// On a lane with a changed file: `lint` (rung 1) and `check` (rung 2) are called for.
fn lane(place: &Place<'_>) {
    place.git(["switch", "--quiet", "-c", "lane"]).ok();
    place.write("src/one.txt", "changed\n");
}

#[test]
fn named_checks_run_alone_and_a_name_that_is_none_is_refused_with_the_known_ones() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    let gate = place.lane(["gate", "check"]).ok();
    assert!(!gate.stdout.contains("lint"), "{gate}");
    place.lane(["gate", "check"]).ok().prints("not run again");
    place.write("src/one.txt", "broken\n");
    let gate = place.lane(["gate", "lint", "check"]).code(5).prints("lint");
    assert_eq!(gate.hints(), ["git lane gate lint check"], "{gate}");
    let rung = place.lane(["gate", "lint", "check", "--rung", "1"]).ok();
    assert!(!rung.stdout.contains("check  "), "{rung}");
    place
        .lane(["gate", "lint", "chekc"])
        .code(2)
        .says("no check is called chekc; declared are check, lint");
}

#[test]
fn an_area_that_nobody_knows_is_refused_and_a_base_that_is_none_is_warned_of() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    place
        .lane(["gate", "--area", "ui"])
        .code(2)
        .says("there is no area ui");
    let gates = place.read(".agents/gates.toml");
    let gates = gates.replace("[check.lint]\n", "[check.lint]\narea = \"words\"\n");
    place.at("..").write("gates.toml", gates);
    let with = |area: &str| place.lane(["gate", "--gates", "../gates.toml", "--area", area]);
    with("ui").code(2).says("there is no area ui; known are words");
    with("words").ok();
    let gate = place.lane(["gate", "--base", "nowhere"]).ok();
    gate.says("warning: nowhere names no commit here: everything is checked");
}

#[test]
fn a_file_of_gates_is_looked_for_from_here_and_from_the_root() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    let below = place.at("src");
    below.lane(["gate", "--gates", ".agents/gates.toml"]).ok();
    below.lane(["gate", "--gates", "../.agents/gates.toml"]).ok();
    let missing = below.lane(["gate", "--gates", "gates.toml"]).code(2);
    missing.says("gates.toml is not there, neither from here nor from the root");
}

#[test]
fn a_file_of_gates_is_told_what_means_nothing_in_it() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    let validate = |text: &str| {
        place.write(".agents/gates.toml", format!("[check.a]\nrung = 1\n{text}\n"));
        place.lane(["policy", "validate", ".agents/gates.toml"])
    };
    validate("builtin = \"test\"").ok().does_not_say("warning");
    validate("builtin = \"fmt\"")
        .code(1)
        .says("`check.a.builtin` is \"fmt\"; known are build, clippy");
    validate("run = [\"x\", \"{file}\"]\npath = []")
        .ok()
        .says("warning: `check.a.path` is not known")
        .says("warning: `check.a.run` has the word {file}");
}

#[test]
fn what_is_staged_and_differs_on_disk_is_named() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    place.git(["add", "--all"]).ok();
    let staged = || place.lane(["gate", "--staged"]);
    staged().ok().does_not_say("as staged");
    // What is not staged is nobody's business.
    place.write("src/two.txt", "other\n");
    staged().ok().does_not_say("as staged");
    place.write("src/one.txt", "again\n");
    let said = staged().ok();
    said.says("warning: not in the work tree as staged: src/one.txt; commands see the work tree");
    std::fs::remove_file(place.path().join("src/one.txt")).unwrap();
    staged().says("as staged: src/one.txt;");
}

#[test]
fn a_failure_behind_a_pass_on_the_same_files_is_flaky_and_never_green_without_a_word() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    let outside = sandbox.path().join("fails");
    let script = format!("! test -e {}", outside.display());
    place.at("..").write(
        "gates.toml",
        format!("[check.odd]\nrung = 1\nshell = true\nrun = [\"{script}\"]\n"),
    );
    let gate = |more: &[&str]| place.lane([&["gate", "--gates", "../gates.toml"], more].concat());
    gate(&[]).ok();
    std::fs::write(&outside, "").unwrap();
    gate(&[]).ok().prints("not run again");
    let again = gate(&["--again"]).code(5);
    again.says("warning: odd is flaky: it failed, and passed on these very files before (1 of 2 runs)");
    let json = gate(&["--again", "--json"]).code(5).json();
    assert_eq!(json["checks"][0]["flaky"], json!(true), "{json}");
    assert_eq!(json["checks"][0]["outcome"], json!("failed"), "{json}");
    std::fs::remove_file(&outside).unwrap();
    for _ in 0..2 {
        gate(&[]).ok().says("odd is flaky");
    }
}

#[test]
fn the_plan_tells_what_is_known_already() {
    let sandbox = sandbox();
    let place = sandbox.script_workspace("r");
    lane(&place);
    let todo = || {
        let json = place.lane(["gate", "--explain", "--json"]).ok().json();
        let checks = json["checks"].as_array().unwrap().clone();
        let todo = checks
            .iter()
            .map(|check| check["todo"].as_str().unwrap().to_owned());
        todo.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(todo(), "run run");
    place.lane(["gate", "--rung", "1"]).ok();
    assert_eq!(todo(), "known run");
    let plan = place.lane(["gate", "--explain"]).ok();
    plan.prints("known   lint   passed on the same files ")
        .prints(" ago; src/one.txt changed");
    place.write("src/one.txt", "more\n");
    assert_eq!(todo(), "run run");
    place.lane(["gate"]).ok();
    // With --again what is known runs, too.
    let again = place.lane(["gate", "--explain", "--again"]).ok();
    assert!(!again.stdout.contains("known"), "{again}");
}

#[test]
fn where_nothing_is_declared_the_hint_leads_on() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    repo.write(".agents/gates.toml", "# [check.unit]\n# rung = 1\n");
    repo.git(["add", "--all"]).ok();
    crate::following::around(&repo, &["commit", "--quiet", "-m", "examples"]).ok();
    crate::following::around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let no = repo.lane(["gate"]).code(6).says("no-checks");
    let hint = "take the # away from a check in .agents/gates.toml, then commit it";
    assert_eq!(no.hints(), [hint], "{no}");
    repo.write(".agents/gates.toml", "[check.unit]\nrung = 1\nrun = [\"true\"]\n");
    crate::following::around(&repo, &["commit", "--quiet", "--all", "-m", "gates"]).ok();
    crate::following::around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["gate"]).ok().prints("ok       unit");
    // As CI checks out one commit: detached, and no branch of the remote is here.
    repo.sh("git init -q ../ci && cd ../ci && git remote add origin \"$(git -C ../$(basename \"$OLDPWD\") remote get-url origin)\" && git fetch -q origin main && git checkout -q FETCH_HEAD")
        .ok();
    let ci = repo.at("../ci");
    let no = ci.lane(["gate"]).code(6).says("no-checks");
    let [fetch] = no.hints().try_into().unwrap_or_else(|_| panic!("{no}"));
    ci.sh(&fetch).ok();
    ci.lane(["gate"]).ok().prints("ok       unit");
}

#[test]
fn gates_that_only_this_clone_has_count_once_they_are_pushed() {
    let sandbox = sandbox();
    let repo = published(&sandbox);
    repo.write(".agents/gates.toml", "[check.unit]\nrung = 1\nrun = [\"true\"]\n");
    repo.git(["add", "--all"]).ok();
    crate::following::around(&repo, &["commit", "--quiet", "-m", "gates"]).ok();
    let no = repo.lane(["gate"]).code(6).says("counts once origin has it too");
    let [push] = no.hints().try_into().unwrap_or_else(|_| panic!("{no}"));
    repo.sh(&push).ok();
    repo.lane(["gate"]).ok().prints("ok       unit");
}
