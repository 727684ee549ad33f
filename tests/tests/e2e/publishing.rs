//! What the team must agree on is on the remote when the command returns; the rest goes with the next push.

use lane_testkit::Place;

use crate::clones::SEEN;
use crate::clones::another;
use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::sentences;
use crate::clones::tip;
use crate::clones::two;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

/// After this long without a sign of life, a lease is over for everybody.
const OVER: i64 = 2 * 3600 + 61;

#[test]
fn what_all_must_know_is_on_the_remote_when_the_command_returns() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let remote = origin(&sandbox);
    let is_there = |place: &Place<'_>, args: &[&str], begins: &str| {
        let done = place.lane(args).ok();
        let newest = sentences(&remote, STATE).remove(0);
        assert!(newest.starts_with(begins), "{newest:?}\n{done}");
        for name in [STATE, SEEN] {
            assert_eq!(tip(place, name), tip(&remote, STATE), "{name}\n{done}");
        }
        done.text().to_owned()
    };
    let add = ["task", "add", "work", "--id", "T-1", "--scope", "src/**"];
    is_there(&a, &add, "add T-1");
    is_there(&b, &["task", "edit", "T-1", "--title", "other"], "edit T-1");
    is_there(&a, &["claim", "T-1"], "claim T-1 by agent-a");
    is_there(&a, &["block", "T-1", "--why", "x"], "block T-1");
    is_there(&a, &["unblock", "T-1"], "unblock T-1");
    is_there(&a, &["release", "T-1", "--why", "x"], "release T-1");
    is_there(
        &b.person(),
        &["override", "docs/guide.md", "--why", "x"],
        "override",
    );
    let lock = is_there(&b, &["lock", "docs/**", "--objective", "x"], "lock L-");
    sandbox.advance(60);
    is_there(&b, &["renew", &lock], "renew L-");
    sandbox.advance(OVER);
    is_there(&a, &["reclaim", &lock, "--note", "x"], "reclaim L-");
    let lock = is_there(&a, &["lock", "docs/**", "--objective", "x"], "lock L-");
    is_there(&a, &["unlock", &lock], "unlock L-");
    is_there(&b, &["claim", "T-1"], "claim T-1 by agent-b");
    let lane = b.start("T-1");
    lane.commit("src/a.rs", "new\n", "new").ok();
    b.git(["merge", "--quiet", "T-1"]).ok();
    around(&b, &["push", "--quiet", "origin", "main"]).ok();
    is_there(&b, &["done", "T-1"], "done T-1");
    converge(&[&a, &b], &sandbox);
}

#[test]
fn notes_checkpoints_and_checks_go_with_the_next_push() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    let lane = a.start("T-1");
    let before = tip(&origin(&sandbox), STATE);
    a.lane(["note", "T-1", "a word"]).ok();
    lane.lane(["checkpoint", "--done", "x"]).ok();
    assert_eq!(tip(&origin(&sandbox), STATE), before);
    a.task("T-2", "docs/**");
    let there = sentences(&origin(&sandbox), STATE).join("\n");
    for wanted in ["note on T-1", "checkpoint CP-01 of T-1", "add T-2"] {
        assert!(there.contains(wanted), "{wanted}: {there}");
    }
    lane.lane(["note", "T-1", "another"]).ok();
    a.lane(["sync"]).ok().prints("1 event published");
    b.lane(["sync"]).ok().prints("events received");
    converge(&[&a, &b], &sandbox);
}

#[test]
fn nothing_is_published_before_the_policy_is_on_the_remotes_integration_branch() {
    let sandbox = sandbox();
    let a = sandbox.lanes("a");
    sandbox
        .at(".")
        .git(["init", "--quiet", "--bare", "origin.git"])
        .ok();
    a.git(["remote", "add", "origin", &crate::clones::url(&sandbox)])
        .ok();
    // The remote has the branch, and the policy is committed here alone.
    around(&a, &["push", "--quiet", "origin", "HEAD~1:refs/heads/main"]).ok();
    a.git(["fetch", "--quiet", "origin"]).ok();
    a.task("T-1", "src/**");
    a.agent("agent-a").lane(["claim", "T-1"]).ok();
    assert_eq!(tip(&origin(&sandbox), STATE), "");
    let refused = a.lane(["sync"]).code(6).says("not on origin's main");
    follow(&a, &refused, "git push").ok();
    a.lane(["sync"]).ok().does_not_say("warning");
    assert_eq!(tip(&origin(&sandbox), STATE), tip(&a, STATE));
    assert_eq!(sentences(&origin(&sandbox), STATE)[0], "claim T-1 by agent-a");
}

