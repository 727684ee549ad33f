//! Commits that sweep up what another agent staged, and commits that mix areas: found by id, and each hint leads on.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;
use serde_json::Value;

use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

/// Two agents at work in one checkout, each with a lock of its own; agent-b has staged its change.
fn shared<'s>(sandbox: &'s Sandbox, change: (&str, &str)) -> (Place<'s>, Place<'s>) {
    let repo = with_policy(sandbox, change);
    let (a, b) = (repo.agent("agent-a"), repo.agent("agent-b"));
    a.lane(["lock", "src", "--objective", "mine"]).ok();
    b.lane(["lock", "docs", "--objective", "theirs"]).ok();
    b.write("docs/guide.md", "staged by b\n");
    b.git(["add", "docs"]).ok();
    b.write("docs/guide.md", "b goes on\n");
    (a, b)
}

/// A repository with two areas, whose policy is `change`d, a line for a line.
fn with_policy<'s>(sandbox: &'s Sandbox, change: (&str, &str)) -> Place<'s> {
    let repo = sandbox.lanes("r");
    let policy = repo.read(".agents/policy.toml");
    let (from, to) = change;
    assert!(policy.contains(from), "{policy}");
    let changed = policy.replace(from, to) + AREAS;
    repo.commit(".agents/policy.toml", &changed, "more policy").ok();
    repo.tell();
    repo
}

const AREAS: &str = "[area.back]\nowns = [\"src/**\"]\n[area.text]\nowns = [\"docs/**\", \"*.txt\"]\n";

/// No change of the policy.
const AS_IT_IS: (&str, &str) = ("", "");

const MODE_A: (&str, &str) = ("mode = \"B\"", "mode = \"A\"");

const A_MAY_OVERRIDE: (&str, &str) = ("[overrides]\nby = [", "[overrides]\nby = [\"agent-a\", ");

/// A lane whose task names no area.
fn lane_of_no_area<'s>(sandbox: &'s Sandbox, change: (&str, &str)) -> Place<'s> {
    let repo = with_policy(sandbox, change);
    repo.task("T-1", "**");
    repo.agent("agent-a").start("T-1")
}

/// The ids of the findings, in order.
fn ids(output: &Output) -> Vec<&str> {
    let lines = output.stderr.lines();
    lines
        .filter_map(|line| Some(line.strip_prefix("error: ")?.split_once(':')?.0))
        .collect()
}

/// What is staged, and what it holds.
fn staged(place: &Place<'_>, path: &str) -> String {
    place.git(["show", &format!(":{path}")]).ok().stdout
}

fn files_of_head(place: &Place<'_>) -> String {
    place.git(["show", "--format=", "--name-only"]).ok().stdout
}

#[test]
fn what_another_agent_staged_is_not_swept_up_and_stays_staged() {
    for (how, policy) in [
        (&["commit", "-m", "x"][..], AS_IT_IS),
        (&["commit", "-m", "x"], MODE_A),
        (&["commit", "--no-verify", "-m", "x"], AS_IT_IS),
        (&["commit", "--all", "-m", "x"], AS_IT_IS),
        (&["commit", "-m", "x", "--", "src", "docs"], AS_IT_IS),
    ] {
        let sandbox = sandbox();
        let (a, b) = shared(&sandbox, policy);
        a.write("src/a.rs", "mine\n");
        a.write("src/new file.rs", "mine\n");
        a.git(["add", "src"]).ok();
        let refused = a.git(how).code(1).says("held by  agent-b");
        assert_eq!(ids(&refused), ["foreign-staged"], "{how:?}: {refused}");
        assert_eq!(refused.hints().len(), 1, "{refused}");
        follow(&a.at("src"), &refused, "git commit -m TEXT -- ").ok();
        assert_eq!(files_of_head(&a), "src/a.rs\nsrc/new file.rs\n");
        assert_eq!(staged(&a, "docs/guide.md"), "staged by b\n", "{how:?}");
        assert_eq!(b.read("docs/guide.md"), "b goes on\n");
        b.git(["commit", "--quiet", "-m", "theirs"]).ok();
        assert_eq!(
            b.git(["show", "HEAD:docs/guide.md"]).ok().stdout,
            "staged by b\n",
            "{how:?}"
        );
    }
}

#[test]
fn with_nothing_of_its_own_an_agent_is_shown_where_it_stands() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox, AS_IT_IS);
    let refused = a.git(["commit", "-m", "x"]).code(1);
    assert_eq!(ids(&refused), ["foreign-staged"]);
    assert_eq!(refused.hints(), ["git lane status"]);
    follow(&a, &refused, "git lane status").ok();
    assert_eq!(staged(&a, "docs/guide.md"), "staged by b\n");
}

#[test]
fn a_first_commit_of_a_branch_leaves_what_is_staged_too() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox, AS_IT_IS);
    a.git(["symbolic-ref", "HEAD", "refs/heads/fresh"]).ok();
    a.git([
        "rm",
        "--quiet",
        "--cached",
        "-r",
        ".agents",
        ".gitattributes",
        "docs/decisions",
    ])
    .ok();
    let refused = a.git(["commit", "-m", "x"]).code(1);
    assert_eq!(ids(&refused), ["foreign-staged"], "{refused}");
    follow(&a, &refused, "git commit -m TEXT -- ").ok();
    assert_eq!(files_of_head(&a), "AGENTS.md\nREADME.md\nsrc/a.rs\nsrc/b.rs\n");
    assert_eq!(staged(&a, "docs/guide.md"), "staged by b\n");
}

