//! An approval: for one change, used once, on the record, and what was there is kept.

use lane_testkit::Place;

use super::push;
use super::there;
use super::topic;
use crate::clones::origin;
use crate::clones::script;
use crate::clones::tip;
use crate::clones::two;
use crate::following::follow;
use crate::following::hinted;
use crate::plumbing::STATE;
use crate::sandbox;

/// main is pushed with one commit, and has another one in its place here.
fn rewritten(person: &Place<'_>) -> (String, String) {
    person.commit("docs/new.md", "new\n", "new").ok();
    push(person, &["origin", "main"]).ok();
    let old = person.rev("HEAD");
    person.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    person.commit("docs/other.md", "other\n", "other").ok();
    (old, person.rev("HEAD"))
}

#[test]
fn following_the_hints_rewrites_the_branch_once_and_keeps_what_was_there() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let person = a.person();
    let (old, new) = rewritten(&person);
    let refused = push(&person, &["--force", "origin", "main"]).code(1);
    // Somebody else, in another clone.
    let line = hinted(&refused, "git lane approve-push");
    assert_eq!(
        line,
        format!("git lane approve-push refs/heads/main --old {old} --new {new} --why 'because it is needed'")
    );
    let approved = b.sh(&line).ok().says("approved once, until ");
    b.lane(["status"])
        .ok()
        .prints("approved push P-")
        .prints("because it is needed");
    push(&person, &["--force", "origin", "main"]).code(1);
    follow(&person, &refused, "git lane sync").ok();
    follow(&person, &approved, "git push")
        .ok()
        .says("is used for refs/heads/main; what was there is kept here as refs/rescue/pushed-over/");
    assert_eq!(there(&a, "refs/heads/main"), new);
    let kept = a
        .git(["for-each-ref", "--format=%(objectname)", "refs/rescue"])
        .ok();
    assert_eq!(kept.text(), old);
    // The others know it at once, and it is not used twice.
    let trail = a.lane(["log", "--trail", "--reverse"]).ok();
    let lines: Vec<&str> = trail.stdout.lines().collect();
    assert!(lines[lines.len() - 2].contains("approve push P-"), "{trail}");
    assert!(lines[lines.len() - 1].contains("force push P-"), "{trail}");
    assert!(
        lines[lines.len() - 1].contains("by person:pat@example.org"),
        "{trail}"
    );
    let says = origin(&sandbox).git(["log", "-1", "--format=%s", STATE]).ok();
    assert!(says.stdout.starts_with("force push P-"), "{says}");
    let status = a.lane(["status"]).ok();
    assert!(!status.stdout.contains("approved push"), "{status}");
    person.git(["reset", "--quiet", "--hard", &old]).ok();
    push(&person, &["--force", "origin", "main"]).code(1);
    a.lane(["verify", "--full"]).ok();
}

#[test]
fn what_an_agent_approved_lets_nothing_of_its_own_pass() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let refused = push(&a, &["origin", ":topic"]).code(1);
    follow(&a, &refused, "git lane approve-push")
        .ok()
        .says("agent-a itself cannot use it");
    let refused = push(&a, &["origin", ":topic"])
        .code(1)
        .says("agent-a approved it itself, and somebody else has to");
    // A person may: the name is their own.
    follow(&a.person(), &refused, "git lane approve-push").ok();
    push(&a, &["origin", ":topic"]).ok();
    assert_eq!(there(&a, "refs/heads/topic"), "");
}

#[test]
fn the_trail_says_in_which_clone_it_was_approved_and_whether_that_is_the_agents_own() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    a.task("T-1", "docs/**");
    a.start("T-1");
    let clone = |place: &Place<'_>| {
        let status = place.lane(["status"]).ok();
        let line = status.stdout.lines().next().unwrap_or_default();
        line.rsplit(' ').next().unwrap_or_default().to_owned()
    };
    let (own, other) = (clone(&a), clone(&b));
    topic(&b, "one", "sam");
    topic(&b, "two", "sam");
    a.git(["fetch", "--quiet"]).ok();
    // In the clone in which the agent works, under a person's name.
    let refused = push(&a, &["origin", ":one"]).code(1);
    follow(&a.person(), &refused, "git lane approve-push")
        .ok()
        .says("approved in the own clone of agent-a, and the trail says so");
    push(&a, &["origin", ":one"])
        .ok()
        .says(&format!("clone {own}, the agent's own"));
    // And in a person's.
    let refused = push(&a, &["origin", ":two"]).code(1);
    follow(&b.person(), &refused, "git lane approve-push")
        .ok()
        .does_not_say("own clone");
    a.lane(["sync"]).ok();
    push(&a, &["origin", ":two"]).ok().does_not_say("agent's own");
    let trail = a.lane(["log", "--trail", "--reverse"]).ok();
    let lines: Vec<&str> = trail.stdout.lines().collect();
    let person = "approved by person:pat@example.org in clone";
    for (at, end) in [
        (4, format!("; in clone {own}, the own clone of agent-a")),
        (3, format!("; {person} {own}, the agent's own")),
        (2, format!("; in clone {other}")),
        (1, format!("; {person} {other}")),
    ] {
        assert!(lines[lines.len() - at].ends_with(&end), "{end}: {trail}");
    }
    let plain = a.lane(["log"]).ok();
    assert!(!plain.stdout.contains("in clone"), "{plain}");
}

