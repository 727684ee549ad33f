//! What a hand could write and `apply` never does is found; what `apply` writes has no flaw.

use lane_core::audit::FlawKind;
use lane_core::audit::audit;
use lane_core::event::JudgeVerb;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::record::Lock;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::view::View as _;

use super::delivered;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::granted;
use super::places::REVIEWER;
use super::places::TESTER;
use super::stages;

/// A task in each phase: `T-0` is done and was handed off, `T-1` todo, `T-2` in progress, `T-3` blocked, `T-4` in
/// review, `T-5` in testing, `T-6` queued, `T-7` escalated; and a lock of its own.
fn every_phase() -> Fixture {
    let mut f = Fixture::new();
    for (n, id) in ["T-0", "T-1", "T-2", "T-3", "T-4", "T-5", "T-6", "T-7"]
        .into_iter()
        .enumerate()
    {
        f.add(id, &[&format!("src/{n}")]);
    }
    for id in ["T-0", "T-4", "T-5", "T-6"] {
        f.take(A, claimed(id));
        let handoff = delivered::handoff(&f, id);
        f.take(A, delivered::handed_off(handoff));
    }
    for id in ["T-5", "T-6"] {
        let approved = stages::judged(&f, id, JudgeVerb::Approve);
        f.take(REVIEWER, approved);
    }
    let passed = stages::judged(&f, "T-6", JudgeVerb::Pass);
    f.take(TESTER, passed);
    for id in ["T-2", "T-3", "T-7"] {
        f.take(A, claimed(id));
    }
    f.take(A, stages::escalated("T-7", stages::WHY));
    f.take(A, done("T-0"))
        .take(A, blocked("T-3", None, Some("the vendor answers")))
        .take(B, granted("L-9", &["docs"]));
    f
}

fn flaws(f: &Fixture, change: impl FnOnce(&mut Vec<Task>, &mut Vec<Lock>)) -> Vec<(String, String)> {
    let mut tasks: Vec<Task> = f.state.live().cloned().chain([f.any("T-0")]).collect();
    let mut locks = f.locks();
    change(&mut tasks, &mut locks);
    let (archived, live): (Vec<Task>, Vec<Task>) = tasks.into_iter().partition(|t| t.id.as_str() == "T-0");
    let found = audit(&live, &archived, &locks, &f.state.policy().unwrap());
    found.into_iter().map(|flaw| (flaw.record, flaw.fault)).collect()
}

#[test]
fn a_state_that_events_made_has_no_flaw() {
    assert_eq!(flaws(&every_phase(), |_, _| {}), []);
}

/// A task, what a hand does to it, and the flaw.
type Hand = (&'static str, fn(&mut Task), &'static str);

