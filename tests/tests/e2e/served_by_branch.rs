//! Hosts that take branches only: the state is on one, the other clones find it, and it is guarded there too.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::clones::BRANCH;
use crate::clones::another;
use crate::clones::converge;
use crate::clones::first;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::tip;
use crate::following::around;
use crate::following::follow;
use crate::plumbing::STATE;
use crate::sandbox;

/// A server that refuses refs with this beginning.
fn refuses<'s>(sandbox: &'s Sandbox, pattern: &str) -> Place<'s> {
    let remote = origin(sandbox);
    let hook = format!("case $1 in {pattern}) echo 'branches only'; exit 1;; esac");
    script(&remote, "hooks/update", &hook);
    remote
}

/// Asserts that all have what the branch has.
#[track_caller]
fn together(clones: &[&Place<'_>], remote: &Place<'_>, refname: &str) {
    for place in clones.iter().chain(clones) {
        place.lane(["sync"]).ok();
    }
    for place in clones {
        assert_eq!(tip(place, STATE), tip(remote, refname));
    }
    clones[0].lane(["verify", "--full"]).ok();
}

#[test]
fn a_host_that_takes_branches_only_is_served_by_one_and_every_clone_finds_it() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    let remote = refuses(&sandbox, "refs/agents/*");
    // Joined before anybody has published.
    let early = another(&sandbox, "early").agent("agent-e");
    a.task("T-1", "src/**").says("takes branches only");
    assert_eq!(tip(&remote, STATE), "");
    assert_eq!(tip(&remote, BRANCH), tip(&a, STATE));
    let late = another(&sandbox, "late").agent("agent-l");
    late.lane(["claim", "T-1"])
        .ok()
        .does_not_say("takes branches only");
    early.lane(["claim", "T-1"]).code(3).says("agent-l");
    early.task("T-2", "docs/**").does_not_say("others were faster");
    let lane = a.start("T-2");
    lane.commit("docs/guide.md", "mine\n", "mine").ok();
    lane.lane(["handoff"]).ok();
    together(&[&a, &early, &late], &remote, BRANCH);
}

#[test]
fn the_policy_can_name_the_ref() {
    for name in ["refs/heads/state/of-agents", "refs/agents/team"] {
        let sandbox = sandbox();
        let a = first(&sandbox, &format!("[sync]\nref = \"{name}\"\n"));
        a.task("T-1", "src/**");
        let remote = origin(&sandbox);
        assert_eq!(tip(&remote, name), tip(&a, STATE));
        let b = another(&sandbox, "b").agent("agent-b");
        b.lane(["claim", "T-1"]).ok();
        for other in [STATE, BRANCH] {
            assert_eq!(tip(&remote, other), "");
        }
        together(&[&a, &b], &remote, name);
        guarded(&a, name);
    }
}

#[test]
fn a_host_that_takes_neither_says_what_leads_on() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    refuses(&sandbox, "refs/agents/*|refs/heads/agents/*");
    let before = tip(&a, STATE);
    let refused = a.lane(["task", "add", "x"]).code(6).says("remote-refuses");
    let refused = refused.says("branches only");
    assert_eq!(tip(&a, STATE), before);
    // Nothing is remembered of what was not taken, and another name is a matter of one line.
    a.git(["config", "lane.stateRef"]).code(1);
    let line = crate::following::hinted(&refused, "git config lane.stateRef");
    a.sh(&line.replace("NAME", "other")).ok();
    a.lane(["task", "add", "x"]).ok();
    assert_eq!(tip(&origin(&sandbox), "refs/heads/other"), tip(&a, STATE));
}

#[test]
fn a_host_that_takes_it_no_more_is_not_given_a_second_truth() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    a.lane(["sync"]).ok();
    let remote = refuses(&sandbox, "refs/agents/*");
    a.lane(["task", "add", "x"]).code(6).says("remote-refuses");
    assert_eq!(tip(&remote, BRANCH), "");
    converge_after(&a, &sandbox);
}

fn converge_after(a: &Place<'_>, sandbox: &Sandbox) {
    std::fs::remove_file(origin(sandbox).path().join("hooks/update")).expect("it is there");
    converge(&[a], sandbox);
}

/// The shared state is neither deleted nor rewritten, nor replaced by anything else.
#[track_caller]
fn guarded(a: &Place<'_>, name: &str) {
    let there = tip(a, STATE);
    a.git(["branch", "--force", "older", &format!("{STATE}~1")]).ok();
    for (what, code) in [
        (format!(":{name}"), 1),
        (format!("+older:{name}"), 1),
        (format!("+main:{name}"), 1),
        (format!("{STATE}:{name}"), 0),
    ] {
        let pushed = a.git(["push", "--quiet", "origin", &what]);
        assert_eq!(pushed.code, code, "{what}: {pushed}");
        if code != 0 {
            pushed.says("state-rewrite");
        }
    }
    let listed = a.git(["ls-remote", "origin", name]).ok();
    assert!(listed.stdout.starts_with(&there), "{listed}");
}

#[test]
fn the_state_is_guarded_under_whatever_name_it_is_served() {
    let sandbox = sandbox();
    let a = first(&sandbox, "");
    refuses(&sandbox, "refs/agents/*");
    a.task("T-1", "src/**");
    guarded(&a, BRANCH);
    let usual = Sandbox::new(env!("CARGO_BIN_EXE_git-lane-frozen"));
    let b = first(&usual, "");
    b.task("T-1", "src/**");
    guarded(&b, STATE);
    // Both at once by the ways that push everything.
    let mirror = b.git(["push", "--quiet", "--mirror", "origin"]);
    assert_eq!(tip(&origin(&usual), STATE), tip(&b, STATE), "{mirror}");
    around(&b, &["push", "--quiet", "origin", &format!("+older:{STATE}")]).ok();
    let alarm = b.lane(["sync"]).code(3).says("remote-went-back");
    follow(&b, &alarm, "git lane sync --republish").ok();
}
