//! The rules about the evidence of a task, through `handoff` and at pushes: what violates each, its nearest neighbour, and
//! the way that the hint leads.

use lane_testkit::Place;

use crate::delivery_cases::CHORE;
use crate::delivery_cases::Case;
use crate::delivery_cases::DEFECT;
use crate::delivery_cases::add_criteria;
use crate::delivery_cases::change;
use crate::delivery_cases::check;
use crate::delivery_cases::lane;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

fn edit(lane: &Place<'_>, words: &[&str]) {
    lane.lane([&["task", "edit", "T-1"], words].concat()).ok();
}

fn work(lane: &Place<'_>) {
    change(lane, &[("src/x.rs", "x\n")]);
}

#[test]
fn a_task_that_names_no_check() {
    check(&Case {
        id: "acceptance-undeclared",
        policy: "",
        task: "kind = \"chore\"\n[acceptance.words]\ntext = \"it reads well\"\n",
        bad: work,
        good: |lane| {
            work(lane);
            edit(lane, &["--add-accept", "it reads well", "--check", "true"]);
        },
        mend: |lane, refused| add_criteria(lane, refused, "true"),
    });
}

#[test]
fn a_defect_without_its_cause() {
    check(&Case {
        id: "defect-cause",
        policy: "",
        task: DEFECT,
        bad: work,
        // What one handoff says stands at the next while the file is one that the lane changes.
        good: |lane| {
            work(lane);
            let said = ["--cause", "c", "--layer", "l", "--file", "src/x.rs"];
            lane.lane([&["--offline", "handoff"], &said[..]].concat())
                .ok()
                .does_not_say("defect-cause");
        },
        mend: |lane, refused| {
            let line = hinted(
                refused,
                "git lane handoff T-1 --cause TEXT --layer TEXT --file PATH",
            );
            lane.sh(&line.replace("PATH", "src/x.rs")).ok();
        },
    });
}

/// A test of the lane that the code before it fails.
const PROOF: &str = "grep -q mended src/x.rs\n";

fn mended(lane: &Place<'_>) {
    change(lane, &[("src/x.rs", "mended\n"), ("tests/x.sh", PROOF)]);
}

#[test]
fn a_defect_without_a_proof() {
    check(&Case {
        id: "defect-proof",
        policy: "",
        task: DEFECT,
        bad: mended,
        good: |lane| {
            mended(lane);
            let proof = ["--check", "sh tests/x.sh", "--purpose", "regression"];
            edit(lane, &[&["--add-accept", "it is mended"], &proof[..]].concat());
        },
        mend: |lane, refused| add_criteria(lane, refused, "sh tests/x.sh"),
    });
}

#[test]
fn a_task_of_high_risk_that_nothing_exercises() {
    check(&Case {
        id: "risk-evidence",
        policy: "",
        task: "kind = \"chore\"\nrisk = \"high\"\n[acceptance.fine]\ntext = \"x\"\ncheck = [\"true\"]\npurpose = [\"anchor\"]\n",
        bad: work,
        good: |lane| {
            work(lane);
            let proof = ["--check", "test -e src/x.rs", "--purpose", "regression"];
            edit(lane, &[&["--add-accept", "it is there"], &proof[..]].concat());
        },
        mend: |lane, refused| add_criteria(lane, refused, "test -e src/x.rs"),
    });
}

#[test]
fn what_lands_that_nobody_handed_off_as_it_is() {
    for (level, code, said) in [
        (
            "refuse",
            1,
            "error: handoff-missing: T-1 is not handed off as it is here",
        ),
        (
            "advice",
            0,
            "advice: handoff-missing: T-1 is not handed off as it is here",
        ),
        ("off", 0, ""),
    ] {
        let sandbox = sandbox();
        let policy = format!("[rule.handoff-missing]\nlevel = \"{level}\"\n");
        let (repo, lane) = lane(&sandbox, &policy, CHORE);
        let merge = || repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
        let land = || repo.person().git(["push", "origin", "main"]);
        work(&lane);
        lane.lane(["handoff"]).ok();
        // A commit behind the handoff.
        change(&lane, &[("src/y.rs", "y\n")]);
        merge();
        let pushed = land().code(code).says(said);
        let times = pushed.stderr.matches("handoff-missing: ").count();
        assert_eq!(times, usize::from(!said.is_empty()), "{level}\n{pushed}");
        if code == 1 {
            follow(&lane, &pushed, "git lane handoff T-1").ok();
            land().ok().does_not_say("handoff-missing");
        }
    }
}

#[test]
fn what_lands_as_it_was_handed_off_and_what_is_a_persons_need_nothing() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "[rule.handoff-missing]\nlevel = \"refuse\"\n", CHORE);
    work(&lane);
    lane.lane(["handoff"]).ok();
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    let land = || {
        repo.person()
            .git(["push", "origin", "main"])
            .ok()
            .does_not_say("handoff-missing")
    };
    land();
    repo.write("other/a", "mine\n");
    repo.git(["add", "other"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    land();
}
