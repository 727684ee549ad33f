//! A criterion that names a check of the policy: planned on what the lane changes, run as it is declared, never by receipt.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::started;
use crate::gated::gated;
use crate::gated::ran;
use crate::sandbox;

fn contract(name: &str, scope: &str) -> String {
    format!(
        "title = \"work\"\nscope = [\"{scope}\"]\n\n[acceptance.a1]\ntext = \"it works\"\ncheck = \"{name}\"\n"
    )
}

/// What `git lane check` says of a lane whose acceptance is this check.
fn checked(sandbox: &Sandbox, declared: &str, path: &str) -> Output {
    let repo = gated(sandbox, &format!("[check.it]\nrung = 2\n{declared}\n"));
    let runs = sandbox.path().join("runs").display().to_string();
    let lane = started(&repo, &contract("it", "**")).env("RUNS", &runs);
    lane.commit(path, "mine\n", "one").ok();
    lane.lane(["check", "--json"])
}

fn run_of(checked: &Output) -> serde_json::Value {
    checked.json()["results"]["a1"].clone()
}

#[test]
fn placeholders_folder_and_shell_are_as_the_gate_has_them() {
    for (declared, command, ran_as) in [
        (
            "run = [\"sh\", \"-c\", \"echo $0 >>$RUNS\", \"{files}\"]",
            "sh -c 'echo $0 >>$RUNS' ./src/a.rs",
            "./src/a.rs",
        ),
        (
            "run = [\"echo \\\"$@\\\" >>\\\"$RUNS\\\"\", \"{files}\"]\nshell = true",
            "sh -c",
            "./src/a.rs",
        ),
        (
            "run = [\"basename $PWD >>$RUNS\"]\nshell = true\ndir = \"src\"",
            "sh -c",
            "src",
        ),
        (
            "run = [\"test $1 = $(git rev-parse HEAD~1) && echo base >>$RUNS\", \"{base}\"]\nshell = true",
            "sh -c",
            "base",
        ),
        (
            "run = [\"echo early >>$RUNS\"]\nshell = true\nlevel = \"final\"",
            "sh -c",
            "early",
        ),
    ] {
        let sandbox = sandbox();
        let run = run_of(&checked(&sandbox, declared, "src/a.rs").ok());
        assert_eq!((&run["exit"], &run["check"]), (&0.into(), &"it".into()), "{run}");
        assert!(run["command"].as_str().unwrap().starts_with(command), "{run}");
        assert_eq!(ran(&sandbox), ran_as, "{declared}");
    }
}

#[test]
fn a_change_that_calls_for_nothing_of_it_runs_all_of_it() {
    for declared in [
        "run = [\"sh\", \"-c\", \"echo whole >>$RUNS\"]\npaths = [\"src/**\"]",
        "run = [\"sh\", \"-c\", \"echo whole >>$RUNS\", \"{files}\"]\npaths = [\"README.md\"]",
    ] {
        let sandbox = sandbox();
        let run = run_of(&checked(&sandbox, declared, "docs/a.md").ok());
        assert_eq!(run["exit"], 0, "{run}");
        assert_eq!(ran(&sandbox), "whole", "{declared}");
    }
}

#[test]
fn what_has_nothing_to_run_or_cannot_start_is_no_evidence() {
    for (declared, exit, said) in [
        (
            "run = [\"true\", \"{files}\"]\npaths = [\"nowhere/**\"]",
            127,
            "there is nothing to run",
        ),
        ("run = [\"./no-such-program\"]", 127, "no-such-program"),
        ("run = [\"sh\", \"-c\", \"echo oh; exit 3\"]", 3, "oh"),
        (
            "run = [\"sleep\", \"600\"]\ntimeout = \"1s\"",
            124,
            "time limit of 1 s",
        ),
    ] {
        let sandbox = sandbox();
        let run = run_of(&checked(&sandbox, declared, "src/a.rs").code(5));
        assert_eq!(run["exit"], exit, "{run}");
        assert!(run["lines"].as_str().unwrap().contains(said), "{run}");
        assert!(run["signature"].is_string(), "{run}");
    }
}

