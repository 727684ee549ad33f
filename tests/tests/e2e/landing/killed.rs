//! A landing that is killed at any step, and two at once: the branch is old or new, and the next one goes on.

use std::process::Stdio;

use super::phase;
use super::queued;
use super::swept;
use super::team;
use super::there;
use crate::sandbox;

const STEPS: [&str; 5] = [
    "landing-pinned",
    "landing-built",
    "landing-checked",
    "pushing",
    "tracked",
];

#[test]
fn killed_at_any_step_main_is_old_or_new_and_the_next_landing_goes_on() {
    for step in STEPS {
        let sandbox = sandbox();
        let repo = team(&sandbox, "", "[check.all]\nrung = 1\nrun = [\"true\"]\n");
        queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
        let before = there(&repo);
        let lander = repo.agent("agent-i");
        let killed = lander.env("GIT_LANE_TEST_FAILPOINT", step).lane(["land", "T-1"]);
        assert_ne!(killed.code, 0, "{step}: {killed}");
        let now = there(&repo);
        if now == before {
            lander.lane(["land", "T-1"]).ok().says("landed T-1");
        } else {
            lander.lane(["sync"]).ok();
        }
        let parents = repo.git(["log", "-1", "--format=%P", &there(&repo)]).ok();
        assert!(parents.text().starts_with(&before), "{step}: {parents}");
        repo.lane(["show", "T-1"]).ok().prints("done");
        repo.lane(["verify", "--full"]).ok();
        // What the killed one left is swept by the next.
        if now == before {
            swept(&repo);
        }
    }
}

#[test]
fn two_landers_at_once_land_both_and_nothing_twice() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "[check.all]\nrung = 1\nrun = [\"true\"]\n");
    queued(
        &repo,
        &[
            ("T-1", "agent-a", "src/**", "src/one", "one\n"),
            ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
        ],
    );
    let before = there(&repo);
    let children = [("T-1", "agent-i"), ("T-2", "agent-j")].map(|(id, agent)| {
        let mut lander = repo.agent(agent).command("git");
        lander
            .args(["lane", "land", id])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        lander.spawn().expect("a lander")
    });
    for child in children {
        let ended = child.wait_with_output().expect("an end");
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    }
    let range = format!("{before}..{}", there(&repo));
    let landed = repo.git(["log", "--first-parent", "--format=%s", &range]).ok();
    assert_eq!(landed.text().lines().count(), 2, "{landed}");
    for id in ["T-1", "T-2"] {
        assert_ne!(phase(&repo, id), "queued");
    }
    repo.lane(["verify", "--full"]).ok();
}
