//! A changed contract: the handoff runs the checks that it names wherever they stand, and who builds on it is told.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::started;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::gated::gated;
use crate::gated::ran;
use crate::sandbox;

const LANE: &str = "title = \"work\"\nscope = [\"api/**\", \"bulk/**\", \"src/**\"]\n";

const POLICY: &str = "[contract.api]\nfiles = [\"api/**\"]\nchecks = [\"shape\"]\n";

/// The check of the contract, with what keeps it from being called for; and one beside it on the highest rung.
fn gates(shape: &str, handoff: u8) -> String {
    format!(
        "[hooks]\nhandoff = {handoff}\n\
         [check.shape]\nrun = [\"sh\", \"-c\", \"echo shape >>\\\"$RUNS\\\"; ! grep -rn wrong api\"]\n{shape}\
         [check.whole]\nrung = 3\nrun = [\"sh\", \"-c\", \"echo whole >>\\\"$RUNS\\\"\"]\n"
    )
}

fn lane<'s>(sandbox: &'s Sandbox, policy: &str, gates: &str) -> (Place<'s>, Place<'s>) {
    let repo = gated(sandbox, gates);
    let text = repo.read(".agents/policy.toml") + policy;
    repo.write(".agents/policy.toml", text);
    around(&repo, &["commit", "--quiet", "--all", "-m", "policy"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let runs = sandbox.path().join("runs").display().to_string();
    let lane = started(&repo, LANE).env("RUNS", &runs);
    (repo, lane)
}

#[track_caller]
fn check(shape: &str, handoff: u8, also: &str) {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, POLICY, &gates(shape, handoff));
    lane.commit("api/a", "one\n", "one").ok();
    lane.lane(["handoff"]).ok().prints("shape: passed");
    assert_eq!(ran(&sandbox), format!("shape{also}"), "{shape}");
}

#[test]
fn its_checks_run_at_the_handoff_whatever_else_calls_for_them() {
    check("rung = 1\npaths = [\"src/**\"]\n", 1, "");
    check("rung = 1\nlevel = \"final\"\n", 1, "");
    check("rung = 2\n", 1, "");
    check("rung = 3\npaths = [\"src/**\"]\nlevel = \"wave\"\n", 0, "");
    check("rung = 1\npaths = [\"src/**\"]\n", 3, " whole");
}

#[test]
fn what_is_no_change_of_it_calls_for_nothing() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, POLICY, &gates("rung = 2\n", 1));
    lane.commit("src/a.rs", "one\n", "one").ok();
    lane.lane(["handoff"]).ok();
    assert_eq!(ran(&sandbox), "");
}

#[test]
fn one_that_does_not_pass_is_run_again_by_the_hint() {
    let sandbox = sandbox();
    let gates = gates("rung = 1\npaths = [\"src/**\"]\nlevel = \"final\"\n", 1);
    let (_, lane) = lane(&sandbox, POLICY, &gates);
    lane.commit("api/a", "wrong\n", "one").ok();
    let refused = lane.lane(["handoff"]).code(5).says("gate-failed").says("shape");
    ran(&sandbox);
    lane.sh(&hinted(&refused, "git lane gate")).code(5);
    assert_eq!(ran(&sandbox), "shape");
    lane.commit("api/a", "mended\n", "two").ok();
    follow(&lane, &refused, "git lane gate").ok();
    lane.lane(["handoff"]).ok();
}

#[test]
fn owners_are_told_of_a_change_that_the_record_has_no_room_for() {
    let sandbox = sandbox();
    let told = "[area.ui]\nowns = [\"ui/**\"]\n[contract.last]\nfiles = [\"src/**\"]\nchecks = []\ntells = [\"ui\"]\n";
    let (repo, lane) = lane(&sandbox, told, "");
    repo.lane([
        "task",
        "add",
        "--id",
        "T-2",
        "--area",
        "ui",
        "--scope",
        "ui/**",
        "build on it",
    ])
    .ok();
    repo.agent("agent-b").start("T-2");
    for at in 0..1_100 {
        lane.write(format!("bulk/{at}"), "x\n");
    }
    lane.write("src/z.rs", "mine\n");
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "-m", "much"]).ok();
    lane.lane(["handoff"])
        .ok()
        .says("told of the changed contract: agent-b");
}
