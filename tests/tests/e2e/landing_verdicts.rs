//! What lands was judged by the stages that the policy has, and comes in its order: at the push, and in CI.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::ci::checkout;
use crate::ci::judge;
use crate::delivering::published;
use crate::following::around;
use crate::sandbox;

/// A published repository with two agents' lanes that have a commit each and are handed off: T-1 and T-2.
pub(crate) fn lanes<'s>(sandbox: &'s Sandbox, stages: &[&str]) -> (Place<'s>, [Place<'s>; 2]) {
    lanes_of(sandbox, stages, ["", ""])
}

/// The same, with more in their contracts.
fn lanes_of<'s>(sandbox: &'s Sandbox, stages: &[&str], more: [&str; 2]) -> (Place<'s>, [Place<'s>; 2]) {
    let repo = published(sandbox);
    repo.stages(stages);
    around(
        &repo,
        &["commit", "--quiet", "--allow-empty", "--all", "-m", "stages"],
    )
    .ok();
    repo.tell();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.task("T-0", "README.md");
    let ways = [
        ("T-1", "agent-a", "src/**", more[0]),
        ("T-2", "agent-b", "docs/**", more[1]),
    ];
    let lanes = ways.map(|(id, agent, scope, more)| {
        let file = repo.path().join(".git/contract.toml");
        let contract = format!("title = \"work\"\nscope = [\"{scope}\"]\n{more}");
        std::fs::write(&file, contract).expect("a contract");
        repo.lane(["task", "add", "--id", id, "--from", &file.to_string_lossy()])
            .ok();
        let lane = repo.agent(agent).start(id);
        let path = scope.replace("**", "fresh");
        lane.commit(&path, "mine\n", "work").ok();
        lane.lane(["handoff"]).ok();
        lane
    });
    (repo, lanes)
}

pub(crate) fn merge(repo: &Place<'_>, branch: &str) {
    around(repo, &["merge", "--quiet", "--no-ff", "--no-edit", branch]).ok();
}

pub(crate) fn land(repo: &Place<'_>) -> Output {
    repo.git(["push", "--quiet", "origin", "main"])
}

#[test]
fn what_nobody_judged_does_not_land_and_the_hint_leads_to_who_judges() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review", "testing"]);
    merge(&repo, "T-1");
    land(&repo)
        .code(1)
        .says("error: verdict-missing: T-1 is not judged as it is here: no verdict of review, no verdict of testing")
        .says("hint: git lane review T-1");
}

#[test]
fn a_persons_work_is_judged_by_nobody() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review", "testing"]);
    repo.commit("README.md", "mine\n", "mine").ok();
    land(&repo).ok().does_not_say("verdict-missing");
}

#[test]
fn without_stages_a_handoff_may_land_and_done_has_nothing_to_add() {
    let sandbox = sandbox();
    let (repo, [lane, _]) = lanes(&sandbox, &[]);
    merge(&repo, "T-1");
    land(&repo).ok();
    lane.lane(["done", "T-1"]).ok().does_not_say("without a verdict");
}

#[test]
fn done_takes_what_has_landed_and_says_who_never_judged_it() {
    let sandbox = sandbox();
    let (repo, [lane, _]) = lanes(&sandbox, &["review", "testing"]);
    merge(&repo, "T-1");
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    lane.lane(["done", "T-1"])
        .ok()
        .says("it landed without a verdict of review, testing");
}

#[test]
fn each_of_several_lanes_is_asked_about_also_where_they_cannot_be_told_apart() {
    for together in [false, true] {
        let sandbox = sandbox();
        let (repo, _) = lanes(&sandbox, &["review"]);
        match together {
            true => {
                around(&repo, &["merge", "--quiet", "--no-ff", "--no-edit", "T-1", "T-2"]).ok();
            }
            false => {
                merge(&repo, "T-1");
                merge(&repo, "T-2");
            }
        }
        land(&repo)
            .code(1)
            .says("verdict-missing: T-1 is not judged")
            .says("verdict-missing: T-2 is not judged");
    }
}

#[test]
fn the_policy_may_advise_only() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review"]);
    let text = repo.read(".agents/policy.toml") + "[rule.verdict-missing]\nlevel = \"advice\"\n";
    repo.commit(".agents/policy.toml", &text, "advice").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["note", "T-1", "the next decision adopts the policy"])
        .ok();
    merge(&repo, "T-1");
    land(&repo).ok().says("advice: verdict-missing: T-1");
}

