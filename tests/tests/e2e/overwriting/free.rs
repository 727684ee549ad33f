//! What is one's own, and what others have elsewhere: it goes without asking anybody.

use super::begun;
use super::push;
use super::there;
use super::topic;
use crate::clones::two;
use crate::delivering;
use crate::following::around;
use crate::following::hinted;
use crate::sandbox;

#[test]
fn an_own_lane_is_rewritten_and_deleted_while_it_has_not_landed() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let lane = begun(&a);
    lane.git(["commit", "--quiet", "--amend", "-m", "mine, better"])
        .ok();
    push(&lane, &["--force-with-lease", "origin", "T-1"]).ok();
    push(&lane, &["origin", ":T-1"]).ok();
    assert_eq!(there(&a, "refs/heads/T-1"), "");
}

#[test]
fn what_others_pushed_to_an_own_lane_past_it_is_not_the_holders() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = begun(&a);
    b.git(["fetch", "--quiet"]).ok();
    b.git(["switch", "--quiet", "T-1"]).ok();
    around(&b, &["commit", "--quiet", "--allow-empty", "-m", "theirs"]).ok();
    around(&b, &["push", "--quiet", "origin", "T-1"]).ok();
    let theirs = there(&a, "refs/heads/T-1");
    lane.git(["commit", "--quiet", "--amend", "-m", "mine, better"])
        .ok();
    let refused = push(&lane, &["--force", "origin", "T-1"])
        .code(1)
        .says("error: destructive-push")
        .says("this clone does not have that");
    let line = hinted(&refused, "git fetch");
    assert_eq!(line, "git fetch -- origin");
    lane.sh(&line).ok();
    for args in [&["--force", "origin", "T-1"][..], &["origin", ":T-1"]] {
        push(&lane, args)
            .code(1)
            .says("on no other branch and was made by ");
    }
    assert_eq!(there(&a, "refs/heads/T-1"), theirs);
    // Had on the branch, it was seen, and goes as one's own does.
    lane.git(["reset", "--quiet", "--keep", "origin/T-1"]).ok();
    lane.git(["reset", "--quiet", "--keep", "main"]).ok();
    lane.commit("src/a.rs", "again\n", "again").ok();
    push(&lane, &["--force", "origin", "T-1"]).ok();
}

#[test]
fn what_carries_the_lanes_name_is_the_holders_wherever_it_was_made() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let lane = begun(&a);
    lane.lane(["release", "T-1", "--why", "enough"]).ok();
    let next = b.start("T-1");
    next.commit("src/b.rs", "more\n", "more").ok();
    push(&next, &["origin", "T-1"]).ok();
    next.lane(["release", "T-1", "--why", "enough"]).ok();
    a.lane(["start", "T-1"]).ok();
    a.git(["fetch", "--quiet"]).ok();
    lane.git(["commit", "--quiet", "--amend", "-m", "mine, better"])
        .ok();
    push(&lane, &["--force", "origin", "T-1"]).ok();
}

#[test]
fn that_a_handed_off_lane_loses_its_branch_is_said() {
    let sandbox = sandbox();
    let (_, lane) = delivering::worked(&sandbox);
    lane.lane(["handoff", "--risk", "none", "--next", "review"]).ok();
    let said = push(&lane, &["origin", ":T-1"])
        .ok()
        .says("verdict-moved: T-1 is handed off, and without its branch nobody can judge it");
    crate::following::follow(&lane, &said, "git lane resume").ok();
}

#[test]
fn what_is_on_another_branch_there_may_be_deleted() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let pat = a.person();
    pat.git(["merge", "--quiet", "--no-ff", "--no-edit", "origin/topic"])
        .ok();
    push(&pat, &["origin", ":topic"]).code(1);
    // With the merge in the same push, or before.
    push(&pat, &["--atomic", "origin", "main", ":topic"]).ok();
    assert_eq!(there(&a, "refs/heads/topic"), "");
    topic(&b, "next", "sam");
    a.git(["fetch", "--quiet"]).ok();
    // Another name for it.
    let named = "origin/next:refs/heads/renamed";
    push(&pat, &["--atomic", "origin", named, ":next"]).ok();
}

#[test]
fn a_lane_that_has_landed_is_cleaned_up_by_anybody() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "[pipeline]\nstages = []\n[landing]\nclean_up = false\n");
    a.task("T-1", "src/**");
    let lane = a.start("T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    lane.lane(["handoff"]).ok();
    let pat = a.person();
    pat.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    push(&pat, &["origin", "main"]).ok();
    pat.lane(["done", "T-1"]).ok();
    b.git(["fetch", "--quiet"]).ok();
    b.lane(["sync"]).ok();
    push(&b, &["origin", ":T-1"]).ok();
}

#[test]
fn a_persons_own_branch_is_theirs() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    topic(&a, "topic", "pat");
    let pat = a.person();
    pat.git(["switch", "--quiet", "topic"]).ok();
    pat.git(["commit", "--quiet", "--amend", "-m", "better"]).ok();
    push(&pat, &["--force", "origin", "topic"]).ok();
    push(&pat, &["origin", ":topic"]).ok();
    // A note, too.
    pat.git(["notes", "add", "-m", "one", "main"]).ok();
    push(&pat, &["origin", "refs/notes/commits"]).ok();
    pat.git(["update-ref", "-d", "refs/notes/commits"]).ok();
    pat.git(["notes", "add", "-m", "two", "main"]).ok();
    push(&pat, &["--force", "origin", "refs/notes/commits"]).ok();
}
