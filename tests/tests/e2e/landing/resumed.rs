//! Who resumes a lane that has landed meanwhile is told so, and nothing is made of it again.

use super::queued;
use super::team;
use crate::clones::another;
use crate::sandbox;

#[test]
fn who_resumes_what_landed_from_another_clone_meanwhile_is_told_and_nothing_is_made_again() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let lane = &queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")])[0];
    another(&sandbox, "b").agent("agent-i").lane(["land", "T-1"]).ok();
    // This clone does not know it yet, and its holder's worktree is there.
    let no = lane.lane(["resume"]).code(3);
    let no = no.says("T-1 has landed on main (").says("is being cleaned up");
    assert_eq!(
        (no.hints(), no.stdout.as_str()),
        (vec!["git lane next".to_owned()], ""),
        "{no}"
    );
    repo.task("T-2", "docs/**");
    repo.sh(&no.hints()[0]).ok().prints("T-2");
    lane.lane(["resume"]).code(3).says("has landed on main");
    let here = repo.agent("agent-a");
    repo.git(["worktree", "remove", ".worktrees/T-1"]).ok();
    here.lane(["resume", "T-1"])
        .code(3)
        .says("it has no worktree here any more");
    assert!(!repo.has(".worktrees/T-1"));
}

#[test]
fn a_worktree_that_went_is_not_made_again_and_what_it_held_is_named() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let lane = &queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")])[0];
    repo.git(["worktree", "remove", ".worktrees/T-1"]).ok();
    another(&sandbox, "b").agent("agent-i").lane(["land", "T-1"]).ok();
    repo.agent("agent-a")
        .lane(["resume", "T-1"])
        .code(3)
        .says("has landed on main");
    assert!(!lane.path().exists());
    repo.task("T-2", "docs/**");
    let two = repo.agent("agent-a").start("T-2");
    two.commit("docs/x", "x\n", "work").ok();
    two.lane(["handoff"]).ok();
    two.write("docs/after", "after the handoff\n");
    repo.agent("agent-i").lane(["land", "T-2"]).ok();
    let no = repo.agent("agent-a").lane(["resume", "T-2"]).code(3);
    let no = no.says("what was kept of it is in refs/rescue/T-2/");
    assert_eq!(no.hints(), ["git lane next", "git lane worktree list --rescued"]);
    repo.sh(&no.hints()[1]).ok().prints("1 file");
    repo.task("T-3", "docs/**");
    repo.person()
        .lane(["--role", "orchestrator", "abandon", "T-3", "--why", "x"])
        .ok();
    repo.agent("agent-a")
        .lane(["resume", "T-3"])
        .code(3)
        .says("T-3 is abandoned and archived");
}
