//! Whose move it is in brief: the same as of whole records, in any state.

use lane_core::apply::Write;
use lane_core::id::TaskId;
use lane_core::order::Waits;
use lane_core::order::mover;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::time::Span;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;
use lane_core::whose_move::Turns;
use proptest::prelude::*;

use super::chance;
use super::fixture::A;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::added;
use super::fixture::claimed;
use super::fixture::task_id;

/// A task put as it could not be by one event.
pub(crate) fn put(f: &mut Fixture, id: &str, change: impl FnOnce(&mut Task)) {
    let mut task = f.live(id);
    change(&mut task);
    f.state.write(Write::Task(Box::new(task)));
}

/// A task that [`A`] handed off, in this phase since now.
pub(crate) fn handed_off(f: &mut Fixture, id: &str, phase: Phase) {
    f.add(id, &[id]).take(A, claimed(id));
    let now = f.now();
    put(f, id, |task| {
        task.status = phase;
        task.entered = Some(now);
    });
    for mut lock in f.locks() {
        if lock.task.as_ref() == Some(&task_id(id)) {
            lock.kept = true;
            f.state.write(Write::Lock(Box::new(lock)));
        }
    }
}

/// All live tasks in brief, sorted by id.
pub(crate) fn cards(f: &Fixture) -> Vec<Card> {
    f.state.live().map(Card::of).collect()
}

pub(crate) fn is_done(f: &Fixture) -> impl Fn(&TaskId) -> bool {
    |id| matches!(f.state.task(id), Ok(Some(Found::Archived(task))) if task.status == Phase::Done)
}

/// Whose move each live task is, in brief and whole.
fn both(f: &Fixture) -> Vec<(String, Option<Mover>, Option<Mover>)> {
    let (cards, is_done) = (cards(f), is_done(f));
    let turns = Turns::new(&f.state, f.now()).unwrap();
    let policy = f.state.policy().unwrap();
    let each = f.state.live().zip(&cards).map(|(task, card)| {
        let waits = Waits::of(card, &cards, &is_done);
        let brief = mover(card, &waits, &f.locks(), &policy, f.now());
        (task.id.to_string(), brief, turns.of(task).unwrap())
    });
    each.collect()
}

fn agrees(f: &Fixture) {
    for (id, brief, whole) in both(f) {
        assert_eq!(brief, whole, "{id}: {:?}", f.any(&id));
        assert!(brief.is_some(), "{id} is open, and it is nobody's move");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn brief_and_whole_say_the_same_in_any_state(steps in chance::history(), limited: bool) {
        let mut f = chance::ground_floor();
        for step in &steps {
            f.wait(step.wait_secs());
            let _ = f.attempt(step.who(&f), step.payload(&f));
            agrees(&f);
        }
        f.adopt(|p| {
            chance::policy(p);
            p.limits.worker = limited.then(|| Span::from_secs(60));
        });
        f.wait(LEASE_SECS);
        agrees(&f);
    }
}

#[test]
fn brief_and_whole_say_the_same_of_parts_and_of_every_phase() {
    let mut f = Fixture::new();
    f.add("T-0", &[]);
    for (id, place) in [
        ("T-1", Some(2)),
        ("T-2", Some(1)),
        ("T-3", Some(3)),
        ("T-4", None),
    ] {
        let part = f.task_with(id, |t| {
            t.parent = Some(task_id("T-0"));
            t.merge_order = place;
        });
        f.take(A, added(part)).take(A, claimed(id));
    }
    f.take(A, claimed("T-0"));
    for phase in Phase::ALL.into_iter().filter(|phase| !phase.is_final()) {
        for id in ["T-0", "T-1", "T-3", "T-4"] {
            put(&mut f, id, |task| task.status = phase);
        }
        agrees(&f);
    }
    put(&mut f, "T-3", |task| task.status = Phase::Queued);
    let (.., brief, _) = both(&f).swap_remove(3);
    let found = brief.unwrap();
    assert_eq!(
        (found.role, found.after),
        (Role::Integrator, Some(task_id("T-2")))
    );
}
