//! What a task had to fulfil is rewritten after it was claimed: whoever judges the work is told.

use lane_testkit::Place;

use crate::ci::checkout;
use crate::ci::shared;
use crate::sandbox;

/// T-1 with a criterion that asks for something.
fn asked<'s>(repo: &Place<'s>) -> Place<'s> {
    let add = ["task", "add", "x", "--id", "T-1", "--scope", "src/**"];
    let asks = ["--accept", "it is mended", "--check", "grep -q mended src/a.rs"];
    repo.lane(add.iter().chain(&asks)).ok();
    repo.agent("agent-a").start("T-1")
}

fn weaken(place: &Place<'_>) {
    let edit = [
        "task",
        "edit",
        "T-1",
        "--accept",
        "it is there",
        "--check",
        "true",
    ];
    place.lane(edit).ok();
}

const WAS: &str = "a1 was \"it is mended\" by grep -q mended src/a.rs";

#[test]
fn the_handoff_and_the_story_say_who_changed_it_when_and_what_it_was() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let lane = asked(&repo);
    sandbox.advance(60);
    weaken(&lane);
    lane.commit("src/a.rs", "new\n", "new").ok();
    let handed = lane.lane(["handoff"]).ok();
    handed
        .says("advice: acceptance-changed: the acceptance of T-1 is not what it was")
        .says(WAS)
        .prints("Acceptance after the claim: changed by agent-a at 2026-11-21T08:01:00Z")
        .prints(WAS);
    repo.lane(["show", "T-1"])
        .ok()
        .prints("after the claim changed by agent-a at 2026-11-21T08:01:00Z")
        .prints(WAS);
    let json = repo.lane(["show", "T-1", "--json"]).ok().json();
    let changed = &json["acceptance_changed"];
    assert_eq!(changed["edits"][0]["by"], "agent-a", "{changed}");
    assert_eq!(changed["was"]["a1"]["text"], "it is mended", "{changed}");
    // Done and archived, it is told all the same.
    repo.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    repo.lane(["done", "T-1"]).ok();
    repo.lane(["show", "T-1"]).ok().prints(WAS);
}

#[test]
fn to_release_edit_and_claim_again_hides_nothing() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let lane = asked(&repo);
    let agent = repo.agent("agent-a");
    agent.lane(["release", "T-1", "--why", "a break"]).ok();
    weaken(&agent);
    agent.lane(["start", "T-1"]).ok();
    lane.commit("src/a.rs", "new\n", "new").ok();
    lane.lane(["handoff"]).ok().says("acceptance-changed").says(WAS);
}

#[test]
fn what_is_added_is_shown_and_advises_nothing_and_what_is_put_back_is_as_it_was() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let lane = asked(&repo);
    let add = ["task", "edit", "T-1", "--add-accept", "more", "--check", "true"];
    lane.lane(add).ok();
    repo.lane(["show", "T-1"]).ok().prints("a2 is new");
    lane.commit("src/a.rs", "mended\n", "new").ok();
    lane.lane(["handoff"])
        .ok()
        .does_not_say("acceptance-changed")
        .prints("- a2 is new");
    weaken(&repo);
    let back = ["task", "edit", "T-1", "--accept", "it is mended", "--check"];
    repo.lane(back.iter().chain(&["grep -q mended src/a.rs"])).ok();
    let shown = repo.lane(["show", "T-1"]).ok();
    assert!(!shown.stdout.contains("after the claim"), "{shown}");
}

#[test]
fn an_edit_before_the_first_claim_is_what_was_asked() {
    let sandbox = sandbox();
    let repo = sandbox.lanes("r");
    let add = ["task", "add", "x", "--id", "T-1", "--scope", "src/**"];
    repo.lane(add.iter().chain(&["--accept", "y", "--check", "false"]))
        .ok();
    weaken(&repo);
    let lane = repo.agent("agent-a").start("T-1");
    lane.commit("src/a.rs", "new\n", "new").ok();
    lane.lane(["handoff"]).ok().does_not_say("acceptance-changed");
}

#[test]
fn ci_says_it_and_refuses_it_where_the_policy_says_so() {
    for (policy, code, said) in [
        ("", 0, "advice: acceptance-changed: "),
        (
            "[rule.acceptance-changed]\nlevel = \"refuse\"\n",
            1,
            "error: acceptance-changed: ",
        ),
    ] {
        let sandbox = sandbox();
        let (repo, other) = shared(&sandbox, policy);
        other.lane(["release", "T-1", "--why", "another day"]).ok();
        let add = ["task", "add", "x", "--id", "T-2", "--scope", "docs/**"];
        repo.lane(
            add.iter()
                .chain(&["--accept", "it is mended", "--check", "false"]),
        )
        .ok();
        let lane = repo.agent("agent-a").start("T-2");
        lane.commit("docs/a.md", "x\n", "docs").ok();
        let edit = ["task", "edit", "T-2", "--accept", "y", "--check", "true"];
        lane.lane(edit).ok();
        lane.git(["push", "--quiet", "origin", "HEAD:refs/heads/T-2"])
            .ok();
        repo.lane(["sync"]).ok();
        let ci = checkout(&sandbox, "T-2");
        let judged = ci.lane(["gate", "--ci", "--base", "main", "--branch", "T-2"]);
        assert_eq!(judged.code, code, "{judged}");
        judged.says(said).says("a1 was \"it is mended\" by false");
    }
}
