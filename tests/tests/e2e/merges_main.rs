//! A lane that merges the integration branch again and again is told to rebase, and does so by the hint.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::delivering::published;
use crate::delivering::started;
use crate::following::around;
use crate::following::follow;
use crate::following::hinted;
use crate::sandbox;

const CONTRACT: &str = "title = \"work\"\nscope = [\"src/**\"]\n\n[acceptance.builds]\ntext = \"it builds\"\ncheck = [\"test\", \"-s\", \"src/a.rs\"]\n";

/// main moves on, and the lane merges it; so often.
fn merging<'s>(repo: &Place<'s>, lane: &Place<'s>, times: usize) {
    let person = repo.person();
    for n in 0..times {
        person.commit(&format!("docs/{n}.md"), "x\n", "moved on").ok();
        around(&person, &["push", "--quiet", "origin", "main"]).ok();
        lane.commit(&format!("src/{n}.rs"), "mine\n", "mine").ok();
        lane.git(["merge", "--quiet", "--no-edit", "origin/main"]).ok();
    }
}

fn lane(sandbox: &Sandbox) -> (Place<'_>, Place<'_>) {
    let repo = published(sandbox);
    let lane = started(&repo, CONTRACT);
    lane.commit("src/a.rs", "mine\n", "one").ok();
    (repo, lane)
}

fn merges(lane: &Place<'_>) -> String {
    let line = ["rev-list", "--merges", "--count", "origin/main..HEAD"];
    lane.git(line).ok().text().to_owned()
}

#[test]
fn check_says_so_and_its_hints_lead_to_a_branch_without_merges() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    merging(&repo, &lane, 3);
    lane.lane(["check"]).ok().does_not_say("merges-main");
    merging_once_more(&repo, &lane);
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    let said = lane
        .lane(["check"])
        .ok()
        .says("merges-main: T-1 has merged origin/main 4 times, and 3 are usual");
    follow(&lane, &said, "git rebase").ok();
    follow(&lane, &said, "git push --force-with-lease").ok();
    assert_eq!(merges(&lane), "0");
    lane.lane(["check"]).ok().does_not_say("merges-main");
    lane.lane(["handoff", "--risk", "none"]).ok();
}

fn merging_once_more(repo: &Place<'_>, lane: &Place<'_>) {
    let person = repo.person();
    person.commit("docs/last.md", "x\n", "moved on").ok();
    around(&person, &["push", "--quiet", "origin", "main"]).ok();
    lane.commit("src/last.rs", "mine\n", "mine").ok();
    lane.git(["merge", "--quiet", "--no-edit", "origin/main"]).ok();
}

#[test]
fn a_handoff_advises_and_who_heeds_it_delivers_again() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    merging(&repo, &lane, 4);
    let said = lane
        .lane(["handoff", "--risk", "none"])
        .ok()
        .says("merges-main: T-1");
    // One line, for no other order works.
    assert_eq!(
        hinted(&said, "git lane resume T-1 && git rebase"),
        "git lane resume T-1 && git rebase origin/main && git lane handoff T-1"
    );
    follow(&lane, &said, "git lane resume T-1 && git rebase")
        .ok()
        .does_not_say("merges-main");
    assert_eq!(merges(&lane), "0");
    let there = lane.git(["ls-remote", "origin", "refs/heads/T-1"]).ok();
    assert!(there.stdout.starts_with(&lane.rev("HEAD")), "{there}");
}

#[test]
fn merges_of_another_lane_are_not_counted() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    for n in 0..4 {
        let name = format!("aside{n}");
        repo.git(["branch", &name, "T-1"]).ok();
        around(
            &lane,
            &[
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                "mine\n\nLane-Task: T-1",
            ],
        )
        .ok();
        around(&lane, &["merge", "--quiet", "--no-ff", "--no-edit", &name]).ok();
    }
    lane.lane(["check"]).ok().does_not_say("merges-main");
}

#[test]
fn who_wrote_something_in_a_merge_itself_is_not_told_to_leave_merges_out() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    merging(&repo, &lane, 4);
    lane.write("src/within.rs", "only in the merge\n");
    lane.git(["add", "--all"]).ok();
    lane.git(["commit", "--quiet", "--amend", "--no-edit"]).ok();
    lane.lane(["check"]).ok().does_not_say("merges-main");
}
