//! What a kill or a person's `rm` left: found, finished or taken back by whoever comes next, and no loss.

use lane_testkit::FAILPOINT_VAR;
use lane_testkit::Place;

use super::at;
use super::land;
use super::lane;
use super::rescued;
use crate::following::around;
use crate::sandbox;

#[test]
fn a_prune_killed_at_any_step_is_finished_or_taken_back_by_the_next_command() {
    for (step, back) in [
        ("worktree-rescued", true),
        ("worktree-aside", true),
        ("worktree-judged", false),
        ("worktree-forgotten", false),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        land(&repo);
        lane.write("src/b.rs", "uncommitted\n");
        repo.env(FAILPOINT_VAR, step).lane(["worktree", "prune"]).fails();
        let kept = rescued(&repo);
        assert_eq!(kept.len(), 1, "{step}: kept before anything is moved");
        // A list puts it right as well as the next prune.
        let listed = repo.lane(["worktree", "list"]).ok();
        assert_eq!(lane.has("src/b.rs"), back, "{step}: {listed}");
        let going = repo.sh("ls -A .worktrees .git/lane/half-done").ok();
        assert!(!going.stdout.contains("lane-going"), "{step}: {going}");
        assert!(!repo.has(".git/lane/half-done/T-1"), "{step}");
        let known = repo.git(["worktree", "list"]).ok();
        assert_eq!(known.stdout.contains(".worktrees/T-1"), back, "{step}: {known}");
        repo.lane(["worktree", "prune"]).ok();
        assert!(!lane.path().exists(), "{step}");
        for (name, _) in rescued(&repo) {
            assert_eq!(at(&repo, &name, "src/b.rs"), "uncommitted\n", "{step}");
        }
    }
}

#[test]
fn what_was_set_aside_by_a_killed_prune_is_left_where_its_place_is_taken() {
    let sandbox = sandbox();
    let (repo, _) = lane(&sandbox);
    land(&repo);
    repo.env(FAILPOINT_VAR, "worktree-aside")
        .lane(["worktree", "prune"])
        .fails();
    repo.write(".worktrees/T-1/notes", "a person's\n");
    repo.lane(["worktree", "list"])
        .ok()
        .says("something else is in its place now: it stays there, with all that it holds");
    assert_eq!(repo.read(".worktrees/T-1/notes"), "a person's\n");
    assert!(repo.has(".worktrees/T-1.lane-going/src/a.rs"));
    // What is in a lane's worktree is kept like all else.
    repo.lane(["worktree", "prune"]).ok();
    let kept = rescued(&repo);
    assert_eq!(at(&repo, &kept[0].0, "notes"), "a person's\n");
    assert!(repo.has(".worktrees/T-1.lane-going/src/a.rs"));
}

#[test]
fn what_changes_while_it_is_looked_at_again_stays_with_its_folder() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    // A filter of the user's, called whenever the files are kept: the second time it writes another file.
    let clean =
        "sh -c 'echo x >>\"$HOME/calls\"; test $(wc -l <\"$HOME/calls\") -lt 2 || echo late >late; cat'";
    repo.git(["config", "filter.late.clean", clean]).ok();
    lane.write(".gitattributes", "*.late filter=late\n");
    lane.write("a.late", "text\n");
    let refused = repo.lane(["worktree", "prune"]).code(3);
    refused
        .says("worktree-busy")
        .says("something changed in it just now");
    for file in ["a.late", "late", "src/a.rs"] {
        assert!(lane.has(file), "{file}");
    }
    assert!(!repo.has(".worktrees/T-1.lane-going"));
    repo.git(["config", "--unset", "filter.late.clean"]).ok();
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    let kept = rescued(&repo);
    let last = &kept.last().expect("a ref").0;
    assert_eq!(at(&repo, last, "late"), "late\n");
}

