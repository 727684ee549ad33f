//! What becomes of a lane's locks when others are to move on it, and when somebody else takes it over.

use lane_core::audit::audit;
use lane_core::event::JudgeVerb;
use lane_core::ground;
use lane_core::record::LockMode;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::view::View as _;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::claimed;
use super::fixture::grant;
use super::fixture::granted;
use super::fixture::unlocked;
use super::fixture::widened;
use super::places::BOSS;
use super::stages;
use super::stages::WHY;

fn no_flaws(f: &Fixture) {
    let live: Vec<Task> = f.state.live().cloned().collect();
    let flaws = audit(&live, &[], &f.locks(), &f.state.policy().unwrap());
    assert_eq!(flaws, []);
}

fn lane() -> Fixture {
    let mut f = Fixture::new();
    f.add("T-1", &["src/a"])
        .take(A, claimed("T-1"))
        .take(A, widened("L-2", "T-1", &["src/b", "src/a/x"]));
    f
}

#[test]
fn what_a_lanes_locks_covered_is_one_lock_of_a_newer_fence() {
    let mut f = lane();
    let before = f.live("T-1").claim.unwrap();
    f.wait(LEASE_SECS * 2);
    let what = stages::taken_over(&f, "T-1", WHY);
    f.take(BOSS, what);
    let (task, locks) = (f.live("T-1"), f.locks());
    let claim = task.claim.unwrap();
    assert_eq!((claim.by.as_str(), &claim.lane), (BOSS.0, &before.lane));
    assert!(claim.fence > before.fence && claim.attempt == 2);
    assert_eq!(locks.len(), 1);
    assert_eq!(locks[0].scope, ["src/b", "src/a/x", "src/a"]);
    assert_eq!((locks[0].fence, locks[0].owner.as_str()), (claim.fence, BOSS.0));
    assert!(!locks[0].is_over(f.now()));
    assert_eq!(task.authors.len(), 2, "{:?}", task.authors);
    no_flaws(&f);
}

#[test]
fn a_path_that_the_lane_shared_is_not_the_next_ones_alone() {
    let mut f = lane();
    let shared = |id: &str, task| grant(id, task, &["docs"], LockMode::Shared, None);
    f.take(A, shared("L-3", Some("T-1"))).take(B, shared("L-4", None));
    let refusal = f.refuses(BOSS, stages::taken_over(&f, "T-1", WHY), &ground::FOREIGN_LOCK);
    assert!(refusal.what.starts_with("agent-b holds L-4"), "{}", refusal.what);
    f.take(B, unlocked("L-4"));
    let what = stages::taken_over(&f, "T-1", WHY);
    f.take(BOSS, what);
    no_flaws(&f);
}

#[test]
fn the_holders_own_lock_beside_its_lane_stays_the_holders() {
    let mut f = lane();
    f.take(A, granted("L-3", &["src/**"]));
    f.refuses(BOSS, stages::taken_over(&f, "T-1", WHY), &ground::FOREIGN_LOCK);
    f.take(A, unlocked("L-3"));
    let what = stages::taken_over(&f, "T-1", WHY);
    f.take(BOSS, what);
    no_flaws(&f);
}

#[test]
fn escalated_work_keeps_its_locks_and_those_that_it_gets_then() {
    let mut f = lane();
    f.take(A, stages::escalated("T-1", WHY))
        .take(A, widened("L-3", "T-1", &["docs"]))
        .wait(LEASE_SECS * 9);
    assert!(f.locks().iter().all(|lock| lock.kept && !lock.is_over(f.now())));
    no_flaws(&f);
    let back = stages::judged(&f, "T-1", JudgeVerb::Return);
    f.take(BOSS, back);
    assert_eq!(f.live("T-1").status, Phase::InProgress);
    assert!(f.locks().iter().all(|lock| !lock.kept && !lock.is_over(f.now())));
    f.wait(LEASE_SECS + 61);
    assert!(f.locks().iter().all(|lock| lock.is_over(f.now())));
    no_flaws(&f);
}
