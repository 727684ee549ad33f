//! The rules about commits whose level the policy sets: what refuses leads on, what advises is said once.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::following::around;
use crate::following::follow;
use crate::sandbox;

/// A lane of all paths, in a repository whose policy says this besides.
fn lane<'s>(sandbox: &'s Sandbox, policy: &str) -> Place<'s> {
    let repo = sandbox.lanes("r");
    let text = repo.read(".agents/policy.toml") + policy;
    repo.commit(".agents/policy.toml", &text, "more policy").ok();
    repo.task("T-1", "**");
    repo.agent("agent-a").start("T-1")
}

fn stage(lane: &Place<'_>, paths: &[&str]) {
    for path in paths {
        lane.write(path, "changed\n");
    }
    lane.git(["add", "--all"]).ok();
}

fn commit(lane: &Place<'_>) -> Output {
    lane.git(["commit", "--quiet", "-m", "x"])
}

fn times(output: &Output, text: &str) -> usize {
    output.stderr.matches(text).count()
}

const GENERATED: &str = "[generated.api]\nfiles = [\"gen/**\"]\nfrom = [\"src/*.idl\"]\nrun = \"make api\"\n";

#[test]
fn a_generated_file_goes_with_its_source_or_after_it() {
    for how in [&["commit", "-m", "x"][..], &["commit", "--no-verify", "-m", "x"]] {
        let sandbox = sandbox();
        let lane = lane(&sandbox, GENERATED);
        stage(&lane, &["gen/a", "src/a.rs"]);
        let refused = lane
            .git(how)
            .code(1)
            .says("error: generated-alone: generated files changed without what they are made from: gen/a");
        assert_eq!(refused.hints(), ["git restore --staged -- :/gen/a"]);
        follow(&lane, &refused, "git restore --staged").ok();
        commit(&lane).ok();
        lane.write("src/a.idl", "changed\n");
        lane.git(["add", "--all"]).ok();
        commit(&lane).ok();
        // The source was changed by the lane before.
        lane.commit("gen/a", "made again\n", "again").ok();
    }
}

#[test]
fn a_source_that_only_the_integration_branch_changed_does_not_count() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, GENERATED);
    let repo = lane.at("../..").person();
    repo.write("src/a.idl", "theirs\n");
    repo.git(["add", "src"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "theirs"]).ok();
    lane.git(["merge", "--quiet", "main"]).ok();
    lane.write("gen/a", "changed\n");
    lane.git(["add", "--all"]).ok();
    commit(&lane).code(1).says("generated-alone");
}

#[test]
fn a_person_and_a_lane_without_the_rule_may_change_what_is_generated() {
    let sandbox = sandbox();
    let off = format!("{GENERATED}[rule.generated-alone]\nlevel = \"off\"\n");
    let lane = lane(&sandbox, &off);
    stage(&lane, &["gen/a"]);
    commit(&lane).ok().does_not_say("generated-alone");
    let other = crate::sandbox();
    let lane = self::lane(&other, GENERATED);
    let repo = lane.at("../..").person();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    stage(&repo, &["gen/a"]);
    commit(&repo).ok().does_not_say("generated-alone");
}

#[test]
fn advice_is_said_once_however_the_commit_is_made() {
    let cases: [&[&str]; 4] = [
        &["commit", "--quiet", "-m", "x"],
        &["commit", "--quiet", "--no-verify", "-m", "x"],
        &["-c", "index.skipHash=true", "commit", "--quiet", "-m", "x"],
        &["commit", "--quiet", "--all", "-m", "x"],
    ];
    for how in cases {
        let sandbox = sandbox();
        let lane = lane(&sandbox, "[rule.large-commit]\nfiles = 2\n");
        stage(&lane, &["a", "b", "CHANGELOG.md"]);
        commit(&lane).ok().does_not_say("advice");
        stage(&lane, &["c", "d", "e"]);
        let said = lane.git(how).ok();
        let line = "advice: large-commit: this commit changes 3 paths, and the policy takes 2\n";
        assert_eq!(times(&said, line), 1, "{how:?}\n{said}");
        assert_eq!(times(&said, "advice"), 1, "{how:?}\n{said}");
        assert_eq!(said.hints(), ["git lane rules large-commit"]);
    }
}

