//! The commit that was handed off is the one that lands: an author who goes on meanwhile wins.

use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::following::around;
use crate::sandbox;

#[test]
fn commits_after_the_handoff_void_it_and_nothing_lands() {
    for pushed in [false, true] {
        let sandbox = sandbox();
        let repo = team(&sandbox, "", "");
        let lanes = queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
        lanes[0].write("src/more", "more\n");
        lanes[0].git(["add", "--all"]).ok();
        around(&lanes[0], &["commit", "--quiet", "-m", "more\n\nLane-Task: T-1"]).ok();
        if pushed {
            around(&lanes[0], &["push", "--quiet", "origin", "T-1"]).ok();
        }
        let before = there(&repo);
        repo.agent("agent-i")
            .lane(["land", "T-1"])
            .code(3)
            .says("error: verdict-moved: the verdicts on T-1 are void");
        assert_eq!((phase(&repo, "T-1").as_str(), there(&repo)), ("queued", before));
    }
}

#[test]
fn who_takes_it_back_has_it() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "");
    let lanes = queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    lanes[0].lane(["resume"]).ok();
    let before = there(&repo);
    repo.agent("agent-i")
        .lane(["land", "T-1"])
        .code(3)
        .says("error: not-in-phase");
    assert_eq!(there(&repo), before);
}

#[test]
fn who_takes_it_back_while_it_is_checked_has_it() {
    let sandbox = sandbox();
    let home = sandbox.path().display().to_string();
    let gates = format!("[check.slow]\nrung = 1\nrun = [\"sh\", \"{home}/meanwhile\"]\nlevel = \"wave\"\n");
    let repo = team(&sandbox, "", &gates);
    let lanes = queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let lane = lanes[0].path().display().to_string();
    sandbox.at(".").write(
        "meanwhile",
        format!("cd {lane} && GIT_LANE_AGENT=agent-a git lane resume >&2\n"),
    );
    let before = there(&repo);
    repo.agent("agent-i").lane(["land", "T-1"]).code(3);
    assert_eq!(
        (phase(&repo, "T-1").as_str(), there(&repo)),
        ("in-progress", before)
    );
}
