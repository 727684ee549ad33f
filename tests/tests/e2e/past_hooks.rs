//! The rows of the table where no hook fires that may refuse: pre-push is the one that judges.

use lane_testkit::Place;

use crate::following::follow;
use crate::hook_table::beside;
use crate::hook_table::lane;
use crate::hook_table::refused;
use crate::hook_table::stage;
use crate::hook_table::unseen;
use crate::remaking::editing;
use crate::remaking::left_out;
use crate::sandbox;

/// What no hook saw is refused when it leaves the clone; widened or dropped, it may go.
fn only_push_finds_it(make: fn(&Place<'_>, &str)) {
    only_push_finds_it_and("git reset --soft", make);
}

/// The same, where `again` is the hint that makes the commit again.
fn only_push_finds_it_and(again: &'static str, make: fn(&Place<'_>, &str)) {
    for (path, way_on) in [
        ("docs/guide.md", "git lane lock"),
        ("docs/guide.md", again),
        ("src/a.rs", ""),
    ] {
        let sandbox = sandbox();
        let lane = lane(&sandbox);
        let remote = sandbox
            .at(".")
            .git(["init", "--quiet", "--bare", "remote.git"])
            .ok();
        assert_eq!(remote.stderr, "");
        lane.person()
            .git(["remote", "add", "origin", "../../../remote.git"])
            .ok();
        lane.person().git(["push", "--quiet", "origin", "main"]).ok();
        make(&lane, path);
        if way_on.is_empty() {
            lane.git(["push", "origin", "T-1"]).ok();
            continue;
        }
        let refused = refused(&lane.git(["push", "origin", "T-1"]).code(1), path);
        let there = lane.git(["ls-remote", "origin", "refs/heads/T-1"]).ok();
        assert_eq!(there.stdout, "", "it left the clone all the same");
        follow(&editing(&lane, path), &refused, way_on).ok();
        // What is committed again is judged where it can be mended: the path is left out.
        match way_on {
            "git reset --soft" => {
                lane.git(["restore", "--staged", "--", path]).ok();
                lane.git(["commit", "--quiet", "--allow-empty", "-m", "the rest"])
                    .ok();
            }
            "git rebase -i -r" => left_out(&lane, path),
            _ => {}
        }
        lane.git(["push", "origin", "T-1"]).ok();
        assert_eq!(lane.read("src/untracked.rs"), "not yet\n");
    }
}

#[test]
fn a_fast_forward() {
    only_push_finds_it(|lane, path| {
        lane.git(["reset", "--quiet", "--hard", "main"]).ok();
        let name = beside(lane, &[(path, "changed\n")]);
        lane.git(["merge", "--quiet", "--ff-only", name]).ok();
    });
}

#[test]
fn a_clean_merge_of_commits_that_are_not_on_the_integration_branch() {
    only_push_finds_it_and("git rebase -i -r", |lane, path| {
        let name = beside(lane, &[(path, "changed\n")]);
        lane.git(["merge", "--quiet", "--no-ff", "--no-edit", name]).ok();
    });
}

#[test]
fn plumbing() {
    only_push_finds_it(|lane, path| {
        stage(lane, path);
        let tree = lane.git(["write-tree"]).ok();
        let commit = lane
            .git(["commit-tree", "-p", "HEAD", "-m", "plumbing", tree.text()])
            .ok();
        lane.git(["update-ref", "refs/heads/T-1", commit.text()]).ok();
    });
}

#[test]
fn no_hooks_at_all() {
    only_push_finds_it(unseen);
}

#[test]
fn a_worktree_that_git_adds() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["worktree", "add", "--quiet", "-b", "side", "../../side"])
        .ok()
        .does_not_say("warning");
    // On a lane's branch it is the lane's, bound or not.
    lane.git(["switch", "--quiet", "--detach"]).ok();
    lane.git(["worktree", "add", "--quiet", "../../again", "T-1"])
        .ok();
    let again = lane.at("../../again");
    refused(
        &again.commit("docs/guide.md", "changed\n", "change"),
        "docs/guide.md",
    );
    again.git(["reset", "--quiet", "--hard"]).ok();
    again.commit("src/a.rs", "changed\n", "change").ok();
    let last = again
        .git(["log", "-1", "--format=%(trailers:key=Lane-Task)"])
        .ok();
    assert_eq!(last.text(), "Lane-Task: T-1");
}

#[test]
fn a_checkout_of_another_branch_or_by_another_agent_is_pointed_out_and_done() {
    let sandbox = sandbox();
    let lane = lane(&sandbox);
    lane.git(["switch", "-c", "side"])
        .ok()
        .says("warning: this worktree is the lane T-1 on branch T-1; commits on side will be refused");
    lane.git(["switch", "T-1"]).ok().does_not_say("warning");
    lane.agent("agent-b")
        .git(["switch", "--detach"])
        .ok()
        .says("warning: this worktree is the lane T-1 of agent-a, and you are agent-b");
}