#[test]
fn advice_is_kept_back_while_something_refuses() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, &format!("{GENERATED}[rule.large-commit]\nfiles = 1\n"));
    stage(&lane, &["a", "gen/b"]);
    let refused = commit(&lane).code(1).says("generated-alone");
    assert_eq!(times(&refused, "large-commit"), 0, "{refused}");
}

#[test]
fn a_program_reads_the_level() {
    let sandbox = sandbox();
    let lane = lane(&sandbox, &format!("{GENERATED}[rule.large-commit]\nfiles = 1\n"))
        .env("GIT_LANE_FORMAT", "json");
    let line = |output: &Output| -> serde_json::Value {
        let line = output.stderr.lines().find(|line| line.starts_with('{'));
        serde_json::from_str(line.unwrap_or_else(|| panic!("{output}"))).expect("JSON")
    };
    stage(&lane, &["a", "gen/b"]);
    let refused = line(&commit(&lane).code(1));
    assert_eq!(refused["ok"], false);
    let levels: Vec<(&str, &str)> = refused["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap_or(""),
                one["level"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        levels,
        [("generated-alone", "refuse"), ("large-commit", "advice")]
    );
    lane.git(["restore", "--staged", "gen/b"]).ok();
    stage(&lane, &["c", "src/a.idl"]);
    let said = line(&commit(&lane).ok());
    assert_eq!((&said["ok"], &said["hook"]), (&true.into(), &"pre-commit".into()));
    assert_eq!(said["findings"][0]["level"], "advice");
}

#[test]
fn a_large_commit_that_is_refused_becomes_two() {
    let sandbox = sandbox();
    let lane = lane(
        &sandbox,
        "[rule.large-commit]\nlevel = \"refuse\"\nfiles = 2\nlines = 4\n",
    );
    stage(&lane, &["a", "b", "c"]);
    let refused = commit(&lane).code(1).says("error: large-commit");
    follow(&lane, &refused, "git restore --staged").ok();
    commit(&lane).ok();
    lane.git(["add", "--all"]).ok();
    commit(&lane).ok();
    lane.write("a", "1\n2\n3\n4\n");
    lane.git(["add", "--all"]).ok();
    let refused = commit(&lane)
        .code(1)
        .says("changes 5 lines, and the policy takes 4");
    follow(&lane, &refused, "git restore --staged").ok();
    lane.write("a", "1\n2\n3\n");
    lane.git(["add", "--all"]).ok();
    commit(&lane).ok();
}

const AREAS: &str = "[area.back]\nowns = [\"src/**\"]\n[area.text]\nowns = [\"docs/**\"]\n";

#[test]
fn a_mix_of_areas_weighs_what_the_policy_says() {
    for (level, code, said) in [
        ("refuse", 1, "error: mixed-areas"),
        ("advice", 0, "advice: mixed-areas"),
        ("off", 0, ""),
    ] {
        let sandbox = sandbox();
        let policy = format!("{AREAS}[rule.mixed-areas]\nlevel = \"{level}\"\n");
        let lane = lane(&sandbox, &policy);
        stage(&lane, &["src/a.rs", "docs/guide.md"]);
        let judged = commit(&lane).code(code).says(said);
        assert_eq!(
            times(&judged, "mixed-areas").min(1),
            usize::from(!said.is_empty()),
            "{judged}"
        );
    }
}

#[test]
fn a_mix_that_came_past_the_hooks_is_refused_when_it_is_handed_off() {
    let sandbox = sandbox();
    let repo = crate::delivering::published(&sandbox);
    let text = repo.read(".agents/policy.toml") + AREAS;
    repo.commit(".agents/policy.toml", &text, "areas").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.task("T-1", "**");
    let lane = repo.agent("agent-a").start("T-1");
    stage(&lane, &["src/a.rs", "docs/guide.md"]);
    around(&lane, &["commit", "--quiet", "-m", "both"]).ok();
    // Unfinished work may be pushed.
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    let refused = lane.lane(["handoff"]).code(1).says("error: mixed-areas");
    follow(&lane, &refused, "git reset --soft").ok();
    lane.git(["restore", "--staged", "docs"]).ok();
    commit(&lane).ok();
    stage(&lane, &[]);
    commit(&lane).ok();
    around(&lane, &["push", "--quiet", "--force", "origin", "T-1"]).ok();
    lane.lane(["handoff"]).ok();
}