#[test]
fn a_task_that_a_hand_changed_is_found() {
    let hands: [Hand; 14] = [
        ("T-5", |t| t.claim = None, "is in testing and nobody holds it"),
        ("T-6", |t| t.handoff = None, "is in queued without a handoff"),
        ("T-7", |t| t.claim = None, "is in escalated and nobody holds it"),
        (
            "T-7",
            |t| t.handoff = Some(CheckpointId::nth(1)),
            "is escalated and has a handoff that stands",
        ),
        (
            "T-6",
            |t| t.status = Phase::Abandoned,
            "is abandoned and still in the queue",
        ),
        ("T-4", |t| t.claim = None, "is in review and nobody holds it"),
        ("T-4", |t| t.handoff = None, "is in review without a handoff"),
        (
            "T-4",
            |t| t.handoff = Some(CheckpointId::nth(2)),
            "has a handoff CP-02, and 1 checkpoints",
        ),
        (
            "T-4",
            |t| t.status = Phase::InProgress,
            "is in-progress and has a handoff that stands",
        ),
        (
            "T-4",
            |t| t.checkpoints = 0,
            "has a handoff CP-01, and 0 checkpoints",
        ),
        (
            "T-1",
            |t| t.handoff = Some(CheckpointId::nth(1)),
            "is todo and has a handoff that stands",
        ),
        (
            "T-3",
            |t| t.handoff = Some(CheckpointId::nth(1)),
            "is blocked and has a handoff that stands",
        ),
        (
            "T-0",
            |t| t.handoff = Some(CheckpointId::nth(9)),
            "has a handoff CP-09, and 1 checkpoints",
        ),
        (
            "T-2",
            |t| t.status = Phase::Review,
            "is in review without a handoff",
        ),
    ];
    let f = every_phase();
    for (id, hand, fault) in hands {
        let found = flaws(&f, |tasks, _| {
            tasks.iter_mut().filter(|t| t.id.as_str() == id).for_each(hand);
        });
        let expected = (id.to_owned(), fault.to_owned());
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
}

#[test]
fn a_lock_that_a_hand_keeps_or_lets_run_out_is_found() {
    let f = every_phase();
    let hands = [
        ("L-T-2", true, "is kept, and T-2 is in-progress"),
        ("L-T-3", true, "is kept, and T-3 is blocked"),
        ("L-T-4", false, "is not kept, and T-4 is in review"),
        ("L-T-6", false, "is not kept, and T-6 is in queued"),
        ("L-T-7", false, "is not kept, and T-7 is in escalated"),
        ("L-9", true, "is kept, and belongs to no task"),
    ];
    for (id, kept, fault) in hands {
        let found = flaws(&f, |_, locks| {
            locks
                .iter_mut()
                .filter(|l| l.id.as_str() == id)
                .for_each(|l| l.kept = kept);
        });
        assert_eq!(found, [(id.to_owned(), fault.to_owned())]);
    }
}

#[test]
fn what_contradicts_is_told_apart_from_what_is_absent() {
    type Hand = fn(&mut Vec<Task>, &mut Vec<Lock>);
    let hands: [(Hand, FlawKind, bool); 9] = [
        (
            |_, locks| locks.retain(|l| l.id.as_str() != "L-T-2"),
            FlawKind::ClaimWithoutLock,
            true,
        ),
        (
            |tasks, _| tasks.retain(|t| t.id.as_str() != "T-2"),
            FlawKind::UnknownTask,
            true,
        ),
        (
            |tasks, _| tasks[1].depends_on.push(TaskId::new("T-9").unwrap()),
            FlawKind::UnknownDependency,
            true,
        ),
        (
            |tasks, _| {
                let own = tasks[1].id.clone();
                tasks[1].depends_on.push(own);
            },
            FlawKind::Circle,
            false,
        ),
        (
            |_, locks| owned_by_b(locks, "L-T-2"),
            FlawKind::OtherHolder,
            false,
        ),
        (
            |tasks, _| {
                let lane = tasks[2].claim.as_ref().unwrap().lane.clone();
                tasks[3].claim.as_mut().unwrap().lane = lane;
            },
            FlawKind::SameLane,
            false,
        ),
        (
            |tasks, _| {
                let twin = tasks[0].clone();
                tasks[1].id = TaskId::new("t-0").unwrap();
                tasks[0] = twin;
            },
            FlawKind::TwinIds,
            false,
        ),
        (
            |_, locks| {
                let twin = locks[0].clone();
                locks.push(twin);
            },
            FlawKind::TwinIds,
            false,
        ),
        (
            |_, locks| {
                let scope = locks
                    .iter()
                    .find(|l| l.id.as_str() == "L-T-2")
                    .unwrap()
                    .scope
                    .clone();
                locks
                    .iter_mut()
                    .filter(|l| l.id.as_str() == "L-9")
                    .for_each(|l| l.scope.clone_from(&scope));
            },
            FlawKind::Overlap,
            false,
        ),
    ];
    let f = every_phase();
    for (hand, kind, absent) in hands {
        let mut tasks: Vec<Task> = [f.any("T-0")]
            .into_iter()
            .chain(f.state.live().cloned())
            .collect();
        let mut locks = f.locks();
        hand(&mut tasks, &mut locks);
        let (archived, live): (Vec<Task>, Vec<Task>) =
            tasks.into_iter().partition(|t| t.id.as_str() == "T-0");
        let found = audit(&live, &archived, &locks, &f.state.policy().unwrap());
        assert!(
            found.iter().any(|flaw| flaw.kind == kind),
            "{kind:?} is not in {found:?}"
        );
        assert_eq!(kind.is_absence(), absent, "{kind:?}");
    }
}

fn owned_by_b(locks: &mut [Lock], id: &str) {
    let other = locks
        .iter()
        .find(|l| l.id.as_str() == "L-9")
        .unwrap()
        .owner
        .clone();
    let own = locks.iter_mut().filter(|l| l.id.as_str() == id);
    own.for_each(|l| l.owner = other.clone());
}
