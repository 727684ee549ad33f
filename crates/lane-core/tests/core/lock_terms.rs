//! How long locks hold and who ends them: expiry and its grace, renewal, reclaim, release, fences.

use lane_core::apply::apply;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::policy::Role;
use lane_core::record::LockMode;
use lane_core::record::Phase;
use lane_core::time::Timestamp;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::grant;
use super::fixture::granted;
use super::fixture::lock_id;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::renewed;
use super::fixture::unlocked;
use super::fixture::widened;

fn secs_held(f: &Fixture, lock: &str) -> i64 {
    let lock = f.lock(lock).unwrap();
    lock.expires.since(lock.heartbeat)
}

#[test]
fn a_lease_is_the_policys_unless_the_lock_names_its_own() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"])
        .take(A, claimed("T-1"))
        .take(A, granted("L-1", &["b"]));
    f.take(A, grant("L-2", None, &["c"], LockMode::Exclusive, Some(600)));
    assert_eq!(
        ["L-T-1", "L-1", "L-2"].map(|l| secs_held(&f, l)),
        [LEASE_SECS, LEASE_SECS, 600]
    );
    let seen = f.wait(500).now();
    f.take(A, renewed("L-2", seen)).take(A, renewed("L-T-1", seen));
    assert_eq!(["L-T-1", "L-2"].map(|l| secs_held(&f, l)), [LEASE_SECS, 600]);
}

#[test]
fn a_lease_is_over_one_second_after_the_grace_and_not_before() {
    let mut f = Fixture::new();
    f.take(A, grant("L-1", None, &["a"], LockMode::Exclusive, Some(600)));
    for wait in [0, 599, 1, 59] {
        let refusal = f
            .wait(wait)
            .refuses(B, reclaimed("L-1", "gone"), &ground::LEASE_RUNNING);
        assert!(!refusal.held.unwrap().over);
    }
    f.wait(1); // exactly expiry + 60 s
    f.refuses(B, reclaimed("L-1", "gone"), &ground::LEASE_RUNNING);
    f.wait(1).take(B, reclaimed("L-1", "gone"));
    assert!(f.lock("L-1").is_none());
}

#[test]
fn a_renewal_counts_from_the_sign_of_life_and_never_shortens() {
    let mut f = Fixture::new();
    let start = f.now();
    f.take(A, granted("L-1", &["a"]));
    f.refuses(A, renewed("L-1", start), &ground::NOTHING_CHANGES);
    f.wait(3600);
    let ahead = Timestamp::from_secs(f.now().secs() + 1);
    f.refuses(A, renewed("L-1", ahead), &ground::INVALID_INPUT);
    let seen = Timestamp::from_secs(start.secs() + 1800);
    f.take(A, renewed("L-1", seen));
    let lock = f.lock("L-1").unwrap();
    assert_eq!(
        (lock.heartbeat, lock.expires.since(start)),
        (seen, LEASE_SECS + 1800)
    );
    assert_eq!((lock.start, lock.fence), (start, 2), "a renewal is no new grant");
    f.refuses(A, renewed("L-1", start), &ground::NOTHING_CHANGES);
}

#[test]
fn a_renewal_of_several_locks_is_one_holders_and_all_or_nothing() {
    let mut f = Fixture::new();
    f.take(A, granted("L-1", &["a"]))
        .take(B, granted("L-2", &["b"]))
        .wait(60);
    let of = |ids: &[&str]| Payload::LockRenewed {
        locks: ids.iter().map(|l| lock_id(l)).collect(),
        seen: f.now(),
    };
    f.refuses(A, of(&[]), &ground::INVALID_INPUT);
    f.refuses(A, of(&["L-1", "L-2"]), &ground::NOT_HOLDER);
    f.refuses(A, of(&["L-1", "L-3"]), &ground::NO_SUCH_LOCK);
    assert_eq!(apply(&f.state, &f.event(A, of(&["L-1"]))).unwrap().len(), 1);
}

#[test]
fn an_expired_lease_that_nobody_reclaimed_serves_its_holder() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"]).take(A, claimed("T-1")).wait(LEASE_SECS * 10);
    f.take(A, widened("L-1", "T-1", &["b"]));
    let seen = f.now();
    f.take(A, renewed("L-T-1", seen));
    f.refuses(B, reclaimed("L-T-1", "late"), &ground::LEASE_RUNNING);
}

