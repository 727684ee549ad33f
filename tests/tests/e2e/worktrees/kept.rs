//! What a commit can hold is kept under a ref that the output names, and then the worktree goes.

use super::at;
use super::land;
use super::lane;
use super::rescued;
use crate::following::around;
use crate::sandbox;

#[test]
fn a_lane_that_landed_and_is_clean_goes_with_its_branch_and_one_that_is_held_stays() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("target/debug/x", "built");
    repo.lane(["worktree", "prune"])
        .ok()
        .says("no worktree is left over");
    assert!(lane.has("src/a.rs"), "somebody holds it");
    land(&repo);
    let would = repo.lane(["worktree", "prune", "--dry-run"]).ok();
    would.prints("would remove ");
    assert!(lane.has("src/a.rs"), "a dry run removes nothing");
    let seen = repo.lane(["worktree", "prune"]).ok();
    let path = lane.path().display();
    let seen = seen
        .prints(&format!("removed {path}"))
        .prints("deleted branch T-1");
    assert!(!lane.path().exists() && rescued(&repo).is_empty(), "{seen}");
    repo.git(["rev-parse", "--verify", "--quiet", "T-1"]).code(1);
    repo.lane(["worktree", "prune"])
        .ok()
        .says("no worktree is left over");
}

#[test]
fn what_is_kept_a_second_time_is_kept_also_where_objects_are_synced() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    // Tests go without; people do not.
    repo.git(["config", "lane.fsync", "true"]).ok();
    for text in ["one\n", "two\n", "three\n"] {
        lane.write("new", text);
        repo.lane(["release", "T-1", "--why", "enough"]).ok();
        repo.lane(["worktree", "prune"]).ok().prints("removed ");
        repo.lane(["start", "T-1"]).ok();
    }
    assert_eq!(rescued(&repo).len(), 3);
}

#[test]
fn files_staged_changed_and_untracked_are_one_rescue_and_the_users_stash_stays() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    lane.write("src/b.rs", "stashed\n");
    lane.git(["stash", "--quiet"]).ok();
    let stash = repo.rev("refs/stash");
    lane.write("src/b.rs", "staged\n");
    lane.git(["add", "src/b.rs"]).ok();
    lane.write("src/b.rs", "after\n");
    lane.write("new/untracked file", "untracked\n");
    lane.git(["update-index", "--assume-unchanged", "README.md"]).ok();
    lane.write("README.md", "passed over\n");
    let landed = repo.rev("T-1");
    let seen = repo.lane(["worktree", "prune"]).ok();
    let all = rescued(&repo);
    let [(name, tip)] = all.as_slice() else {
        panic!("{all:?}\n{seen}");
    };
    assert!(name.starts_with("refs/rescue/T-1/2026"), "{name}");
    let seen = seen.says(name).prints("removed ").prints("deleted branch T-1");
    for (revision, path, text) in [
        (tip.clone(), "src/b.rs", "after\n"),
        (tip.clone(), "new/untracked file", "untracked\n"),
        (tip.clone(), "README.md", "passed over\n"),
        (format!("{tip}~1"), "src/b.rs", "staged\n"),
    ] {
        assert_eq!(at(&repo, &revision, path), text, "{seen}");
    }
    assert_eq!(
        (repo.rev(&format!("{tip}~2")), repo.rev("refs/stash")),
        (landed, stash)
    );
}

#[test]
fn unpushed_commits_of_a_lane_that_was_abandoned_are_kept_and_its_branch_goes() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    let tip = lane.rev("HEAD");
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.person()
        .lane(["--role", "orchestrator", "abandon", "T-1", "--why", "x"])
        .ok();
    let seen = repo.lane(["worktree", "prune"]).ok().prints("deleted branch T-1");
    let all = rescued(&repo);
    assert_eq!(all.len(), 1, "{all:?}");
    assert_eq!(all[0].1, tip);
    seen.says(&all[0].0).says("commits that nobody else has");
    // Once kept, they are not kept again.
    repo.git(["worktree", "add", "--quiet", ".worktrees/T-1", "-b", "T-1", &tip])
        .ok();
    repo.lane(["worktree", "prune"]).ok().prints("deleted branch T-1");
    assert_eq!(rescued(&repo), all);
}

#[test]
fn a_lane_that_nobody_holds_loses_its_worktree_and_keeps_its_branch() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/b.rs", "half done\n");
    let tip = lane.rev("HEAD");
    repo.lane(["release", "T-1", "--why", "x"]).ok();
    repo.lane(["worktree", "prune"]).ok().prints("removed ");
    let all = rescued(&repo);
    assert_eq!(
        (repo.rev("T-1"), repo.rev(&format!("{}~1", all[0].1))),
        (tip.clone(), tip)
    );
    assert_eq!(at(&repo, &all[0].0, "src/b.rs"), "half done\n");
    let again = repo.start("T-1");
    assert_eq!(again.read("src/a.rs"), "mine\n");
}

#[test]
fn commits_at_a_detached_head_are_kept_beside_the_branch() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    land(&repo);
    lane.git(["switch", "--quiet", "--detach"]).ok();
    around(&lane, &["commit", "--quiet", "--allow-empty", "-m", "aside"]).ok();
    let aside = lane.rev("HEAD");
    repo.lane(["worktree", "prune"]).ok().prints("deleted branch T-1");
    assert_eq!(
        rescued(&repo).iter().map(|(_, tip)| tip).collect::<Vec<_>>(),
        [&aside]
    );
}
