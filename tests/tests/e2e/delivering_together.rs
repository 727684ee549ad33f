//! A handoff pushes branch and state together: both arrive or neither does.

use std::fs;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::SEEN;
use crate::clones::converge;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::times;
use crate::clones::tip;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

const LANE: &str = "refs/heads/T-1";

/// Two clones, and a lane of the first with one commit.
fn worked(sandbox: &Sandbox) -> (Place<'_>, Place<'_>, Place<'_>) {
    let (a, b) = two(sandbox, "");
    a.task("T-1", "src/**");
    let lane = a.start("T-1");
    lane.commit("src/a.rs", "mine\n", "mine").ok();
    (a, b, lane)
}

/// What all sides have of the lane.
fn all(sandbox: &Sandbox, a: &Place<'_>) -> [String; 4] {
    let remote = origin(sandbox);
    [
        tip(&remote, STATE),
        tip(&remote, LANE),
        tip(a, STATE),
        tip(a, SEEN),
    ]
}

#[test]
fn branch_and_state_arrive_in_one_push() {
    let sandbox = sandbox();
    let (a, b, lane) = worked(&sandbox);
    let remote = origin(&sandbox);
    script(&remote, "hooks/post-receive", "cat >>pushed; echo end >>pushed");
    lane.lane(["handoff"])
        .ok()
        .says("branch T-1 and state are on origin");
    let pushed = remote.read("pushed");
    assert_eq!(pushed.matches("end").count(), 1, "{pushed}");
    assert_eq!(pushed.lines().count(), 3, "{pushed}");
    assert_eq!(tip(&remote, LANE), lane.rev("HEAD"));
    assert_eq!(times(&remote, "hand off T-1 by agent-a"), 1);
    // Who is told so finds the commits there.
    b.lane(["sync"]).ok();
    b.git(["fetch", "--quiet", "origin"]).ok();
    b.git(["cat-file", "-e", &lane.rev("HEAD")]).ok();
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_lost_race_for_the_state_is_decided_again_and_the_hooks_run_once() {
    let sandbox = sandbox();
    let (a, b, lane) = worked(&sandbox);
    // While the hooks run, somebody else publishes; and they run only once, however often the push does.
    let other = b.path().display().to_string();
    let count = a.path().join(".git/ran").display().to_string();
    let hook = format!(
        "cat >/dev/null; echo ran >>{count}; cd {other} && env -u GIT_DIR -u GIT_INDEX_FILE GIT_LANE_AGENT=agent-b git lane task add more >/dev/null 2>&1"
    );
    let moved = a.path().join(".git/hooks/pre-push");
    let ours = fs::read_to_string(&moved).expect("our hook");
    script(&a, ".git/hooks/pre-push", &hook);
    let done = lane.lane(["handoff"]).ok().says("others were faster");
    assert_eq!(a.read(".git/ran"), "ran\n", "{done}");
    fs::write(&moved, ours).expect("it is ours");
    let remote = origin(&sandbox);
    assert_eq!(times(&remote, "hand off T-1"), 1);
    assert_eq!(tip(&remote, LANE), lane.rev("HEAD"));
    converge(&[&a, &b], &sandbox);
}

#[test]
fn when_the_branch_is_not_taken_nothing_of_the_state_is() {
    let sandbox = sandbox();
    let (a, b, lane) = worked(&sandbox);
    let remote = origin(&sandbox);
    let before = all(&sandbox, &a);
    let refuse = format!("test $1 != {LANE} || {{ echo not here; exit 1; }}");
    script(&remote, "hooks/update", &refuse);
    lane.lane(["handoff"]).code(3).says("push-refused").says("T-1");
    assert_eq!(all(&sandbox, &a), before);
    fs::remove_file(remote.path().join("hooks/update")).expect("it is there");
    // Somebody else has put a commit there.
    b.git(["fetch", "--quiet", "origin"]).ok();
    b.git(["switch", "--quiet", "-c", "T-1", "origin/main"]).ok();
    around(
        &b,
        &[
            "commit",
            "--quiet",
            "--allow-empty",
            "-m",
            "theirs",
            "--trailer",
            "Lane-Task: T-1",
        ],
    )
    .ok();
    around(&b, &["push", "--quiet", "origin", "T-1"]).ok();
    let before = all(&sandbox, &a);
    let behind = lane.lane(["handoff"]).code(3).says("branch-behind");
    assert_eq!(all(&sandbox, &a), before);
    // The hint is followed, and what they did is taken in.
    follow(&lane, &behind, "git fetch").ok();
    lane.lane(["handoff"]).code(3).says("branch-behind");
    assert_eq!(all(&sandbox, &a), before);
    lane.git(["merge", "--quiet", "--no-edit", "origin/T-1"]).ok();
    lane.lane(["handoff"]).ok();
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_hook_of_this_clone_that_refuses_the_push_leaves_nothing() {
    let sandbox = sandbox();
    let (a, _, lane) = worked(&sandbox);
    let before = all(&sandbox, &a);
    lane.write("docs/guide.md", "stray\n");
    lane.git(["add", "--all"]).ok();
    around(
        &lane,
        &["commit", "--quiet", "-m", "stray", "--trailer", "Lane-Task: T-1"],
    )
    .ok();
    lane.lane(["handoff"]).code(1).says("outside-scope");
    assert_eq!(all(&sandbox, &a), before);
    lane.lane(["task", "show", "T-1"]).ok().prints("in-progress");
    lane.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    lane.lane(["handoff"]).ok();
}

#[test]
fn a_handoff_after_an_amend_replaces_the_lanes_own_commits_and_nobody_elses() {
    let sandbox = sandbox();
    let (a, b, lane) = worked(&sandbox);
    lane.lane(["handoff"]).ok();
    lane.lane(["resume"]).ok();
    lane.git(["commit", "--quiet", "--amend", "-m", "better"]).ok();
    lane.lane(["handoff"]).ok();
    assert_eq!(tip(&origin(&sandbox), LANE), lane.rev("HEAD"));
    lane.lane(["resume"]).ok();
    // A reviewer's commit on top, which this clone has fetched and never had.
    b.git(["fetch", "--quiet", "origin"]).ok();
    b.git(["switch", "--quiet", "-c", "T-1", "origin/T-1"]).ok();
    around(
        &b,
        &[
            "commit",
            "--quiet",
            "--allow-empty",
            "-m",
            "theirs",
            "--trailer",
            "Lane-Task: T-1",
        ],
    )
    .ok();
    around(&b, &["push", "--quiet", "origin", "T-1"]).ok();
    let theirs = b.rev("HEAD");
    for fetched in [false, true] {
        if fetched {
            lane.git(["fetch", "--quiet", "origin"]).ok();
        }
        lane.git(["commit", "--quiet", "--amend", "-m", &format!("best {fetched}")])
            .ok();
        lane.lane(["handoff"]).code(3).says("branch-behind");
        assert_eq!(tip(&origin(&sandbox), LANE), theirs);
    }
    converge(&[&a, &b], &sandbox);
}