#[test]
fn a_reclaim_of_the_claims_lock_ends_the_claim_and_all_its_locks() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"]).take(A, claimed("T-1")).wait(LEASE_SECS);
    f.take(A, widened("L-1", "T-1", &["b"]))
        .take(A, granted("L-2", &["c"]));
    f.wait(61).take(B, reclaimed("L-T-1", "no sign of life"));
    let task = f.live("T-1");
    assert_eq!((task.status, task.claim, task.attempts), (Phase::Todo, None, 1));
    assert_eq!(
        f.locks().len(),
        1,
        "only the lock of its own is left: {:?}",
        f.locks()
    );
    f.refuses(A, renewed("L-T-1", f.now()), &ground::NO_SUCH_LOCK);
    f.take(B, claimed("T-1"));
    assert_eq!(f.live("T-1").claim.unwrap().attempt, 2);
}

#[test]
fn a_reclaim_of_a_widening_lock_drops_that_lock_alone_and_only_when_it_is_over() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"]).take(A, claimed("T-1"));
    f.take(
        A,
        grant("L-1", Some("T-1"), &["b"], LockMode::Exclusive, Some(600)),
    );
    f.wait(660)
        .refuses(B, reclaimed("L-1", "gone"), &ground::LEASE_RUNNING);
    f.wait(1).take(B, reclaimed("L-1", "gone"));
    let task = f.live("T-1");
    assert_eq!(task.status, Phase::InProgress);
    assert_eq!(task.granted, ["b"], "what was granted stays on record");
    assert!(f.lock("L-T-1").is_some() && f.lock("L-1").is_none());
}

#[test]
fn a_reclaim_of_a_blocked_lane_leaves_it_blocked() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"]).take(A, claimed("T-1"));
    f.take(A, blocked("T-1", None, Some("the vendor answers")))
        .wait(LEASE_SECS + 61);
    f.take(B, reclaimed("L-T-1", "gone"));
    let task = f.live("T-1");
    assert_eq!((task.status, task.claim), (Phase::Blocked, None));
    assert!(task.blocked.is_some());
}

#[test]
fn a_reclaim_needs_a_note_and_a_lock() {
    let mut f = Fixture::new();
    f.take(A, granted("L-1", &["a"])).wait(LEASE_SECS + 61);
    f.refuses(B, reclaimed("L-1", " "), &ground::INVALID_INPUT);
    f.refuses(B, reclaimed("L-2", "gone"), &ground::NO_SUCH_LOCK);
}

#[test]
fn the_lock_of_a_claim_goes_with_the_claim_only() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"])
        .take(A, claimed("T-1"))
        .take(A, widened("L-1", "T-1", &["b"]));
    let refusal = f.refuses(A, unlocked("L-T-1"), &ground::CLAIM_LOCK);
    assert_eq!(refusal.hints, ["git lane release T-1 --why TEXT"]);
    f.take(A, unlocked("L-1")).take(A, released("T-1", "enough"));
    assert!(f.locks().is_empty());
}

#[test]
fn a_holder_whose_lock_was_reclaimed_and_granted_anew_can_do_nothing_with_it() {
    let mut f = Fixture::new();
    f.add("T-1", &["a"]).take(A, claimed("T-1")).wait(LEASE_SECS + 61);
    f.take(B, reclaimed("L-T-1", "gone")).take(B, claimed("T-1"));
    let maintainer = A.acting_as(Role::Maintainer);
    f.refuses(A, released("T-1", "mine"), &ground::NOT_HOLDER);
    f.refuses(A, blocked("T-1", None, Some("mine")), &ground::NOT_HOLDER);
    f.refuses(A, widened("L-9", "T-1", &["b"]), &ground::NOT_HOLDER);
    for who in [A, maintainer] {
        f.refuses(who, unlocked("L-T-1"), &ground::NOT_HOLDER);
        f.refuses(who, renewed("L-T-1", f.now()), &ground::NOT_HOLDER);
    }
}

#[test]
fn a_fence_is_the_events_number_and_grows_over_all_grants() {
    let mut f = Fixture::new();
    let mut fences = Vec::new();
    f.add("T-1", &["a"]);
    for round in 0..3 {
        f.take(A, claimed("T-1"));
        assert_eq!(f.live("T-1").claim.unwrap().fence, f.seq);
        fences.push(f.lock("L-T-1").unwrap().fence);
        f.take(A, widened("L-1", "T-1", &["b"]));
        fences.push(f.lock("L-1").unwrap().fence);
        f.take(B, granted("L-2", &["c"]));
        fences.push(f.lock("L-2").unwrap().fence);
        assert_eq!(fences.last(), Some(&f.seq), "round {round}");
        f.take(B, unlocked("L-2")).take(A, released("T-1", "again"));
    }
    assert!(fences.windows(2).all(|w| w[0] < w[1]), "{fences:?}");
}