#[test]
fn evidence_is_a_run_and_no_receipt() {
    let sandbox = sandbox();
    let repo = gated(
        &sandbox,
        "[check.it]\nrung = 1\nrun = [\"sh\", \"-c\", \"echo it >>$RUNS\"]\n",
    );
    let runs = sandbox.path().join("runs").display().to_string();
    let lane = started(&repo, &contract("it", "**")).env("RUNS", &runs);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    lane.lane(["gate"]).ok();
    lane.lane(["check"]).ok();
    assert_eq!(ran(&sandbox), "it it");
    lane.lane(["handoff"]).ok();
    assert_eq!(ran(&sandbox), "");
}

fn built_in<'s>(sandbox: &'s Sandbox, crates: &str) -> Place<'s> {
    let repo = sandbox.rust_workspace("r");
    repo.write(".git/contract.toml", contract("test", crates));
    repo.lane(["task", "add", "--id", "T-1", "--from", ".git/contract.toml"])
        .ok();
    repo.agent("agent-a").start("T-1")
}

#[test]
fn the_built_in_tests_are_those_of_the_affected_packages() {
    let sandbox = sandbox();
    let lane = built_in(&sandbox, "crates/apart/**");
    let text = lane.read("crates/apart/src/lib.rs");
    lane.commit("crates/apart/src/lib.rs", &format!("{text}// more\n"), "one")
        .ok();
    let run = run_of(&lane.lane(["check", "--json"]).ok());
    let command = run["command"].as_str().unwrap();
    assert!(command.contains("apart") && !command.contains("base"), "{run}");
}

#[test]
fn a_package_whose_tests_are_gone_shows_nothing() {
    let sandbox = sandbox();
    let lane = built_in(&sandbox, "crates/top/**");
    let text = lane.read("crates/top/src/lib.rs").replace("#[test]", "");
    lane.commit("crates/top/src/lib.rs", &text, "no tests").ok();
    let run = run_of(&lane.lane(["check", "--json"]).code(5));
    assert_eq!(run["exit"], 4, "{run}");
    assert!(run["lines"].as_str().unwrap().contains("no test ran"), "{run}");
}

#[test]
fn what_is_built_in_runs_by_its_name_and_a_name_that_is_not_declared_is_told_at_once() {
    let sandbox = sandbox();
    let repo = sandbox.rust_workspace("r");
    let add = |id: &str, name: &str| {
        let args = ["task", "add", "--id", id, "t", "--scope", "crates/apart/**"];
        repo.lane(
            [
                args.as_slice(),
                &["--accept", "it is formatted", "--policy-check", name],
            ]
            .concat(),
        )
        .ok()
    };
    let says = "warning: the check fromat is not declared: .agents/gates.toml on the integration branch has ";
    add("T-2", "fromat").says(says).says("format");
    add("T-1", "format").does_not_say("is not declared");
    let edit = [
        "task",
        "edit",
        "T-1",
        "--accept",
        "it is formatted",
        "--policy-check",
    ];
    repo.lane([edit.as_slice(), &["fromat"]].concat()).ok().says(says);
    repo.lane([edit.as_slice(), &["format"]].concat())
        .ok()
        .does_not_say("is not declared");
    let lane = repo.agent("agent-a").start("T-1");
    let text = lane.read("crates/apart/src/lib.rs");
    for (more, exit) in [("fn  badly( ){}\n", 1), ("// more\n", 0)] {
        lane.commit("crates/apart/src/lib.rs", &format!("{text}{more}"), "one")
            .ok();
        let run = run_of(&lane.lane(["check", "--json"]));
        assert_eq!(
            (&run["exit"], &run["check"]),
            (&exit.into(), &"format".into()),
            "{run}"
        );
    }
}