#[test]
fn one_that_cannot_be_removed_does_not_end_the_whole_prune() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    repo.task("T-2", "docs/**");
    let second = repo.start("T-2");
    repo.lane(["release", "T-2", "--why", "x"]).ok();
    repo.git(["config", "filter.bad.clean", "false"]).ok();
    repo.git(["config", "filter.bad.required", "true"]).ok();
    lane.write(".gitattributes", "*.bad filter=bad\n");
    lane.write("a.bad", "text\n");
    let seen = repo.lane(["worktree", "prune"]).fails();
    let seen = seen.says(&format!("{} stays", lane.path().display()));
    seen.prints(&format!("removed {}", second.path().display()));
    assert!(lane.has("a.bad") && !second.path().exists());
    assert!(!repo.has(".worktrees/T-1.lane-going"));
}

#[test]
fn a_worktree_whose_folder_is_gone_is_forgotten_once_what_its_git_dir_holds_is_kept() {
    for named in [false, true] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        land(&repo);
        lane.git(["switch", "--quiet", "--detach"]).ok();
        around(&lane, &["commit", "--quiet", "--allow-empty", "-m", "aside"]).ok();
        let aside = lane.rev("HEAD");
        lane.write("src/b.rs", "staged\n");
        lane.git(["add", "src/b.rs"]).ok();
        std::fs::remove_dir_all(lane.path()).expect("the worktree");
        let listed = repo.lane(["worktree", "list", "--json"]).ok().json()[1].clone();
        assert_eq!(
            (&listed["gone"], &listed["prune"]),
            (&true.into(), &"rescues".into())
        );
        let mut args = vec!["worktree", "prune"];
        args.extend(named.then_some(".worktrees/T-1"));
        repo.lane(args)
            .ok()
            .prints("removed ")
            .prints("deleted branch T-1");
        let kept = rescued(&repo);
        assert_eq!(at(&repo, &kept[0].1, "src/b.rs"), "staged\n");
        assert_eq!(repo.rev(&format!("{}~1", kept[0].1)), aside);
        let known = repo.git(["worktree", "list"]).ok();
        assert!(!known.stdout.contains("T-1"), "{known}");
    }
}

#[test]
fn start_and_resume_of_a_lane_whose_folder_is_gone_keep_what_was_staged() {
    for verb in ["start", "resume"] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        lane.write("src/b.rs", "staged\n");
        lane.git(["add", "src/b.rs"]).ok();
        std::fs::remove_dir_all(lane.path()).expect("the worktree");
        repo.lane([verb, "T-1"]).ok().says("is gone");
        let kept = rescued(&repo);
        assert_eq!(at(&repo, &kept[0].1, "src/b.rs"), "staged\n", "{verb}");
        assert_eq!(lane.read("src/a.rs"), "mine\n", "{verb}");
    }
}

/// As a `git worktree add` leaves it that was killed in the middle.
fn half_made(repo: &Place<'_>, name: &str) {
    let admin = repo.at(format!(".git/worktrees/{name}"));
    admin.write("locked", "initializing");
    for gone in ["index", "lane/binding.toml"] {
        let _ = std::fs::remove_file(admin.path().join(gone));
    }
}

#[test]
fn a_worktree_that_a_killed_start_left_half_made_goes_with_the_next_command_of_anybody() {
    for (line, comes) in [
        ("true", ["start", "T-2"].as_slice()),
        ("rm -r .worktrees/T-1", &["worktree", "prune"]),
        ("rm .worktrees/T-1/.git", &["worktree", "list"]),
    ] {
        let sandbox = sandbox();
        let (repo, lane) = lane(&sandbox);
        repo.task("T-2", "docs/**");
        half_made(&repo, "T-1");
        let note = format!("making\0{}", lane.path().display());
        repo.write(".git/lane/half-done/T-1", note);
        // A person's own, that git makes at this very moment, and one that only looks like ours.
        repo.git(["worktree", "add", "--quiet", "--detach", "../own"])
            .ok();
        half_made(&repo, "own");
        repo.sh(line).ok();
        repo.agent("agent-b")
            .lane(comes)
            .says("was cut off while it was made");
        assert!(!lane.path().exists() && !repo.has(".git/worktrees/T-1"), "{line}");
        assert!(repo.has("../own/README.md") && repo.has(".git/worktrees/own"));
        repo.lane(["start", "T-1"]).ok();
        lane.commit("src/c.rs", "c\n", "more").ok();
    }
}
