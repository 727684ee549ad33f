//! What lands beside the lanes, past the hooks: commits that name no task, verdicts that nobody else has, merges that change more
//! than git does by itself, and paths that somebody holds.

use lane_testkit::Place;

use crate::ci::checkout;
use crate::following::around;
use crate::following::follow;
use crate::landing_verdicts::land;
use crate::landing_verdicts::lanes;
use crate::landing_verdicts::merge;
use crate::sandbox;

const MISSING: &str = "error: verdict-missing: ";

/// A commit of a person that no hook saw.
fn past(place: &Place<'_>, path: &str, text: &str) {
    place.write(path, text);
    place.git(["add", "--", path]).ok();
    around(place, &["commit", "--quiet", "-m", "past the hooks"]).ok();
}

/// CI of what was pushed to the integration branch since `before`.
fn landed<'s>(repo: &Place<'s>, ci: &Place<'s>, before: &str) -> lane_testkit::Output {
    ci.env("GITLAB_CI", "true")
        .env("CI_DEFAULT_BRANCH", "main")
        .env("CI_COMMIT_BRANCH", "main")
        .env("CI_COMMIT_BEFORE_SHA", before)
        .env("CI_COMMIT_SHA", &repo.rev("main"))
        .lane(["gate", "--ci"])
}

#[test]
fn a_verdict_that_only_this_clone_has_lands_nothing_until_it_is_published() {
    let sandbox = sandbox();
    let (repo, [_, other]) = lanes(&sandbox, &["review"]);
    other.lane(["--offline", "review", "T-1", "--approve"]).ok();
    merge(&repo, "T-1");
    let refused = land(&repo).code(1).says(&format!(
        "{MISSING}T-1 was found ready by review in this clone only: origin"
    ));
    follow(&repo, &refused, "git lane sync").ok();
    land(&repo).ok();
}

#[test]
fn a_merge_that_changes_more_of_a_judged_lane_than_git_does_is_judged_by_nobody() {
    for (path, text, is_found) in [
        ("src/fresh", "other\n", true),
        ("src/more", "more\n", true),
        ("CHANGELOG.md", "# Changelog\n", false),
    ] {
        let sandbox = sandbox();
        let (repo, [_, other]) = lanes(&sandbox, &["review"]);
        other.lane(["review", "T-1", "--approve"]).ok();
        let before = repo.rev("main");
        merge(&repo, "T-1");
        repo.write(path, text);
        repo.git(["add", "--", path]).ok();
        around(&repo, &["commit", "--quiet", "--amend", "--no-edit"]).ok();
        let pushed = land(&repo);
        if !is_found {
            pushed.ok();
            continue;
        }
        let what = format!("changes {path} beside what T-1 was judged with");
        let refused = pushed.code(1).says(MISSING).says(&what);
        around(&repo, &["push", "--quiet", "origin", "main"]).ok();
        landed(&repo, &checkout(&sandbox, "main"), &before)
            .code(1)
            .says(&what);
        around(
            &repo,
            &["push", "--quiet", "--force", "origin", &format!("{before}:main")],
        )
        .ok();
        follow(&repo, &refused, "git reset --keep").ok();
        land(&repo).ok();
    }
}

#[test]
fn a_conflict_that_is_settled_in_the_merge_is_no_change_beside_it() {
    let sandbox = sandbox();
    let (repo, [_, other]) = lanes(&sandbox, &["review"]);
    other.lane(["review", "T-1", "--approve"]).ok();
    past(&repo, "src/fresh", "elsewhere\n");
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    around(&repo, &["merge", "--quiet", "--no-ff", "T-1"]).fails();
    repo.write("src/fresh", "both\n");
    repo.git(["add", "--", "src/fresh"]).ok();
    around(&repo, &["commit", "--quiet", "--no-edit"]).ok();
    land(&repo).does_not_say("beside what T-1 was judged with");
}

#[test]
fn a_persons_commit_past_the_hooks_does_not_land_what_a_lane_holds_unless_that_is_on_the_record() {
    let sandbox = sandbox();
    let (repo, _) = lanes(&sandbox, &["review"]);
    let repo = repo.person();
    let before = repo.rev("main");
    past(&repo, "README.md", "free\n");
    land(&repo).ok();
    past(&repo, "src/direct", "beside\n");
    let held = "foreign-lock: src/direct is held by agent-a";
    let refused = land(&repo).code(1).says(held);
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    landed(&repo, &checkout(&sandbox, "main"), &before)
        .code(1)
        .says(held);
    around(&repo, &["push", "--quiet", "--force", "origin", "main~1:main"]).ok();
    follow(&repo, &refused, "git lane override").ok();
    land(&repo).ok();
}

#[test]
fn a_squash_without_a_trailer_lands_once_its_lane_is_through() {
    let sandbox = sandbox();
    let (repo, [_, other]) = lanes(&sandbox, &["review"]);
    let repo = repo.person();
    around(&repo, &["merge", "--quiet", "--squash", "T-1"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "all of it"]).ok();
    land(&repo)
        .code(1)
        .says("verdict-missing: T-1 is not judged as it is here: no verdict of review");
    other.lane(["review", "T-1", "--approve"]).ok();
    land(&repo).ok();
}

#[test]
fn what_was_handed_off_is_its_lanes_where_it_lands_whatever_its_message_says() {
    let sandbox = sandbox();
    let (repo, [lane, _]) = lanes(&sandbox, &["review"]);
    // As an older git-lane let it through: handed off with a commit that names nothing.
    repo.git(["switch", "--quiet", "--detach", "T-1"]).ok();
    let lane_tip = lane.rev("HEAD");
    repo.git(["switch", "--quiet", "main"]).ok();
    // Without the branch nothing but the handoff says whose it is.
    lane.git(["switch", "--quiet", "--detach"]).ok();
    repo.git(["update-ref", "-d", "refs/heads/T-1"]).ok();
    merge(&repo, &lane_tip);
    land(&repo).code(1).says("verdict-missing: T-1 is not judged");
}