#[test]
fn a_lost_race_names_the_winner_and_what_is_free_elsewhere_is_granted() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    a.task("T-2", "docs/**");
    a.lane(["claim", "T-1"]).ok();
    // This clone knows nothing of all that.
    let refused = b.lane(["claim", "T-1"]).code(3);
    refused.says("already-claimed").says("agent-a");
    a.lane(["claim", "T-2"]).ok();
    b.lane(["claim", "T-2"])
        .code(3)
        .says("already-claimed")
        .says("agent-a");
    a.lane(["release", "T-2", "--why", "x"]).ok();
    b.lane(["claim", "T-2"]).ok();
    // Two that are in nobody's way: the second is decided again, and says so.
    a.task("T-3", "web/**");
    b.task("T-4", "api/**").says("others were faster on origin once");
    a.lane(["lock", "docs/**", "--objective", "x"])
        .code(3)
        .says("agent-b");
    converge(&[&a, &b], &sandbox);
}

#[test]
fn a_second_clone_joins_and_the_first_tip_is_not_begun_anew() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.task("T-1", "src/**");
    // Published by the command itself, with all that was only here.
    assert_eq!(tip(&origin(&sandbox), STATE), tip(&a, STATE));
    let b = another(&sandbox, "b");
    assert_eq!(tip(&b, STATE), tip(&a, STATE));
    b.lane(["task", "show", "T-1"]).ok();
    b.agent("agent-b").lane(["claim", "T-1"]).ok();
    a.lane(["claim", "T-1"]).code(3).says("agent-b");
}

#[test]
fn two_that_began_apart_from_one_policy_come_together() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    let b = another(&sandbox, "b").agent("agent-b");
    b.lane(["--offline", "task", "add", "b's", "--id", "T-b"]).ok();
    a.task("T-a", "src/**");
    b.lane(["sync"]).ok().does_not_say("not taken");
    converge(&[&a, &b], &sandbox);
    for id in ["T-a", "T-b"] {
        a.lane(["task", "show", id]).ok();
    }
}

#[test]
fn an_edit_of_a_contract_is_in_nobodys_way_who_claims_the_task() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "src/**");
    b.lane(["sync"]).ok();
    a.lane(["claim", "T-1"]).ok();
    b.lane(["task", "edit", "T-1", "--title", "by b"]).ok();
    a.lane(["task", "edit", "T-1", "--title", "by a"])
        .code(3)
        .says("T-1 changed while it was edited");
    converge(&[&a, &b], &sandbox);
    let shown = a.lane(["task", "show", "T-1"]).ok();
    shown.prints("by b").prints("agent-a");
}

#[test]
fn a_start_says_what_landed_elsewhere_and_was_not_fetched_and_the_hint_brings_it() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let add = ["task", "add", "work", "--id", "T-1", "--scope", "src/**"];
    a.lane(add).ok();
    let add = [
        "task",
        "add",
        "more",
        "--id",
        "T-2",
        "--scope",
        "docs/**",
        "--depends-on",
        "T-1",
    ];
    a.lane(add).ok();
    let lane = a.start("T-1");
    lane.commit("src/new.rs", "new\n", "new").ok();
    a.git(["merge", "--quiet", "--no-ff", "--no-edit", "T-1"]).ok();
    around(&a, &["push", "--quiet", "origin", "main"]).ok();
    a.lane(["done", "T-1"]).ok();
    let started = b
        .lane(["start", "T-2"])
        .ok()
        .says("T-1, which T-2 depends on, landed");
    let lane = b.at(started.text());
    assert!(!lane.path().join("src/new.rs").exists());
    follow(&lane, &started, "git fetch -- origin && git rebase origin/main").ok();
    assert!(lane.path().join("src/new.rs").exists());
    b.lane(["release", "T-2", "--why", "x"]).ok();
    let again = b.lane(["start", "T-2"]).ok();
    assert!(!again.stderr.contains("depends on"), "{again}");
}
