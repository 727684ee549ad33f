//! Whose policy counts when clones know the integration branch as it was at different times.

use lane_testkit::Place;

use crate::clones;
use crate::clones::converge;
use crate::clones::tip;
use crate::sandbox;

/// Puts another lease into the policy of the remote's branch, and gives its commit.
fn repolicied(place: &Place<'_>, hours: u32) -> String {
    let sed = format!("sed -i 's/^lease = \"[0-9]*h\"/lease = \"{hours}h\"/' .agents/policy.toml");
    place.sh(&sed).ok();
    let message = format!("policy: {hours} hours");
    place
        .git(["commit", "--quiet", "--all", "--no-verify", "-m", &message])
        .ok();
    place
        .git(["push", "--quiet", "--no-verify", "origin", "main"])
        .ok();
    place.rev("HEAD")
}

/// How often the state took a policy over.
fn adoptions(place: &Place<'_>) -> usize {
    let log = place.lane(["log", "--json"]).ok();
    log.stdout
        .lines()
        .filter(|line| line.contains("\"policy.adopted\""))
        .count()
}

/// The lease that the state judges by.
fn lease(place: &Place<'_>) -> String {
    let policy = place.git(["show", "refs/agents/state:.agents/policy.toml"]).ok();
    let line = policy.stdout.lines().find(|line| line.starts_with("lease"));
    line.unwrap_or_default().to_owned()
}

#[test]
fn a_clone_that_has_not_fetched_the_branch_does_not_bring_an_older_policy_back() {
    let sandbox = sandbox();
    let (a, b) = clones::two(&sandbox, "[lanes]\ntotal = 6\nlease = \"2h\"");
    b.task("T-1", "src/**").ok();
    let newer = repolicied(&a, 5);
    a.lane(["sync"]).ok();
    let (before, old) = (adoptions(&a), tip(&b, "refs/remotes/origin/main"));
    assert_ne!(old, newer);
    b.lane(["note", "T-1", "seen from here"]).ok();
    b.lane(["claim", "T-1"]).ok();
    converge(&[&a, &b], &sandbox);
    assert_eq!(adoptions(&a), before);
    assert_eq!(lease(&b), "lease = \"5h\"");
    assert_eq!(tip(&b, "refs/remotes/origin/main"), newer);
}

#[test]
fn while_the_branch_cannot_be_fetched_no_policy_is_adopted() {
    let sandbox = sandbox();
    let (a, b) = clones::two(&sandbox, "[lanes]\ntotal = 6\nlease = \"2h\"");
    repolicied(&a, 5);
    a.lane(["sync"]).ok();
    let hub = clones::origin(&sandbox);
    hub.git(["config", "uploadpack.hideRefs", "refs/heads/main"]).ok();
    let told = b
        .lane(["sync"])
        .ok()
        .says("is not here, and origin did not give it");
    assert_eq!(told.hints(), ["git fetch -- origin main"]);
    // Nor is it asked for with each command.
    b.task("T-1", "src/**").ok().does_not_say("did not give it");
    assert_eq!(lease(&b), "lease = \"5h\"");
    hub.git(["config", "--unset", "uploadpack.hideRefs"]).ok();
    b.sh(&told.hints()[0]).ok();
    b.lane(["sync"]).ok().does_not_say("did not give it");
    assert_eq!(lease(&b), "lease = \"5h\"");
}

#[test]
fn the_policy_of_a_branch_that_was_rewritten_counts_though_the_adopted_one_is_nowhere() {
    let sandbox = sandbox();
    let (a, _) = clones::two(&sandbox, "[lanes]\ntotal = 6\nlease = \"2h\"");
    repolicied(&a, 5);
    a.lane(["sync"]).ok();
    a.git(["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    a.git(["push", "--quiet", "--no-verify", "--force", "origin", "main"])
        .ok();
    let hub = clones::origin(&sandbox);
    hub.git(["reflog", "expire", "--expire=now", "--all"]).ok();
    hub.git(["gc", "--quiet", "--prune=now"]).ok();
    let c = clones::another(&sandbox, "c").agent("agent-c");
    c.task("T-1", "src/**").ok();
    c.lane(["sync"]).ok();
    assert_eq!(lease(&c), "lease = \"2h\"");
    a.lane(["sync"]).ok();
    assert_eq!(lease(&a), "lease = \"2h\"");
}
