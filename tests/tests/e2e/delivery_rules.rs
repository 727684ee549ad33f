//! The rules about what is delivered, through `handoff` and at a push: what violates each, its nearest neighbour, and
//! the way that the hint leads.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::delivering::push;
use crate::delivering::started;
use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// A rule, and deliveries that it judges.
struct Case {
    id: &'static str,
    /// What the policy declares besides the level.
    policy: &'static str,
    /// The kind of the task.
    kind: &'static str,
    /// What the lane does, and its nearest neighbour that is nothing to find.
    bad: fn(&Place<'_>),
    good: fn(&Place<'_>),
    /// What follows the refusal's hint; a handoff is made after it.
    mend: fn(&Place<'_>, &Output),
}

/// All but what others work on.
const SCOPE: &str = r#"["api/**", "docs/**", "docs.md", "gen/**", "src/**", "tests/**"]"#;

fn contract(kind: &str) -> String {
    format!(
        "title = \"work\"\nkind = \"{kind}\"\nscope = {SCOPE}\n[acceptance.fine]\ntext = \"x\"\ncheck = [\"true\"]\n"
    )
}

/// Files that are there before the lane begins.
const FILES: [(&str, &str); 4] = [
    (
        "src/lib.rs",
        "pub fn f() {}\n#[test]\nfn one() {}\n#[test]\nfn two() {}\n",
    ),
    ("tests/all.rs", "#[test]\nfn three() {}\n"),
    (
        "CHANGELOG.md",
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Before\n",
    ),
    ("api/a.idl", "one\n"),
];

/// The repository with this policy, and its lane.
fn lane<'s>(sandbox: &'s Sandbox, policy: &str, kind: &str) -> (Place<'s>, Place<'s>) {
    let repo = published(sandbox);
    let text = repo.read(".agents/policy.toml") + policy;
    repo.write(".agents/policy.toml", text);
    for (path, text) in FILES {
        repo.write(path, text);
    }
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "policy"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let lane = started(&repo, &contract(kind));
    (repo, lane)
}

fn weighed(case: &Case, level: &str) -> String {
    format!("{}[rule.{}]\nlevel = \"{level}\"\n", case.policy, case.id)
}

fn change(lane: &Place<'_>, files: &[(&str, &str)]) {
    for (path, text) in files {
        lane.write(path, text);
    }
    lane.git(["add", "--all"]).ok();
    // Rules about single commits are tried elsewhere.
    around(lane, &["commit", "--quiet", "-m", "work"]).ok();
}

#[track_caller]
fn check(case: &Case) {
    let id = case.id;
    let sandbox = sandbox();
    let (_, own) = lane(&sandbox, &weighed(case, "refuse"), case.kind);
    (case.bad)(&own);
    let refused = own.lane(["handoff"]).code(1).says(&format!("error: {id}: "));
    (case.mend)(&own, &refused);
    own.lane(["handoff"]).ok().does_not_say(&format!("{id}: "));

    let neighbour = crate::sandbox();
    let (_, own) = lane(&neighbour, &weighed(case, "refuse"), case.kind);
    (case.good)(&own);
    own.lane(["handoff"]).ok().does_not_say(&format!("{id}: "));

    for (level, said) in [("advice", 1), ("off", 0)] {
        let sandbox = crate::sandbox();
        let (repo, own) = lane(&sandbox, &weighed(case, level), case.kind);
        (case.bad)(&own);
        let handed = own.lane(["--offline", "handoff"]).ok();
        let words = format!("advice: {id}: ");
        assert_eq!(handed.stderr.matches(&words).count(), said, "{level}\n{handed}");
        push_is_judged(case, &repo, &own);
    }
}

/// What was handed off while the rule did not refuse is refused at the push once it does.
#[track_caller]
fn push_is_judged(case: &Case, repo: &Place<'_>, lane: &Place<'_>) {
    let id = case.id;
    let text = repo.read(".agents/policy.toml");
    let text = text.replace("level = \"advice\"", "level = \"refuse\"");
    let text = text.replace("level = \"off\"", "level = \"refuse\"");
    repo.write(".agents/policy.toml", text);
    around(repo, &["commit", "--quiet", "--all", "-m", "stricter"]).ok();
    around(repo, &["push", "--quiet", "origin", "main"]).ok();
    // The next decision adopts it.
    repo.lane(["note", "T-1", "stricter"]).ok();
    push(lane).code(1).says(&format!("error: {id}: "));
}

#[test]
fn what_changes_together() {
    check(&Case {
        id: "co-change",
        policy: "[co_change.docs]\nwhen = [\"api/**\"]\nmust = [\"docs/**\"]\n",
        kind: "feature",
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
        kind: "feature",
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
        kind: "feature",
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
        kind: "chore",
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
    let (_, lane) = lane(&sandbox, "", "chore");
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
        "chore",
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
    let (repo, lane) = lane(&sandbox, "", "chore");
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
    let (repo, _) = lane(&sandbox, together, "chore");
    repo.commit("other/a", "two\n", "mine").ok();
    repo.git(["push", "--quiet", "origin", "main"])
        .ok()
        .does_not_say("co-change");
}

const CONTRACT: &str =
    "[contract.api]\nfiles = [\"api/**\"]\ntells = [\"ui\"]\n[area.ui]\nowns = [\"ui/**\"]\n";

#[test]
fn who_builds_on_a_contract_is_told_once_at_each_handoff() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox, CONTRACT, "chore");
    for (id, area, agent) in [("T-2", "ui", "agent-b"), ("T-3", "", "agent-c")] {
        let scope = format!("ui/{id}");
        let mut words = vec!["task", "add", "x", "--id", id, "--scope", &scope];
        if !area.is_empty() {
            words.extend(["--area", area]);
        }
        repo.lane(words).ok();
        repo.agent(agent).start(id);
    }
    let told = |agent: &str| -> Vec<String> {
        let notes = repo.agent(agent).lane(["inbox", "--json"]).ok().json();
        let notes = notes.as_array().expect("notes").clone();
        notes
            .iter()
            .map(|note| note["text"].as_str().unwrap_or("").to_owned())
            .collect()
    };
    change(&lane, &[("src/x.rs", "x\n")]);
    lane.lane(["handoff"]).ok().does_not_say("told of");
    lane.lane(["resume", "T-1"]).ok();
    change(&lane, &[("api/a.idl", "two\n")]);
    lane.lane(["handoff"])
        .ok()
        .says("told of the changed contract: agent-b");
    assert_eq!(
        told("agent-b"),
        ["@agent-b CP-02 changes what you build on: api (api/a.idl)"]
    );
    assert!(told("agent-c").is_empty());
    // It is published, too.
    let there = repo.git(["ls-remote", "origin", crate::plumbing::STATE]).ok();
    assert!(
        there.stdout.starts_with(&repo.rev(crate::plumbing::STATE)),
        "{there}"
    );
}