#[test]
fn only_an_agent_that_is_at_work_here_hears_of_a_shared_index() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox, AS_IT_IS);
    for (place, expected) in [
        (a.person(), "foreign-lock"),
        (a.agent("agent-c"), "foreign-lock"),
        (a.agent("agent-a"), "foreign-staged"),
    ] {
        let refused = place.git(["commit", "-m", "x"]).code(1);
        assert_eq!(ids(&refused), [expected], "{refused}");
    }
    a.lane(["task", "add", "no scope", "--id", "T-9"]).ok();
    a.agent("agent-c").lane(["claim", "T-9"]).ok();
    let refused = a.agent("agent-c").git(["commit", "-m", "x"]).code(1);
    assert_eq!(ids(&refused), ["foreign-staged"], "{refused}");
}

#[test]
fn in_a_worktree_of_its_own_a_lane_shares_no_index() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    repo.agent("agent-b")
        .lane(["lock", "docs", "--objective", "theirs"])
        .ok();
    let refused = lane.commit("docs/guide.md", "strayed\n", "x").code(1);
    assert_eq!(ids(&refused), ["foreign-lock"], "{refused}");
    follow(&lane, &refused, "git restore --staged").ok();
}

#[test]
fn while_git_is_in_the_middle_of_something_the_lock_is_named_and_the_way_out() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    repo.git(["switch", "--quiet", "-c", "side"]).ok();
    repo.commit("docs/guide.md", "side\n", "side").ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    let a = repo.agent("agent-a");
    a.lane(["lock", "src", "--objective", "mine"]).ok();
    repo.agent("agent-b")
        .lane(["lock", "docs", "--objective", "theirs"])
        .ok();
    let refused = a.git(["cherry-pick", "side"]).fails();
    assert_eq!(ids(&refused), ["foreign-lock"], "{refused}");
    follow(&a, &refused, "git cherry-pick --abort").ok();
}

#[test]
fn an_agent_that_never_comes_back_does_not_stop_the_others() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox, AS_IT_IS);
    sandbox.advance(30 * 86_400);
    let refused = a.git(["commit", "-m", "x"]).code(1);
    assert_eq!(ids(&refused), ["foreign-staged"], "{refused}");
    follow(&a, &refused, "git lane reclaim").ok();
    a.git(["commit", "--quiet", "-m", "x"]).ok();
}

#[test]
fn an_override_lets_what_another_holds_pass_where_the_policy_allows_it() {
    let sandbox = sandbox();
    let (a, _) = shared(&sandbox, A_MAY_OVERRIDE);
    let refused = a.git(["commit", "-m", "x"]).code(1).says("foreign-staged");
    follow(&a, &refused, "git lane override").ok();
    a.git(["commit", "--quiet", "-m", "x"]).ok();
    assert_eq!(files_of_head(&a), "docs/guide.md\n");
}

fn stage_both_areas(lane: &Place<'_>) {
    for path in [
        "src/a.rs",
        "src/b.rs",
        "docs/guide.md",
        "README.md",
        "CHANGELOG.md",
    ] {
        lane.write(path, "changed\n");
    }
    lane.git(["add", "--all"]).ok();
}

const MIX: &str =
    "error: mixed-areas: this commit mixes areas: back (src/a.rs, src/b.rs); text (docs/guide.md)\n";

#[test]
fn a_lanes_commit_of_two_areas_becomes_two_commits() {
    for how in [&["commit", "-m", "x"][..], &["commit", "--no-verify", "-m", "x"]] {
        let sandbox = sandbox();
        let lane = lane_of_no_area(&sandbox, AS_IT_IS);
        stage_both_areas(&lane);
        let refused = lane.at("src").git(how).code(1).says(MIX);
        assert_eq!(refused.hints(), ["git restore --staged -- :/docs/guide.md"]);
        follow(&lane.at("src"), &refused, "git restore --staged").ok();
        lane.git(["commit", "--quiet", "-m", "x"]).ok();
        assert_eq!(
            files_of_head(&lane),
            "CHANGELOG.md\nREADME.md\nsrc/a.rs\nsrc/b.rs\n"
        );
        assert_eq!(lane.read("docs/guide.md"), "changed\n");
        lane.commit("docs/guide.md", "changed\n", "y").ok();
    }
}

#[test]
fn a_commit_with_all_that_mixes_areas_is_led_to_the_paths_of_one() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, AS_IT_IS);
    stage_both_areas(&lane);
    let refused = lane.git(["commit", "--all", "-m", "x"]).code(1).says(MIX);
    follow(&lane.at("docs"), &refused, "git commit -m TEXT -- ").ok();
    assert_eq!(
        files_of_head(&lane),
        "CHANGELOG.md\nREADME.md\nsrc/a.rs\nsrc/b.rs\n"
    );
    lane.git(["commit", "--quiet", "--all", "-m", "y"]).ok();
    assert_eq!(files_of_head(&lane), "docs/guide.md\n");
}

