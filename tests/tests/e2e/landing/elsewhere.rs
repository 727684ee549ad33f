//! What others merged is found and closes its task: as an ancestor, as the same change, or because an integrator says so.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::Lane;
use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

const ONE: Lane = ("T-1", "agent-a", "src/**", "src/one", "one\n");

/// A clone that knows nothing of lanes, as a host merges in.
pub(crate) fn host<'s>(sandbox: &'s Sandbox) -> Place<'s> {
    let url = sandbox.path().join("origin.git").display().to_string();
    let at = sandbox.at(".");
    at.git(["clone", "--quiet", "--branch", "main", &url, "host"])
        .ok();
    sandbox.at("host")
}

/// T-1, handed off with two commits.
fn two_commits<'s>(sandbox: &'s Sandbox) -> (Place<'s>, Place<'s>) {
    let repo = team(sandbox, "", "");
    let lane = queued(&repo, &[ONE]).remove(0);
    lane.lane(["resume"]).ok();
    lane.commit("src/two", "two\n", "more").ok();
    lane.lane(["handoff"]).ok();
    (repo, lane)
}

/// How the archive says it is known.
fn how(repo: &Place<'_>, id: &str) -> String {
    let shown = repo.lane(["task", "show", id, "--json"]).ok().json();
    shown["completion"]["how"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn what_was_fast_forwarded_landed_as_itself_whatever_came_after_it() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    let (host, tip) = (host(&sandbox), lane.rev("T-1"));
    host.git(["merge", "--quiet", "--ff-only", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "--allow-empty", "-m", "more"])
        .ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let synced = repo.lane(["sync", "--json"]).ok().json();
    assert_eq!(synced["closed"][0]["landed"], tip.as_str());
}

#[test]
fn a_merge_on_the_host_closes_its_task_at_the_next_sync() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    let host = host(&sandbox);
    let tip = lane.rev("T-1");
    host.git(["merge", "--quiet", "--no-ff", "-m", "merge", "origin/T-1"])
        .ok();
    host.git(["push", "--quiet", "origin", "main", ":T-1"]).ok();
    let synced = repo.lane(["sync", "--json"]).ok();
    assert_eq!(synced.json()["closed"][0]["how"], "ancestor");
    assert_eq!(synced.json()["closed"][0]["landed"], there(&repo).as_str());
    assert_eq!(synced.json()["closed"][0]["tip"], tip.as_str());
    assert_eq!(
        (phase(&repo, "T-1").as_str(), how(&repo, "T-1").as_str()),
        ("done", "ancestor")
    );
    assert!(!repo.has(".worktrees/T-1"));
    repo.git(["rev-parse", "--verify", "--quiet", "refs/heads/T-1"])
        .fails();
    repo.lane(["validate", "--git"]).ok();
}

