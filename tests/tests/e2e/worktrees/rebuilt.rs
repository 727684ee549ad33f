//! `git lane worktree rebuild`: a lane's worktree made again, whatever became of it, and nothing of it lost.

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;

use super::at;
use super::land;
use super::lane;
use super::rescued;
use crate::following::around;
use crate::sandbox;

/// The lane is whole: on its branch, with nothing uncommitted, the agent's, and it takes a commit.
#[track_caller]
fn whole(repo: &Place<'_>, lane: &Place<'_>, what: &str) {
    assert_eq!(
        lane.git(["branch", "--show-current"]).ok().text(),
        "T-1",
        "{what}"
    );
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "", "{what}");
    // Without a name it acts as whom it is bound to.
    lane.person().commit("src/again.rs", "again\n", "again").ok();
    let trailer = lane.git(["log", "-1", "--format=%(trailers:key=Lane-Task,valueonly)"]);
    assert_eq!(trailer.ok().text(), "T-1", "{what}");
    let left = repo.sh("ls -A .worktrees .git/lane/half-done 2>/dev/null").ok();
    assert!(!left.stdout.contains("lane-going"), "{what}: {left}");
    repo.git(["fsck", "--no-dangling"]).ok();
}

#[test]
fn one_that_is_full_of_what_is_not_wanted_is_made_again_and_all_of_it_is_kept() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/a.rs", "spoilt\n");
    lane.write("new/file", "untracked\n");
    lane.write("target/x", "built\n");
    let would = repo.lane(["worktree", "rebuild", "T-1", "--dry-run"]).ok();
    would
        .prints("would make ")
        .prints("keep 2 uncommitted or untracked files");
    assert!(lane.has("new/file") && rescued(&repo).is_empty());
    let made = repo.lane(["worktree", "rebuild", "T-1"]).ok();
    assert_eq!(repo.at(made.text()).path(), lane.path());
    let kept = rescued(&repo);
    made.says(&kept[0].0).says("made again from branch T-1");
    for (path, text) in [("src/a.rs", "spoilt\n"), ("new/file", "untracked\n")] {
        assert_eq!(at(&repo, &kept[0].1, path), text);
    }
    assert_eq!(lane.read("src/a.rs"), "mine\n");
    assert!(!lane.has("target/x"));
    whole(&repo, &lane, "dirty");
}

#[test]
fn one_whose_folder_is_gone_is_made_again_and_what_its_git_dir_held_alone_is_kept() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.git(["switch", "--quiet", "--detach"]).ok();
    around(&lane, &["commit", "--quiet", "--allow-empty", "-m", "aside"]).ok();
    let aside = lane.rev("HEAD");
    lane.write("src/b.rs", "staged\n");
    lane.git(["add", "src/b.rs"]).ok();
    std::fs::remove_dir_all(lane.path()).expect("the worktree");
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    let kept = rescued(&repo);
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(at(&repo, &kept[0].1, "src/b.rs"), "staged\n");
    assert_eq!(repo.rev(&format!("{}~1", kept[0].1)), aside);
    whole(&repo, &lane, "gone");
}

#[test]
fn a_merge_that_stopped_in_a_folder_that_is_gone_does_not_stand_in_the_way() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    around(&lane, &["switch", "--quiet", "-c", "aside", "HEAD~1"]).ok();
    lane.write("src/a.rs", "other\n");
    around(&lane, &["commit", "--quiet", "-am", "other"]).ok();
    let other = lane.rev("HEAD");
    around(&lane, &["switch", "--quiet", "T-1"]).ok();
    around(&lane, &["branch", "--quiet", "-D", "aside"]).ok();
    around(&lane, &["merge", "--quiet", &other]).fails();
    std::fs::remove_dir_all(lane.path()).expect("the worktree");
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    let kept = rescued(&repo);
    assert!(kept.iter().any(|(_, tip)| *tip == other), "{kept:?}");
    whole(&repo, &lane, "a merge");
}

#[test]
fn one_without_its_git_file_or_index_is_made_again_and_its_files_are_kept() {
    for (line, what) in [
        ("rm .git", "no .git"),
        ("rm \"$(git rev-parse --git-dir)/index\"", "no index"),
        ("echo x >.git", "a .git that leads nowhere"),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        lane.write("src/b.rs", "uncommitted\n");
        lane.sh(line).ok();
        repo.lane(["worktree", "rebuild", "T-1"]).ok();
        let kept = rescued(&repo);
        assert_eq!(kept.len(), 1, "{what}: {kept:?}");
        assert_eq!(at(&repo, &kept[0].1, "src/b.rs"), "uncommitted\n", "{what}");
        whole(&repo, &lane, what);
    }
}

