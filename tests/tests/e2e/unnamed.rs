//! Commits that came past the hooks say whose they are before they are handed off, and where they land they are their lane's.

use lane_testkit::Place;

use crate::delivering::worked;
use crate::following::around;
use crate::following::follow;
use crate::sandbox;

const FOUND: &str = "commit-unnamed";

/// A commit that no hook saw, of a path in scope; its name.
fn past(lane: &Place<'_>, path: &str, message: &str) -> String {
    lane.write(path, "past the hooks\n");
    lane.git(["add", "--", path]).ok();
    around(lane, &["commit", "--quiet", "-m", message]).ok();
    lane.rev("HEAD")
}

/// The tasks that the lane's commits name, the newest first.
fn named(lane: &Place<'_>) -> String {
    let format = "--format=%(trailers:key=Lane-Task,valueonly,separator=%x2C)";
    lane.git(["log", "--no-merges", format, "main..HEAD"])
        .ok()
        .text()
        .replace('\n', " ")
}

#[test]
fn a_commit_without_the_trailer_is_not_handed_off_and_the_hint_adds_it() {
    for (after, leads) in [(false, "git commit --amend"), (true, "git rebase")] {
        let sandbox = sandbox();
        let (_, lane) = worked(&sandbox);
        let stray = past(&lane, "src/d.rs", "stray");
        let mut expected = "T-1 T-1 T-1";
        if after {
            lane.commit("src/e.rs", "mine\n", "after it").ok();
            expected = "T-1 T-1 T-1 T-1";
        }
        let refused = lane.lane(["handoff"]).code(1).says(FOUND).says(&stray[..8]);
        follow(&lane, &refused, leads).ok();
        assert_eq!(named(&lane), expected);
        lane.lane(["handoff"]).ok();
    }
}

#[test]
fn the_hint_leaves_alone_what_was_merged_from_the_integration_branch() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    past(&lane, "src/d.rs", "stray");
    repo.commit("README.md", "new\n", "elsewhere").ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let main = repo.rev("main");
    lane.git(["merge", "--quiet", "--no-edit", "main"]).ok();
    lane.commit("src/e.rs", "mine\n", "after it").ok();
    let refused = lane.lane(["handoff"]).code(1).says(FOUND);
    follow(&lane, &refused, "git rebase").ok();
    assert_eq!(named(&lane), "T-1 T-1 T-1 T-1");
    lane.git(["merge-base", "--is-ancestor", &main, "HEAD"]).ok();
    lane.lane(["handoff"]).ok();
}

#[test]
fn a_commit_in_another_lanes_name_is_that_lanes_only_on_its_branch() {
    let sandbox = sandbox();
    let (repo, lane) = worked(&sandbox);
    repo.task("T-2", "docs/**");
    let other = repo.agent("agent-b").start("T-2");
    past(&lane, "src/d.rs", "stray\n\nLane-Task: T-2");
    let refused = lane.lane(["handoff"]).code(1).says(FOUND);
    follow(&lane, &refused, "git commit --amend").ok();
    other.commit("docs/new.md", "theirs\n", "theirs").ok();
    lane.git(["merge", "--quiet", "--no-edit", "T-2"]).ok();
    lane.lane(["handoff"]).does_not_say(FOUND);
}
