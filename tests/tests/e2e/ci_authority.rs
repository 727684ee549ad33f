//! Whose policy judges in CI: the integration branch's, also where the work goes to a branch that its author made.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::ci::checkout;
use crate::ci::pushed;
use crate::ci::shared;
use crate::ci::stray;
use crate::following::around;
use crate::gated::ran;
use crate::plumbing::STATE;
use crate::sandbox;

const NOTE: &str = "policy and checks are those of main, for that is where lanes land";

/// A branch `mine` of the integration branch whose policy lets everything pass, with no check, and `policy` added; it is
/// pushed, and the lane's work stands on it with a commit that the integration branch refuses.
fn on_its_own(lane: &Place<'_>, policy: &str) {
    around(lane, &["rebase", "--quiet", "origin/main"]).ok();
    let text = lane.read(".agents/policy.toml");
    let loose = text.replace("common_paths = [", "common_paths = [\"**\", ");
    assert_ne!(loose, text);
    around(lane, &["switch", "--quiet", "-c", "mine", "origin/main"]).ok();
    lane.write(".agents/policy.toml", format!("{loose}\n{policy}\n"));
    lane.write(".agents/gates.toml", "");
    around(lane, &["commit", "--quiet", "-am", "mine"]).ok();
    around(lane, &["push", "--quiet", "origin", "mine"]).ok();
    around(lane, &["switch", "--quiet", "T-1"]).ok();
    around(lane, &["rebase", "--quiet", "mine"]).ok();
    stray(lane, "docs/guide.md");
    pushed(lane);
}

/// The remote's default branch.
fn default_is(sandbox: &Sandbox, name: &str) {
    let head = format!("refs/heads/{name}");
    sandbox.at("origin.git").git(["symbolic-ref", "HEAD", &head]).ok();
}

const TO_MINE: [&str; 6] = ["gate", "--ci", "--base", "mine", "--branch", "T-1"];

#[test]
fn a_base_that_the_author_made_judges_nothing() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    on_its_own(&lane, "");
    for default in ["main", "nowhere"] {
        default_is(&sandbox, default);
        let refused = checkout(&sandbox, "T-1").lane(TO_MINE).code(1).says(NOTE);
        refused.says("error: outside-scope: T-1 does not hold docs/guide.md");
    }
    // The checks are those of the integration branch too.
    lane.git(["reset", "--quiet", "--hard", "mine"]).ok();
    lane.commit("src/b.rs", "broken\n", "broken").ok();
    pushed(&lane);
    let failed = checkout(&sandbox, "T-1").lane(TO_MINE).code(5);
    failed.prints("FAILED   unit");
    assert_eq!(ran(&sandbox), "lint unit");
}

#[test]
fn a_base_that_names_a_state_of_its_own_does_not_say_which_branch_is_the_integration_branch() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    on_its_own(&lane, "[sync]\nref = \"refs/agents/mine\"");
    let own = repo.rev(STATE);
    repo.lane(["--offline", "init", "--integration", "mine"]).code(0);
    around(
        &repo,
        &["push", "--quiet", "origin", &format!("{STATE}:refs/agents/mine")],
    )
    .ok();
    around(&repo, &["push", "--quiet", "origin", &format!("+{own}:{STATE}")]).ok();
    let refused = checkout(&sandbox, "T-1").lane(TO_MINE).code(1).says(NOTE);
    refused.says("error: outside-scope: T-1 does not hold docs/guide.md");
}

#[test]
fn an_integration_branch_that_is_not_the_default_one_judges_what_goes_there_and_elsewhere() {
    let sandbox = sandbox();
    let (_, lane) = shared(&sandbox, "");
    on_its_own(&lane, "");
    around(&lane, &["push", "--quiet", "origin", "mine:refs/heads/front"]).ok();
    default_is(&sandbox, "front");
    let ci = checkout(&sandbox, "T-1");
    ci.lane(TO_MINE).code(1).says(NOTE);
    let to_main = ["gate", "--ci", "--base", "main", "--branch", "T-1"];
    ci.lane(to_main).code(1).does_not_say(NOTE);
    // Also where the base is said by its name as a commit.
    let commit = lane.rev("mine");
    ci.lane(["gate", "--ci", "--base", &commit, "--branch", "T-1"])
        .code(1)
        .says(NOTE)
        .says("error: outside-scope: T-1 does not hold docs/guide.md");
}

#[test]
fn an_integration_branch_that_the_remote_does_not_have_is_named() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    on_its_own(&lane, "");
    default_is(&sandbox, "nowhere");
    around(&repo, &["push", "--quiet", "origin", ":main"]).ok();
    let refused = checkout(&sandbox, "T-1").lane(TO_MINE).code(6);
    let refused = refused.says("origin has no branch main, which the state names as the integration branch");
    let line = refused.hints()[0].replace("BRANCH", "mine");
    repo.git(["fetch", "--quiet", "origin"]).ok();
    repo.sh(&line).ok();
    checkout(&sandbox, "T-1").lane(TO_MINE).does_not_say(NOTE);
}