#[test]
fn an_index_that_cannot_be_read_refuses_and_the_hint_leads_on() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/b.rs", "uncommitted\n");
    lane.sh("echo broken >\"$(git rev-parse --git-dir)/index\"").ok();
    let refused = repo.lane(["worktree", "rebuild", "T-1"]).code(3);
    let refused = refused.says("worktree-busy").says("cannot be looked at");
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(["worktree", "rebuild", "T-1"]).ok();
    assert_eq!(at(&repo, &rescued(&repo)[0].0, "src/b.rs"), "uncommitted\n");
    whole(&repo, &lane, "an index");
}

#[test]
fn killed_at_any_step_the_same_command_goes_on_and_the_files_are_kept_once() {
    for step in [
        "worktree-rescued",
        "worktree-aside",
        "worktree-judged",
        "worktree-forgotten",
        "worktree-removed",
        "worktree-made",
    ] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        lane.write("src/b.rs", "uncommitted\n");
        let rebuild = ["worktree", "rebuild", "T-1"];
        repo.env(FAILPOINT_VAR, step).lane(rebuild).fails();
        // A later moment has a name of its own.
        sandbox.advance(60);
        repo.lane(rebuild).ok();
        let kept = rescued(&repo);
        assert_eq!(kept.len(), 1, "{step}: {kept:?}");
        assert_eq!(at(&repo, &kept[0].0, "src/b.rs"), "uncommitted\n", "{step}");
        whole(&repo, &lane, step);
    }
}

#[test]
fn who_may_not_and_what_stands_in_the_way_is_refused_and_the_hint_leads_on() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    let rebuild = ["worktree", "rebuild", "T-1"];
    lane.write("src/b.rs", "uncommitted\n");
    repo.agent("agent-b")
        .lane(rebuild)
        .code(3)
        .says("not-holder")
        .says("held by agent-a");
    lane.write(".env", "key\n");
    let refused = repo.lane(rebuild).code(3).says("ignored-files");
    assert!(lane.has(".env") && rescued(&repo).is_empty());
    repo.sh(&refused.hints()[0]).ok();
    let refused = lane.lane(rebuild).code(3).says("you stand in");
    repo.sh(&refused.hints()[0]).ok().says("made again");
    whole(&repo, &lane, "the hint of whoever stood there");
    // Something of a person's where it would be made.
    repo.git(["worktree", "remove", "--force", ".worktrees/T-1"]).ok();
    repo.write(".worktrees/T-1/notes", "a person's\n");
    let refused = repo.lane(rebuild).fails().says("in the way");
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(rebuild).ok();
    assert_eq!(repo.read(".worktrees/T-1.aside/notes"), "a person's\n");
    // The branch elsewhere.
    lane.git(["switch", "--quiet", "--detach"]).ok();
    repo.git(["worktree", "add", "--quiet", "../own", "T-1"]).ok();
    let refused = repo.lane(rebuild).code(3).says("is checked out in");
    assert!(lane.has("src/a.rs"));
    repo.sh(&refused.hints()[0]).ok();
    repo.lane(rebuild).ok();
    // Nobody's, and ended.
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    let refused = repo.lane(rebuild).code(3).says("nobody holds T-1");
    repo.sh(&refused.hints()[0]).ok();
    land(&repo);
    let refused = repo.lane(rebuild).code(3).says("not-in-phase");
    repo.sh(&refused.hints()[0]).ok().prints("removed ");
    repo.lane(["worktree", "rebuild", "T-9"])
        .code(3)
        .says("no-such-task");
}

#[test]
fn a_worktree_that_was_there_before_the_lane_is_not_made_again() {
    let sandbox = sandbox();
    let (repo, _) = lane(&sandbox);
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.task("T-2", "docs/**");
    let own = repo.agent("agent-b").at("../own");
    repo.git(["worktree", "add", "--quiet", "--detach", "../own"])
        .ok();
    own.lane(["start", "--here", "T-2"]).ok();
    let refused = repo.agent("agent-b").lane(["worktree", "rebuild", "T-2"]).code(3);
    refused.says("worktree-in-use").says("only lent to it");
    assert!(own.has("README.md"));
}

#[test]
fn a_reviewer_makes_the_lane_again_and_it_stays_theirs() {
    let sandbox = sandbox();
    let repo = crate::delivering::delivered(&sandbox).0;
    let reviewer = repo.agent("agent-r");
    let path = reviewer.lane(["--offline", "review", "T-1"]).ok();
    let first = path.stdout.lines().last().unwrap_or_default().to_owned();
    let lane = repo.at(".worktrees/T-1");
    assert!(lane.has("src/a.rs"), "{first}");
    lane.write("src/a.rs", "spoilt\n");
    reviewer.lane(["--offline", "worktree", "rebuild", "T-1"]).ok();
    assert_eq!(lane.git(["status", "--porcelain"]).ok().text(), "");
    let bound = repo.read(".git/worktrees/T-1/lane/binding.toml");
    assert!(bound.contains("agent-r"), "{bound}");
}