#[test]
fn a_person_may_mix_areas_and_so_may_everyone_where_the_policy_has_none() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, AS_IT_IS);
    let repo = lane.at("../..").person();
    lane.lane(["release", "T-1", "--why", "x"]).ok();
    stage_both_areas(&repo);
    repo.git(["commit", "--quiet", "-m", "x"]).ok();

    let plain = crate::sandbox();
    let repo = plain.lanes("r");
    repo.task("T-1", "**");
    let lane = repo.agent("agent-a").start("T-1");
    stage_both_areas(&lane);
    lane.git(["commit", "--quiet", "-m", "x"]).ok();
}

#[test]
fn a_lane_with_an_area_hears_of_each_path_once() {
    let sandbox = sandbox();
    let repo = with_policy(&sandbox, AS_IT_IS);
    repo.lane([
        "task", "add", "x", "--id", "T-1", "--area", "back", "--scope", "src/**",
    ])
    .ok();
    let lane = repo.agent("agent-a").start("T-1");
    for path in ["src/a.rs", "docs/guide.md", "notes.txt"] {
        lane.write(path, "changed\n");
    }
    lane.git(["add", "--all"]).ok();
    let refused = lane.git(["commit", "-m", "x"]).code(1);
    assert_eq!(ids(&refused), ["outside-area", "outside-area"], "{refused}");
}

#[test]
fn bringing_main_in_is_free_and_putting_back_is_too() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, AS_IT_IS);
    let repo = lane.at("../..").person();
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    lane.commit("docs/guide.md", "stray\n", "stray").ok();
    repo.git(["switch", "--quiet", "main"]).ok();
    crate::following::around(&repo, &["commit", "--quiet", "--allow-empty", "-m", "landed"]).ok();
    lane.git(["merge", "--no-commit", "--no-ff", "main"]).ok();
    // What a merge mends may lie in any area.
    lane.write("src/b.rs", "mended\n");
    lane.write("docs/more.md", "mended\n");
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--no-edit"]).ok();
    lane.write("docs/guide.md", "guide\n");
    lane.write("src/a.rs", "more\n");
    lane.git(["commit", "--all", "-m", "put back"]).ok();
}

#[test]
fn a_pick_that_mixes_areas_is_judged_and_left() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, AS_IT_IS);
    let repo = lane.at("../..").person();
    repo.git(["switch", "--quiet", "-c", "side"]).ok();
    for path in ["src/new.rs", "docs/new.md"] {
        repo.write(path, "new\n");
    }
    repo.git(["add", "--all"]).ok();
    crate::following::around(&repo, &["commit", "--quiet", "-m", "both"]).ok();
    let refused = lane.git(["cherry-pick", "side"]).fails();
    assert_eq!(ids(&refused), ["mixed-areas"], "{refused}");
    assert_eq!(refused.hints(), ["git cherry-pick --abort"]);
    follow(&lane, &refused, "git cherry-pick --abort").ok();
    assert_eq!(lane.git(["status", "--porcelain"]).ok().stdout, "");
}

#[test]
fn an_override_takes_a_path_out_of_the_mix_where_the_policy_allows_it() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, A_MAY_OVERRIDE);
    stage_both_areas(&lane);
    let refused = lane.git(["commit", "-m", "x"]).code(1).says(MIX);
    assert_eq!(
        hinted(&refused, "git lane override"),
        "git lane override docs/guide.md --why 'because it is needed'"
    );
    follow(&lane, &refused, "git lane override").ok();
    lane.git(["commit", "--quiet", "-m", "x"]).ok();
}

#[test]
fn a_program_reads_the_ids_and_the_hints_as_json() {
    let sandbox = sandbox();
    let lane = lane_of_no_area(&sandbox, AS_IT_IS);
    stage_both_areas(&lane);
    let repo = lane.at("../..");
    repo.lane(["task", "add", "no scope", "--id", "T-9"]).ok();
    repo.agent("agent-b").lane(["claim", "T-9"]).ok();
    repo.write("src/a.rs", "swept\n");
    repo.git(["add", "--all"]).ok();
    for (place, id, path, hint) in [
        (
            &lane,
            "mixed-areas",
            Value::Null,
            "git restore --staged -- :/docs/guide.md",
        ),
        (
            &repo.agent("agent-b"),
            "foreign-staged",
            "src/a.rs".into(),
            "git lane status",
        ),
    ] {
        let refused = place
            .env("GIT_LANE_FORMAT", "json")
            .git(["commit", "-m", "x"])
            .code(1);
        let told: Value = serde_json::from_str(refused.stderr.trim()).expect("one line of JSON");
        let found = told["findings"].as_array().expect("findings");
        assert_eq!(found.len(), 1, "{refused}");
        assert_eq!((&found[0]["id"], &found[0]["path"]), (&Value::from(id), &path));
        assert_eq!(told["hints"], serde_json::json!([hint]), "{refused}");
    }
}