#[test]
fn a_squash_merge_on_the_host_closes_its_task_and_keeps_its_commits() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    let host = host(&sandbox);
    let tip = lane.rev("T-1");
    // Others land before it and after it.
    for (path, squash) in [("before", true), ("after", false)] {
        host.write(path, "x\n");
        host.git(["add", "--all"]).ok();
        host.git(["commit", "--quiet", "-m", path]).ok();
        if squash {
            host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
            host.git(["commit", "--quiet", "-m", "squashed (#1)"]).ok();
        }
    }
    host.git(["push", "--quiet", "origin", "main"]).ok();
    let squashed = host.rev("main~1");
    repo.lane(["sync"])
        .ok()
        .says(&format!("done T-1: {} makes the same change", &squashed[..8]))
        .says("its own commits are kept in refs/rescue/T-1/");
    assert_eq!(how(&repo, "T-1"), "patch-id");
    let shown = repo.lane(["task", "show", "T-1", "--json"]).ok().json();
    assert_eq!(shown["completion"]["landed"], squashed.as_str());
    assert!(!repo.has(".worktrees/T-1"));
    let kept = repo
        .git(["for-each-ref", "--format=%(objectname)", "refs/rescue/T-1"])
        .ok();
    assert_eq!(kept.text(), tip);
    let there = repo.git(["ls-remote", "origin", "refs/heads/T-1"]).ok();
    assert_eq!(there.text(), "");
    repo.lane(["validate", "--git"]).ok();
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn commits_that_the_host_put_on_top_close_their_task() {
    let sandbox = sandbox();
    let (repo, _) = two_commits(&sandbox);
    let host = host(&sandbox);
    host.write("before", "x\n");
    host.git(["add", "--all"]).ok();
    host.git(["commit", "--quiet", "-m", "before"]).ok();
    host.git(["cherry-pick", "main..origin/T-1"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["done", "T-1"]).ok().says("makes the same change");
    assert_eq!(how(&repo, "T-1"), "patch-id");
}

#[test]
fn what_was_changed_on_the_way_is_no_landing_until_an_integrator_says_so() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.write("src/two", "two \n");
    host.git(["add", "--all"]).ok();
    host.git(["commit", "--quiet", "-m", "edited"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
    lane.lane(["done", "T-1"])
        .code(3)
        .says("error: not-landed: the tip of T-1")
        .says("is not on main of origin");
    let edited = host.rev("main");
    let tip = lane.rev("T-1");
    for (commit, says) in [
        (tip.as_str(), "not-landed"),
        ("no-such", "is the id of no commit here"),
        ("--all", "is the id of no commit here"),
    ] {
        let landed = format!("--landed={commit}");
        lane.lane(["done", "T-1", &landed]).fails().says(says);
    }
    lane.lane(["--role", "worker", "done", "T-1", "--landed", &edited])
        .code(3)
        .says("role-not-allowed");
    assert_eq!(phase(&repo, "T-1"), "queued");
    repo.lane(["done", "T-1", "--landed", &edited])
        .ok()
        .says("done T-1");
    assert_eq!(how(&repo, "T-1"), "said");
    // Nobody looked whether it is all there: it is kept, and what the remote has of it stays.
    let kept = repo
        .git(["for-each-ref", "--format=%(objectname)", "refs/rescue/T-1"])
        .ok();
    assert_eq!(kept.text(), tip);
    let there = repo.git(["ls-remote", "origin", "refs/heads/T-1"]).ok();
    assert!(there.text().starts_with(&tip), "{there}");
}

#[test]
fn the_same_change_under_another_tasks_name_is_that_tasks() {
    let sandbox = sandbox();
    let (repo, _) = two_commits(&sandbox);
    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--squash", "origin/T-1"]).ok();
    host.git(["commit", "--quiet", "-m", "x\n\nLane-Task: T-9"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
}

#[test]
fn what_is_merged_here_only_has_not_landed_and_the_hint_brings_it_there() {
    let sandbox = sandbox();
    let (repo, _) = two_commits(&sandbox);
    repo.git(["switch", "--quiet", "main"]).ok();
    around(&repo, &["merge", "--quiet", "--no-ff", "-m", "merge", "T-1"]).ok();
    let refused = repo
        .lane(["done", "T-1"])
        .code(3)
        .says("is not on main of origin");
    assert_eq!(refused.hints()[0], "git push -- origin main");
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(["done", "T-1"]).ok().says("done T-1");
}

#[test]
fn a_new_lane_begins_where_the_others_are_and_not_at_what_is_here_only() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    repo.git(["switch", "--quiet", "main"]).ok();
    repo.write("mine", "x\n");
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "mine"]).ok();
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    assert_eq!(lane.rev("HEAD"), there(&repo));
    lane.commit("src/one", "one\n", "work").ok();
    lane.lane(["handoff"]).ok();
    lane.agent("agent-i").lane(["land", "T-1"]).ok();
}

#[test]
fn a_lane_that_went_on_after_it_was_merged_stays_open() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--no-ff", "-m", "merge", "origin/T-1"])
        .ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    lane.write("src/three", "x\n");
    lane.git(["add", "--all"]).ok();
    around(&lane, &["commit", "--quiet", "-m", "three\n\nLane-Task: T-1"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
    repo.lane(["done", "T-1"]).code(3).says("the tip of T-1");
}

/// Eight lines that stand in a file again and again, and one of them changed.
fn stanzas(changed: usize) -> String {
    let lines = (0..32).map(|n| match (n % 8, n == changed) {
        (_, true) => "changed".to_owned(),
        (at, false) => format!("line {at}"),
    });
    lines.map(|line| line + "\n").collect()
}

#[test]
fn the_same_lines_at_another_place_are_another_change() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    repo.write("src/stanzas", stanzas(usize::MAX));
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "stanzas"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let changed: &'static str = stanzas(12).leak();
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/stanzas", changed)]);
    let host = host(&sandbox);
    host.write("src/stanzas", stanzas(20));
    host.git(["commit", "--quiet", "--all", "-m", "elsewhere"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
}

#[test]
fn commits_count_one_by_one_and_in_their_order() {
    let sandbox = sandbox();
    let (repo, lane) = two_commits(&sandbox);
    // One, its opposite, and one again: in all there is something.
    lane.lane(["resume"]).ok();
    for text in ["two\nthree\n", "two\n", "two\nthree\n"] {
        lane.commit("src/two", text, "again").ok();
    }
    lane.lane(["handoff"]).ok();
    let host = host(&sandbox);
    // All of them are there once, and in all there is nothing of it.
    let picked = ["origin/T-1~4", "origin/T-1~3", "origin/T-1~2", "origin/T-1~1"];
    host.git([&["cherry-pick"], &picked[..]].concat()).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
    host.git(["cherry-pick", "origin/T-1"]).ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok().says("done T-1");
}

#[test]
fn a_lane_that_went_on_in_another_clone_stays_open() {
    let sandbox = sandbox();
    let (repo, _) = two_commits(&sandbox);
    let host = host(&sandbox);
    host.git(["merge", "--quiet", "--no-ff", "-m", "merge", "origin/T-1"])
        .ok();
    host.git(["push", "--quiet", "origin", "main"]).ok();
    host.git(["switch", "--quiet", "T-1"]).ok();
    host.git(["commit", "--quiet", "--allow-empty", "-m", "more"])
        .ok();
    host.git(["push", "--quiet", "origin", "T-1"]).ok();
    repo.lane(["sync"]).ok();
    assert_eq!(phase(&repo, "T-1"), "queued");
}

#[test]
fn a_like_change_at_another_place_is_none_where_the_lanes_own_place_was_changed_too() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let block = "a\nb\nc\nx\nd\ne\nf\n";
    let text = |first: &str, second: &str| format!("{first}{}{second}", "--\n".repeat(6));
    let changed = |to: &str| block.replace('x', to);
    repo.person().git(["switch", "--quiet", "main"]).ok();
    repo.write("src/twice", text(block, block));
    repo.git(["add", "--all"]).ok();
    around(&repo, &["commit", "--quiet", "-m", "twice"]).ok();
    around(&repo, &["push", "--quiet", "origin", "main"]).ok();
    let one: &'static str = text(&changed("y"), block).leak();
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/twice", one)]);
    let host = host(&sandbox);
    for (first, second) in [("z", "x"), ("z", "y")] {
        host.write("src/twice", text(&changed(first), &changed(second)));
        host.git(["commit", "--quiet", "--all", "-m", "another"]).ok();
    }
    host.git(["push", "--quiet", "origin", "main"]).ok();
    repo.lane(["sync"]).ok().does_not_say("done T-1");
    assert_eq!(phase(&repo, "T-1"), "queued");
}

#[test]
fn a_landing_has_its_commit_fetched_though_the_branch_is_gone_there() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let second = crate::clones::another(&sandbox, "b").agent("agent-i");
    queued(&repo, &[ONE]);
    around(&repo, &["push", "--quiet", "origin", ":T-1"]).ok();
    second.lane(["land", "T-1"]).ok().says("landed T-1");
}

#[test]
fn what_a_clone_with_an_old_state_merges_by_hand_is_judged_by_the_new_one() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let second = crate::clones::another(&sandbox, "b");
    let before = there(&repo);
    repo.task("T-1", "src/**");
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/one", "one\n", "work").ok();
    lane.git(["push", "--quiet", "origin", "T-1"]).ok();
    second.git(["fetch", "--quiet"]).ok();
    around(
        &second,
        &["merge", "--quiet", "--no-ff", "-m", "merge", "origin/T-1"],
    )
    .ok();
    let refused = second
        .git(["push", "--quiet", "origin", "main"])
        .code(1)
        .says("error: state-behind: ");
    assert_eq!(refused.hints(), ["git lane sync"]);
    second.lane(["sync"]).ok();
    assert_eq!(there(&repo), before);
    second
        .git(["push", "--quiet", "origin", "main"])
        .ok()
        .says("handoff-missing: T-1");
    // It landed before it was handed off, and its author is led out.
    lane.git(["fetch", "--quiet"]).ok();
    let refused = lane
        .lane(["handoff"])
        .code(3)
        .says("has all commits of branch T-1");
    assert_eq!(refused.hints(), ["git lane done T-1"]);
    lane.lane(["done", "T-1"]).ok();
    second.lane(["sync"]).ok();
    // A person's own work needs no newer state.
    repo.task("T-2", "docs/**");
    second.commit("notes", "mine\n", "mine").ok();
    second.git(["push", "--quiet", "origin", "main"]).ok();
}
