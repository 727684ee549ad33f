//! A rule about what is delivered, tried: a change that violates it, its nearest neighbour, the levels, the way that the
//! hint leads, and the push of a record that came around.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::delivering::push;
use crate::delivering::started;
use crate::following::around;
use crate::sandbox;

/// A rule, and deliveries that it judges.
pub(crate) struct Case {
    pub(crate) id: &'static str,
    /// What the policy declares besides the level.
    pub(crate) policy: &'static str,
    /// The task's keys besides title and scope.
    pub(crate) task: &'static str,
    /// What the lane does, and its nearest neighbour that is nothing to find.
    pub(crate) bad: fn(&Place<'_>),
    pub(crate) good: fn(&Place<'_>),
    /// What follows the refusal's hint, of a handoff or a push; a handoff is made after it.
    pub(crate) mend: fn(&Place<'_>, &Output),
}

/// All but what others work on.
const SCOPE: &str = r#"["api/**", "docs/**", "docs.md", "gen/**", "src/**", "tests/**"]"#;

/// Tasks of a kind with a check that passes.
pub(crate) const CHORE: &str = "kind = \"chore\"\n[acceptance.fine]\ntext = \"x\"\ncheck = [\"true\"]\n";
pub(crate) const DEFECT: &str = "kind = \"defect\"\n[acceptance.fine]\ntext = \"x\"\ncheck = [\"true\"]\n";
pub(crate) const FEATURE: &str = "kind = \"feature\"\n[acceptance.fine]\ntext = \"x\"\ncheck = [\"true\"]\n";

/// Files that are there before the lane begins.
pub(crate) const FILES: [(&str, &str); 4] = [
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
pub(crate) fn lane<'s>(sandbox: &'s Sandbox, policy: &str, task: &str) -> (Place<'s>, Place<'s>) {
    let repo = published(sandbox);
    // Whether what lands was judged is tried elsewhere.
    repo.stages(&[]);
    let text = repo.read(".agents/policy.toml") + policy;
    repo.write(".agents/policy.toml", text);
    for (path, text) in FILES {
        repo.write(path, text);
    }
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "policy"]).ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let lane = started(&repo, &format!("title = \"work\"\nscope = {SCOPE}\n{task}"));
    (repo, lane)
}

fn weighed(case: &Case, level: &str) -> String {
    format!("{}[rule.{}]\nlevel = \"{level}\"\n", case.policy, case.id)
}

pub(crate) fn change(lane: &Place<'_>, files: &[(&str, &str)]) {
    for (path, text) in files {
        lane.write(path, text);
    }
    lane.git(["add", "--all"]).ok();
    // Rules about single commits are tried elsewhere.
    around(
        lane,
        &["commit", "--quiet", "-m", "work", "--trailer", "Lane-Task: T-1"],
    )
    .ok();
}

#[track_caller]
pub(crate) fn check(case: &Case) {
    let id = case.id;
    let sandbox = sandbox();
    let (_, own) = lane(&sandbox, &weighed(case, "refuse"), case.task);
    (case.bad)(&own);
    let refused = own.lane(["handoff"]).code(1).says(&format!("error: {id}: "));
    (case.mend)(&own, &refused);
    own.lane(["handoff"]).ok().does_not_say(&format!("{id}: "));

    let neighbour = crate::sandbox();
    let (_, own) = lane(&neighbour, &weighed(case, "refuse"), case.task);
    (case.good)(&own);
    own.lane(["handoff"]).ok().does_not_say(&format!("{id}: "));

    for (level, said) in [("advice", 1), ("off", 0)] {
        let sandbox = crate::sandbox();
        let (repo, own) = lane(&sandbox, &weighed(case, level), case.task);
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
    stricter(repo);
    let refused = push(lane).code(1).says(&format!("error: {id}: "));
    // What is handed off is its author's again only so.
    lane.lane(["--offline", "resume"]).ok();
    (case.mend)(lane, &refused);
    lane.lane(["--offline", "handoff"]).ok();
    push(lane).ok();
}

/// The rules whose level the policy sets refuse from now on.
pub(crate) fn stricter(repo: &Place<'_>) {
    let text = repo.read(".agents/policy.toml");
    let text = text.replace("level = \"advice\"", "level = \"refuse\"");
    let text = text.replace("level = \"off\"", "level = \"refuse\"");
    repo.write(".agents/policy.toml", text);
    around(repo, &["commit", "--quiet", "--all", "-m", "stricter"]).ok();
    around(repo, &["push", "--quiet", "origin", "main"]).ok();
    // The next decision adopts it.
    repo.lane(["note", "T-1", "stricter"]).ok();
}

/// What others bring to the integration branch, published.
pub(crate) fn others(lane: &Place<'_>, path: &str, text: &str) {
    let repo = lane.at("../..").person();
    repo.write(path, text);
    repo.git(["add", "--", path]).ok();
    around(&repo, &["commit", "--quiet", "-m", "theirs"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
}

/// Follows every hint that adds a criterion, with this check.
#[track_caller]
pub(crate) fn add_criteria(lane: &Place<'_>, refused: &Output, check: &str) {
    let hints = refused.hints();
    let adds: Vec<&String> = hints
        .iter()
        .filter(|hint| hint.starts_with("git lane task edit T-1 --add-accept TEXT --check COMMAND"))
        .collect();
    assert!(!adds.is_empty(), "{refused}");
    for line in adds {
        let line = line
            .replace("TEXT", "'it is so'")
            .replace("COMMAND", &format!("'{check}'"));
        lane.sh(&line).ok();
    }
}