#[test]
fn a_part_lands_after_those_before_it_and_may_come_along_with_them() {
    let sandbox = sandbox();
    let places = [1, 2].map(|place| format!("parent = \"T-0\"\nmerge_order = {place}\n"));
    let (repo, _) = lanes_of(&sandbox, &[], [&places[0], &places[1]]);
    merge(&repo, "T-2");
    land(&repo)
        .code(1)
        .says("error: merge-order: T-2 has place 2 among the parts of T-0, and before it come T-1 (queued, place 1)")
        .says("hint: git lane show T-1");
    merge(&repo, "T-1");
    land(&repo).ok();
}

#[test]
fn in_ci_a_lane_in_review_is_green_and_what_landed_unjudged_is_red() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review"]);
    judge(&checkout(&sandbox, "T-1")).does_not_say("verdict-missing");
    let before = repo.rev("main");
    merge(&repo, "T-1");
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    checkout(&sandbox, "main")
        .env("GITLAB_CI", "true")
        .env("CI_DEFAULT_BRANCH", "main")
        .env("CI_COMMIT_BRANCH", "main")
        .env("CI_COMMIT_BEFORE_SHA", &before)
        .env("CI_COMMIT_SHA", &repo.rev("main"))
        .lane(["gate", "--ci"])
        .code(1)
        .says("error: verdict-missing: T-1 is not judged as it is here: no verdict of review");
}

/// The gate of a host's CI on a push to main.
fn on_main(sandbox: &Sandbox, before: &str, now: &str) -> Output {
    checkout(sandbox, "main")
        .env("GITLAB_CI", "true")
        .env("CI_DEFAULT_BRANCH", "main")
        .env("CI_COMMIT_BRANCH", "main")
        .env("CI_COMMIT_BEFORE_SHA", before)
        .env("CI_COMMIT_SHA", now)
        .lane(["gate", "--ci"])
}

/// Squashes T-1 on a host with this message, edited by `edit`; what main was before and is now.
fn squashed(sandbox: &Sandbox, message: &str, edit: &str) -> (String, String) {
    let host = crate::landing::elsewhere::host(sandbox);
    let before = host.rev("main");
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.sh(edit).ok();
    host.git(["commit", "--quiet", "--all", "-m", message]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    (before, host.rev("main"))
}

#[test]
fn in_ci_what_a_host_squashed_is_judged_as_the_lane_was() {
    for message in ["T-1 (#1)\n\nLane-Task: T-1", "T-1 (#1)"] {
        for (approve, edit, code) in [
            (true, "true", 0),
            (false, "true", 1),
            (true, "echo more >>src/fresh", 1),
        ] {
            let sandbox = sandbox();
            let (_, [_, other]) = lanes(&sandbox, &["review"]);
            if approve {
                other.lane(["review", "T-1", "--approve"]).ok();
            }
            let (before, now) = squashed(&sandbox, message, edit);
            let seen = on_main(&sandbox, &before, &now);
            let seen = seen.code(code);
            if code == 0 {
                seen.does_not_say("verdict-missing");
            }
        }
    }
}

#[test]
fn what_every_stage_found_ready_lands_and_one_more_commit_is_judged_by_nobody() {
    let sandbox = sandbox();
    let (repo, [lane, other]) = lanes(&sandbox, &["review", "testing"]);
    other.lane(["review", "T-1", "--approve"]).ok();
    merge(&repo, "T-1");
    land(&repo)
        .code(1)
        .says("error: verdict-missing: T-1 is not judged as it is here: no verdict of testing")
        .says("hint: git lane test T-1");
    other.lane(["test", "T-1", "--pass"]).ok();
    land(&repo).ok().does_not_say("verdict-missing");
    lane.lane(["done", "T-1"]).ok().does_not_say("without a verdict");
}

#[test]
fn a_commit_after_the_verdict_makes_it_void() {
    let sandbox = sandbox();
    let (repo, [lane, other]) = lanes(&sandbox, &["review"]);
    other.lane(["review", "T-1", "--approve"]).ok();
    lane.write("src/fresh", "more\n");
    around(&lane, &["commit", "--quiet", "--all", "-m", "more"]).ok();
    merge(&repo, "T-1");
    land(&repo)
        .code(1)
        .says("another commit")
        .says("hint: git lane handoff T-1");
}
