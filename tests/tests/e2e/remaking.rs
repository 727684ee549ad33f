//! What is hinted for a commit that is refused where it arrives: each line, followed as it stands, leads on.

use lane_testkit::Output;
use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::ci::checkout;
use crate::ci::judge;
use crate::ci::pushed;
use crate::ci::shared;
use crate::ci::stray;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

const PATH: &str = "docs/guide.md";

/// A place whose list of a rebase marks the commit that changed the path last.
pub(crate) fn editing<'s>(lane: &Place<'s>, path: &str) -> Place<'s> {
    let last = lane.git(["log", "-1", "--format=%h", "--", path]).ok();
    let marks = format!("sed -i -e 's/^pick {0}/edit {0}/'", last.text());
    lane.env("GIT_SEQUENCE_EDITOR", &marks)
}

/// Leaves the path out of the commit at which the rebase stands, and goes on.
pub(crate) fn left_out(lane: &Place<'_>, path: &str) {
    let before = lane.git(["rev-parse", "--verify", "--quiet", "HEAD~1"]);
    match before.code {
        0 => lane.git(["checkout", "--quiet", "HEAD~1", "--", path]).ok(),
        // Behind nothing, as the integration branch has it.
        _ => lane.git(["checkout", "--quiet", "origin/main", "--", path]).ok(),
    };
    lane.git(["commit", "--quiet", "--amend", "--allow-empty", "--no-edit"])
        .ok();
    lane.git(["rebase", "--continue"]).ok();
}

/// Refuses the push of the lane for that path.
fn refused(lane: &Place<'_>) -> Output {
    lane.git(["push", "--quiet", "--force", "origin", "T-1"])
        .code(1)
        .says("error: outside-scope: T-1 does not hold docs/guide.md")
}

fn lane(sandbox: &Sandbox) -> Place<'_> {
    let (_, lane) = shared(sandbox, "");
    lane
}

#[test]
fn the_last_commit_is_staged_again() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    stray(&lane, PATH);
    follow(&lane, &refused(&lane), "git reset --soft").ok();
    lane.git(["restore", "--staged", "--worktree", "--", PATH]).ok();
    lane.commit("src/b.rs", "mine\n", "the rest").ok();
    lane.git(["push", "--quiet", "--force", "origin", "T-1"]).ok();
}

#[test]
fn an_older_commit_is_edited_and_those_behind_it_stay() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    stray(&lane, PATH);
    lane.commit("src/b.rs", "mine\n", "later").ok();
    let refused = refused(&lane);
    follow(&editing(&lane, PATH), &refused, "git rebase -i -r").ok();
    left_out(&lane, PATH);
    assert_eq!(
        lane.git(["log", "-1", "--format=%s"]).ok().text(),
        "later",
        "nothing else was lost"
    );
    lane.git(["push", "--quiet", "--force", "origin", "T-1"]).ok();
}

#[test]
fn a_first_commit_is_edited_from_the_root() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    around(&lane, &["switch", "--quiet", "--orphan", "aside"]).ok();
    lane.write("src/z.rs", "mine\n");
    lane.git(["add", "--all"]).ok();
    stray(&lane, PATH);
    around(&lane, &["branch", "--quiet", "--force", "T-1", "aside"]).ok();
    around(&lane, &["switch", "--quiet", "T-1"]).ok();
    let refused = refused(&lane);
    assert_eq!(
        hinted(&refused, "git rebase"),
        "git rebase -i -r --root",
        "{refused}"
    );
    follow(&editing(&lane, PATH), &refused, "git rebase -i -r --root").ok();
    left_out(&lane, PATH);
    lane.git(["push", "--quiet", "--force", "origin", "T-1"]).ok();
}

#[test]
fn a_merge_is_looked_at_and_made_again_by_nobody() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    around(&lane, &["switch", "--quiet", "-c", "side", "HEAD~1"]).ok();
    stray(&lane, "src/s.rs");
    around(&lane, &["switch", "--quiet", "T-1"]).ok();
    around(&lane, &["merge", "--quiet", "--no-ff", "--no-commit", "side"]).ok();
    lane.write(PATH, "by the merge\n");
    lane.git(["add", "--", PATH]).ok();
    around(&lane, &["commit", "--quiet", "--no-verify", "-m", "evil"]).ok();
    let refused = refused(&lane);
    follow(&lane, &refused, "git log --stat -1")
        .ok()
        .prints(&lane.rev("HEAD"));
    assert!(!refused.stderr.contains("git reset"), "{refused}");
}

#[test]
fn what_landed_is_looked_at_and_made_again_by_nobody() {
    let sandbox = sandbox();
    let (repo, lane) = shared(&sandbox, "");
    let before = repo.rev("origin/main");
    let commit = stray(&lane, PATH);
    lane.commit("src/b.rs", "mine\n", "later").ok();
    pushed(&lane);
    let on_its_way = judge(&checkout(&sandbox, "T-1")).code(1);
    let line = format!("git rebase -i -r '{commit}~1'");
    assert!(
        on_its_way
            .hints()
            .iter()
            .any(|hint| hint.replace('\'', "") == line.replace('\'', "")),
        "{on_its_way}"
    );
    around(&repo, &["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let landed = checkout(&sandbox, "main").lane(["gate", "--ci", "--base", &before, "--branch", "main"]);
    follow(&repo, &landed.code(1), "git log --stat -1")
        .ok()
        .prints(&commit);
}
