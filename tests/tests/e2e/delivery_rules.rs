//! The rules about what a change brings along, through `handoff` and at a push: what violates each, its nearest neighbour,
//! and the way that the hint leads.

use crate::delivery_cases::CHORE;
use crate::delivery_cases::Case;
use crate::delivery_cases::FEATURE;
use crate::delivery_cases::FILES;
use crate::delivery_cases::change;
use crate::delivery_cases::check;
use crate::delivery_cases::lane;
use crate::following::follow;
use crate::sandbox;

#[test]
fn what_changes_together() {
    check(&Case {
        id: "co-change",
        policy: "[co_change.docs]\nwhen = [\"api/**\"]\nmust = [\"docs/**\"]\n",
        task: FEATURE,
        bad: |lane| change(lane, &[("api/a.idl", "two\n"), ("docs.md", "x\n")]),
        good: |lane| change(lane, &[("api/a.idl", "two\n"), ("docs/api.md", "x\n")]),
        mend: |lane, _| change(lane, &[("docs/api.md", "x\n")]),
    });
}

#[test]
fn what_is_generated() {
    check(&Case {
        id: "generated-alone",
        policy: "[generated.client]\nfiles = [\"gen/**\"]\nfrom = [\"api/**\"]\n",
        task: FEATURE,
        bad: |lane| change(lane, &[("gen/a.rs", "by hand\n"), ("src/x.rs", "x\n")]),
        good: |lane| change(lane, &[("gen/a.rs", "made\n"), ("api/a.idl", "two\n")]),
        mend: |lane, refused| drop(follow(lane, refused, "git restore --source").ok()),
    });
}

#[test]
fn an_entry_in_the_changelog() {
    let entry = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Before\n- Groups may be empty\n";
    assert!(entry.starts_with(FILES[2].1));
    check(&Case {
        id: "changelog-missing",
        policy: "",
        task: FEATURE,
        bad: |lane| {
            change(
                lane,
                &[
                    ("src/x.rs", "x\n"),
                    (
                        "CHANGELOG.md",
                        "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- Before\n",
                    ),
                ],
            );
        },
        good: |lane| {
            change(lane, &[("src/x.rs", "x\n")]);
            change(
                lane,
                &[("CHANGELOG.md", &format!("{}- Groups may be empty\n", FILES[2].1))],
            );
        },
        mend: |lane, _| {
            change(
                lane,
                &[("CHANGELOG.md", &format!("{}- Groups may be empty\n", FILES[2].1))],
            );
        },
    });
}

#[test]
fn a_test_that_is_gone() {
    check(&Case {
        id: "removed-tests",
        policy: "",
        task: CHORE,
        bad: |lane| change(lane, &[("src/lib.rs", "pub fn f() {}\n#[test]\nfn one() {}\n")]),
        // Moved to another file.
        good: |lane| {
            change(
                lane,
                &[
                    ("src/lib.rs", "pub fn f() {}\n#[test]\nfn one() {}\n"),
                    ("src/more.rs", "#[test]\nfn two() {}\n"),
                ],
            );
        },
        mend: |lane, refused| drop(follow(lane, refused, "git lane handoff T-1 --removes src/lib.rs").ok()),
    });
}

#[test]
fn a_declared_removal_stands_at_the_next_handoff_and_only_for_what_is_gone() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox, "", CHORE);
    change(&lane, &[("src/lib.rs", "pub fn f() {}\n#[test]\nfn one() {}\n")]);
    std::fs::remove_file(lane.path().join("tests/all.rs")).expect("a file");
    change(&lane, &[("src/x.rs", "x\n")]);
    let refused = lane.lane(["handoff", "--removes", "src/lib.rs", "--why", "it is nothing"]);
    let refused = refused
        .code(1)
        .says("removed-tests: tests/all.rs is gone")
        .does_not_say("src/lib.rs lost");
    follow(&lane, &refused, "git lane handoff").ok();
    lane.lane(["resume", "T-1"]).ok();
    change(&lane, &[("src/x.rs", "more\n")]);
    let record = lane.lane(["handoff", "--json"]).ok().json();
    let declared: Vec<&String> = record["removes"].as_object().expect("removals").keys().collect();
    assert_eq!(declared, ["src/lib.rs", "tests/all.rs"]);
    lane.lane(["handoff", "--removes", "src/x.rs", "--why", "x"])
        .code(2)
        .says("this lane does not remove that file, nor tests in it");
}

#[test]
fn nothing_is_run_for_what_the_rules_refuse() {
    let sandbox = sandbox();
    let (repo, lane) = lane(
        &sandbox,
        "[co_change.docs]\nwhen = [\"api/**\"]\nmust = [\"docs/**\"]\n",
        CHORE,
    );
    change(&lane, &[("api/a.idl", "two\n")]);
    let before = repo.rev(crate::plumbing::STATE);
    lane.lane(["handoff"]).code(1).says("co-change");
    assert_eq!(
        repo.rev(crate::plumbing::STATE),
        before,
        "a check was run and recorded"
    );
}

#[test]
fn what_lands_is_judged_and_a_handoff_that_declares_it_lets_it_land() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, "", CHORE);
    change(&lane, &[("src/lib.rs", "pub fn f() {}\n#[test]\nfn one() {}\n")]);
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    let land = || repo.person().git(["push", "origin", "main"]);
    let refused = land()
        .code(1)
        .says("error: removed-tests: src/lib.rs lost the test two");
    follow(&lane, &refused, "git lane handoff T-1 --removes src/lib.rs").ok();
    land().ok().does_not_say("handoff-missing");
}

#[test]
fn a_person_who_pushes_work_of_no_lane_hears_nothing() {
    let sandbox = sandbox();
    let together = "[co_change.docs]\nwhen = [\"other/**\"]\nmust = [\"docs/**\"]\n";
    let (repo, _) = lane(&sandbox, together, CHORE);
    repo.commit("other/a", "two\n", "mine").ok();
    repo.git(["push", "--quiet", "origin", "main"])
        .ok()
        .does_not_say("co-change");
}