#[test]
fn the_policy_says_who_approves() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "[roles]\nmaintainer = [\"person:*\"]\n");
    topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let refused = push(&a, &["origin", ":topic"]).code(1);
    follow(&a, &refused, "git lane approve-push")
        .code(3)
        .says("error: role-not-allowed");
    follow(&a.person(), &refused, "git lane approve-push").ok();
    push(&a, &["origin", ":topic"]).ok();
}

#[test]
fn an_approval_is_for_one_change_and_a_day() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let old = topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let pat = a.person();
    let approve = || {
        let commits = ["--old", &old, "--new", "main"];
        pat.lane([&["approve-push", "topic", "--why", "x"], &commits[..]].concat())
    };
    approve().ok();
    push(&pat, &["origin", ":topic"]).code(1);
    push(&pat, &["origin", "+main~1:topic"]).code(1);
    sandbox.advance(24 * 3600 + 1);
    push(&pat, &["origin", "+main:topic"]).code(1);
    approve().ok();
    approve().code(3).says("nothing-changes");
    push(&pat, &["origin", "+main:topic"]).ok();
}

#[test]
fn what_cannot_be_recorded_is_not_pushed() {
    let sandbox = sandbox();
    let (a, b) = two(&sandbox, "");
    let old = topic(&b, "topic", "sam");
    a.git(["fetch", "--quiet"]).ok();
    let pat = a.person();
    pat.lane(["approve-push", "topic", "--old", &old, "--delete", "--why", "x"])
        .ok();
    let state = tip(&a, STATE);
    // The remote takes branches, and nothing of the state.
    let hook = "while read old new ref; do case $ref in refs/agents/*) exit 1 ;; esac; done";
    script(&origin(&sandbox), "hooks/pre-receive", hook);
    push(&pat, &["origin", ":topic"])
        .code(1)
        .says("could not be recorded, so nothing is pushed");
    assert_eq!((there(&a, "refs/heads/topic"), tip(&a, STATE)), (old, state));
    script(&origin(&sandbox), "hooks/pre-receive", "true");
    push(&pat, &["origin", ":topic"]).ok();
}

#[test]
fn a_tag_is_approved_and_kept_as_it_is() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let pat = a.person();
    pat.git(["tag", "-a", "-m", "heavy", "v1"]).ok();
    push(&pat, &["origin", "v1"]).ok();
    let old = tip(&pat, "refs/tags/v1");
    let refused = push(&pat, &["origin", ":v1"]).code(1);
    follow(&pat, &refused, "git lane approve-push refs/tags/v1").ok();
    push(&pat, &["origin", ":v1"]).ok();
    let kept = a
        .git(["for-each-ref", "--format=%(objectname)", "refs/rescue"])
        .ok();
    assert_eq!(kept.text(), old);
}

#[test]
fn the_state_is_never_approved_and_values_are_what_they_must_be() {
    let sandbox = sandbox();
    let (a, _) = two(&sandbox, "");
    let id = "1".repeat(40);
    for (name, old, new) in [
        ("refs/agents/state", id.as_str(), "--delete"),
        ("topic", "nowhere", "--delete"),
        ("a b", &id, "--delete"),
        ("-x", &id, "--delete"),
        ("refs/heads/$(id)", &id, "--delete"),
        ("topic", &"0".repeat(40), "--delete"),
    ] {
        let line = ["approve-push", new, "--old", old, "--why", "x", "--", name];
        a.person().lane(line).code(2);
    }
    a.person()
        .lane(["approve-push", "topic", "--old", &id, "--why", "x"])
        .code(2);
    // A line of words, and no more.
    a.person()
        .lane(["approve-push", "topic", "--old", &id, "--delete", "--why", "TEXT"])
        .code(2)
        .says("placeholder");
}
