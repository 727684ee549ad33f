//! Leases kept alive by what their holders do: rarely an event, never a refusal, and nobody alive is reclaimed.

use lane_testkit::Place;
use lane_testkit::Sandbox;

use crate::sandbox;

const LEASE: i64 = 2 * 3600;
/// What a reader adds to an expiry before a lease is over.
const GRACE: i64 = 60;

fn events(repo: &Place<'_>) -> usize {
    let list = repo.git(["rev-list", "--count", "refs/agents/state"]).ok();
    list.text().parse().expect("a number")
}

fn expiry(repo: &Place<'_>) -> String {
    repo.lane(["locks", "--json"]).ok().json()[0]["expires"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn lock_id(repo: &Place<'_>) -> String {
    repo.lane(["locks", "--json"]).ok().json()[0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// A lane of agent-a: the repository, and its worktree.
fn lane<'s>(sandbox: &'s Sandbox) -> (Place<'s>, Place<'s>) {
    let repo = sandbox.lanes("r");
    repo.task("T-1", "src/**");
    let worktree = repo.agent("agent-a").start("T-1");
    (repo, worktree)
}

#[test]
fn nothing_grows_while_nothing_changes() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox);
    let before = events(&lane);
    for _ in 0..20 {
        lane.lane(["status"]).ok();
        sandbox.advance(60);
    }
    assert_eq!(events(&lane), before);
}

#[test]
fn a_lease_is_renewed_by_one_event_when_a_third_of_it_is_gone() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox);
    let (before, old) = (events(&lane), expiry(&lane));
    sandbox.advance(LEASE / 3 - 1);
    lane.lane(["status"]).ok();
    assert_eq!((events(&lane), expiry(&lane)), (before, old.clone()));
    sandbox.advance(1);
    for _ in 0..3 {
        lane.lane(["status"]).ok();
    }
    assert_eq!(events(&lane), before + 1);
    assert_ne!(expiry(&lane), old);
    lane.lane(["log"]).ok().prints("renew");
    lane.lane(["verify", "--full"]).ok();
}

#[test]
fn a_command_of_somebody_else_renews_nothing_for_who_is_silent() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    let (before, old) = (events(&lane), expiry(&lane));
    sandbox.advance(LEASE / 2);
    repo.agent("agent-b").lane(["status"]).ok();
    repo.agent("agent-b").lane(["ready"]);
    assert_eq!((events(&repo), expiry(&repo)), (before, old));
}

#[test]
fn a_lease_that_is_over_and_unclaimed_never_refuses_its_holder_and_the_next_command_renews_it() {
    let sandbox = sandbox();
    let (_, lane) = lane(&sandbox);
    let old = expiry(&lane);
    sandbox.advance(3 * LEASE);
    lane.commit("src/a.rs", "late\n", "late").ok();
    assert_eq!(
        expiry(&lane.person().agent("agent-b")),
        old,
        "a hook wrote to the ref"
    );
    lane.lane(["status"]).ok();
    assert_ne!(expiry(&lane), old);
    lane.commit("src/a.rs", "later\n", "later").ok();
    let other = lane.agent("agent-b");
    other
        .lane(["reclaim", &lock_id(&lane), "--note", "silent"])
        .code(3)
        .says("lease-running");
}

#[test]
fn a_commit_shortly_before_the_end_keeps_a_lease_from_being_reclaimed() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    let lock = lock_id(&repo);
    sandbox.advance(LEASE - 60);
    // Only the hooks saw this, and they write no event.
    lane.commit("src/a.rs", "in time\n", "in time").ok();
    let reclaim = || repo.agent("agent-b").lane(["reclaim", &lock, "--note", "silent"]);
    sandbox.advance(60 + GRACE + 1);
    reclaim().code(3).says("lease-running").says("agent-a");
    lane.commit("src/b.rs", "still here\n", "still here").ok();
    // From the last sign on, the lease runs its full time, and no longer.
    sandbox.advance(LEASE + GRACE + 1);
    reclaim().ok();
    lane.commit("src/a.rs", "too late\n", "too late")
        .code(1)
        .says("stale-fence");
    repo.lane(["verify", "--full"]).ok();
}

#[test]
fn a_lease_is_not_over_within_the_minute_that_clocks_may_differ() {
    let sandbox = sandbox();
    let (repo, _) = lane(&sandbox);
    let lock = lock_id(&repo);
    let reclaim = || repo.agent("agent-b").lane(["reclaim", &lock, "--note", "silent"]);
    sandbox.advance(LEASE + GRACE);
    reclaim().code(3).says("lease-running");
    sandbox.advance(1);
    reclaim().ok();
}

#[test]
fn a_refused_reclaim_publishes_a_sign_of_life_once_at_most() {
    let sandbox = sandbox();
    let (repo, lane) = lane(&sandbox);
    let lock = lock_id(&repo);
    sandbox.advance(100);
    lane.commit("src/a.rs", "alive\n", "alive").ok();
    let before = events(&repo);
    for _ in 0..4 {
        repo.agent("agent-b")
            .lane(["reclaim", &lock, "--note", "silent"])
            .code(3);
    }
    assert!(events(&repo) <= before + 1, "{}", repo.lane(["log"]).ok());
}
