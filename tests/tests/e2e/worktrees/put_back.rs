//! A folder that git forgot as a worktree while it was elsewhere, and that was put back: said, and had again with its files.

use super::lane;
use crate::sandbox;

#[test]
fn a_folder_that_was_put_back_after_git_forgot_it_is_named_and_its_files_are_had_again() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    lane.write("src/b.rs", "mine\n");
    lane.write("new/file", "new\n");
    repo.write(".worktrees/T-1.aside/x", "somebody's\n");
    repo.sh("mv .worktrees/T-1 ../away && git worktree prune && mv ../away .worktrees/T-1")
        .ok();
    // In it there is no repository, and it is said of which it was one.
    let inside = lane.at("src").lane(["status"]).code(6);
    let inside = inside.says("git has forgotten it").does_not_say("git init");
    assert!(lane.at("src").sh(&inside.hints()[0]).code == 0, "{inside}");
    let listed = repo.lane(["worktree", "list"]).ok();
    let listed = listed.says("T-1 is no worktree any more");
    assert_eq!(listed.stderr.matches("no worktree").count(), 1, "{listed}");
    let no = repo.sh(&listed.hints()[0]).code(2);
    let no = no.says("what was only staged is not");
    for words in [["resume", "T-1", "--json"], ["worktree", "rebuild", "T-1"]] {
        assert_eq!(repo.lane(words).code(2).hints(), no.hints());
    }
    repo.sh(&no.hints()[0]).ok();
    assert_eq!(lane.git(["branch", "--show-current"]).ok().text(), "T-1");
    assert_eq!(
        (lane.read("src/b.rs"), lane.read("new/file")),
        ("mine\n".to_owned(), "new\n".to_owned())
    );
    lane.commit("src/b.rs", "more\n", "going on").ok();
    assert!(repo.has(".worktrees/T-1.aside/x") && repo.has(".worktrees/T-1.aside-2/src/b.rs"));
    assert_eq!(repo.lane(["resume", "T-1"]).ok().hints().len(), 1);
}

#[test]
fn what_was_never_a_worktree_is_only_in_the_way() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    repo.sh("git worktree remove --force .worktrees/T-1").ok();
    lane.write("x", "somebody's\n");
    lane.write(".git", "gitdir: /no/such/worktrees/T-1\n");
    let no = repo.lane(["start", "T-1"]).code(2).says("is in the way");
    repo.sh(&no.hints()[0]).ok();
    repo.lane(["start", "T-1"]).ok();
    assert!(lane.has("src/a.rs") && repo.has(".worktrees/T-1.aside/x"));
}
