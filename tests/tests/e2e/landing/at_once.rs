//! Two landers in two clones: both land, one after the other, and nothing lands twice.

use std::process::Stdio;

use lane_testkit::Place;
use lane_testkit::Sandbox;

use super::phase;
use super::queued;
use super::team;
use super::there;
use crate::sandbox;

/// Another clone with the state.
fn another<'s>(sandbox: &'s Sandbox) -> Place<'s> {
    let url = sandbox.path().join("origin.git").display().to_string();
    sandbox
        .at(".")
        .git(["clone", "--quiet", "--branch", "main", &url, "another"])
        .ok();
    let another = sandbox.at("another");
    another.lane(["init"]).ok();
    another
}

fn landing(place: &Place<'_>, id: Option<&str>) -> std::process::Child {
    let mut lander = place.command("git");
    lander
        .args(["lane", "land"])
        .args(id)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    lander.spawn().expect("a lander")
}

#[test]
fn landers_in_two_clones_land_each_its_own() {
    for merge in ["no-ff", "ff"] {
        let sandbox = sandbox();
        let policy = format!("[landing]\nmerge = \"{merge}\"\n");
        let repo = team(&sandbox, &policy, "[check.all]\nrung = 1\nrun = [\"true\"]\n");
        queued(
            &repo,
            &[
                ("T-1", "agent-a", "src/**", "src/one", "one\n"),
                ("T-2", "agent-b", "docs/**", "docs/two", "two\n"),
            ],
        );
        let another = another(&sandbox);
        let before = there(&repo);
        let both = [
            landing(&repo.agent("agent-i"), Some("T-1")),
            landing(&another.agent("agent-j"), Some("T-2")),
        ];
        for child in both {
            let ended = child.wait_with_output().expect("an end");
            let said = String::from_utf8_lossy(&ended.stderr);
            assert!(ended.status.success(), "{merge}: {said}");
        }
        repo.lane(["sync"]).ok();
        repo.git(["fetch", "--quiet", "origin"]).ok();
        let range = format!("{before}..{}", there(&repo));
        let landed = repo.git(["log", "--first-parent", "--format=%s", &range]).ok();
        assert_eq!(landed.text().lines().count(), 2, "{merge}: {landed}");
        for id in ["T-1", "T-2"] {
            assert_eq!(phase(&repo, id), "done", "{merge}");
        }
        repo.lane(["verify", "--full"]).ok();
    }
}

#[test]
fn landers_of_the_same_task_land_it_once() {
    let sandbox = sandbox();
    let repo = team(&sandbox, "", "[check.all]\nrung = 1\nrun = [\"true\"]\n");
    queued(&repo, &[("T-1", "agent-a", "src/**", "src/one", "one\n")]);
    let another = another(&sandbox);
    let before = there(&repo);
    let both = [
        landing(&repo.agent("agent-i"), None),
        landing(&another.agent("agent-j"), None),
    ];
    let ended = both.map(|child| child.wait_with_output().expect("an end"));
    let taken = ended.iter().filter(|one| one.status.success()).count();
    let said: Vec<_> = ended
        .iter()
        .map(|one| String::from_utf8_lossy(&one.stderr))
        .collect();
    assert!(taken >= 1, "{said:#?}");
    repo.lane(["sync"]).ok();
    repo.git(["fetch", "--quiet", "origin"]).ok();
    let range = format!("{before}..{}", there(&repo));
    let landed = repo.git(["log", "--first-parent", "--format=%s", &range]).ok();
    assert_eq!(landed.text().lines().count(), 1, "{landed} {said:#?}");
    assert_eq!(phase(&repo, "T-1"), "done");
}
