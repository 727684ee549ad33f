//! Parents and their parts: who is whose on both sides, what waits for what, and what stays when one of them ends.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::record::Phase;
use lane_core::record::Task;

use super::delivered;
use super::fixture::A;
use super::fixture::Fixture;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::task_id;
use super::places::BOSS;
use super::stages;
use super::stages::WHY;

/// A part of `T-1`.
fn part(f: &Fixture, id: &str, change: impl FnOnce(&mut Task)) -> Payload {
    added(f.task_with(id, |t| {
        t.parent = Some(task_id("T-1"));
        change(t);
    }))
}

fn with_parts() -> Fixture {
    let mut f = Fixture::new();
    f.add("T-1", &["src"]);
    for (id, order) in [("T-2", 1), ("T-3", 2)] {
        let what = part(&f, id, |t| t.merge_order = Some(order));
        f.take(A, what);
    }
    f
}

fn children(f: &Fixture, id: &str) -> Vec<String> {
    f.any(id).children.iter().map(ToString::to_string).collect()
}

#[test]
fn a_parent_keeps_its_parts_and_loses_those_that_are_given_to_another() {
    let mut f = with_parts();
    assert_eq!(children(&f, "T-1"), ["T-2", "T-3"]);
    f.add("T-4", &[])
        .edit("T-2", |t| t.parent = Some(task_id("T-4")))
        .edit("T-3", |t| {
            t.parent = None;
            t.merge_order = None;
        });
    assert_eq!(children(&f, "T-1"), [""; 0]);
    assert_eq!(children(&f, "T-4"), ["T-2"]);
}

#[test]
fn a_parent_is_handed_off_when_its_parts_are_done_or_given_up() {
    let mut f = with_parts();
    f.take(A, claimed("T-1"));
    let handoff = |f: &Fixture| delivered::handed_off(delivered::handoff(f, "T-1"));
    let refusal = f.refuses(A, handoff(&f), &ground::CHILDREN_OPEN);
    assert!(
        refusal.what.ends_with("T-2 (todo), T-3 (todo)"),
        "{}",
        refusal.what
    );
    f.take(A, claimed("T-2")).take(A, done("T-2"));
    f.refuses(A, handoff(&f), &ground::CHILDREN_OPEN);
    f.take(BOSS, stages::abandoned("T-3", WHY));
    let what = handoff(&f);
    f.take(A, what);
    assert_eq!(f.live("T-1").status, Phase::Review);
}

#[test]
fn a_part_never_waits_for_its_parent_in_any_way() {
    let mut f = with_parts();
    f.refuses(A, blocked("T-2", Some("T-1"), None), &ground::DEPENDENCY_CYCLE);
    let depends = f.edited("T-2", |t| t.depends_on = vec![task_id("T-1")]);
    f.refuses(A, depends, &ground::DEPENDENCY_CYCLE);
    let new = part(&f, "T-4", |t| t.depends_on = vec![task_id("T-1")]);
    f.refuses(A, new, &ground::DEPENDENCY_CYCLE);
    // What is blocked on a task does not become a part of it, nor of one that waits for it.
    f.add("T-5", &[]).take(A, blocked("T-5", Some("T-1"), None));
    let joining = f.edited("T-5", |t| t.parent = Some(task_id("T-1")));
    f.refuses(A, joining, &ground::DEPENDENCY_CYCLE);
    let itself = f.edited("T-5", |t| t.parent = Some(task_id("T-5")));
    f.refuses(A, itself, &ground::INVALID_INPUT);
    // Settled anew it is not blocked any more.
    let settled = stages::rescoped(&f, "T-5", WHY, |t| t.parent = Some(task_id("T-1")));
    f.take(BOSS, settled);
    assert_eq!(children(&f, "T-1"), ["T-2", "T-3", "T-5"]);
}

#[test]
fn parts_go_on_when_their_parent_has_ended_and_get_no_new_siblings() {
    let mut f = with_parts();
    f.take(BOSS, stages::abandoned("T-1", WHY))
        .edit("T-2", |t| t.title = "another title".into());
    let settled = stages::rescoped(&f, "T-3", WHY, |t| t.title = "another title".into());
    f.take(BOSS, settled);
    let late = part(&f, "T-4", |_| {});
    f.refuses(A, late, &ground::NOT_IN_PHASE);
    f.add("T-5", &[]);
    let joining = f.edited("T-5", |t| t.parent = Some(task_id("T-1")));
    f.refuses(A, joining, &ground::NOT_IN_PHASE);
    f.edit("T-2", |t| {
        t.parent = None;
        t.merge_order = None;
    });
    assert_eq!(f.live("T-2").parent, None);
}

#[test]
fn a_part_that_lands_first_waits_for_none_that_lands_later() {
    let mut f = with_parts();
    // T-2 is to land before T-3.
    let depends = f.edited("T-2", |t| t.depends_on = vec![task_id("T-3")]);
    f.refuses(A, depends, &ground::DEPENDENCY_CYCLE);
    f.refuses(A, blocked("T-2", Some("T-3"), None), &ground::DEPENDENCY_CYCLE);
    // Nor by way of another, nor when the order comes last.
    let other = f.task_with("T-9", |t| t.depends_on = vec![task_id("T-3")]);
    f.take(A, added(other));
    let by_another = f.edited("T-2", |t| t.depends_on = vec![task_id("T-9")]);
    f.refuses(A, by_another, &ground::DEPENDENCY_CYCLE);
    f.edit("T-2", |t| t.merge_order = None)
        .edit("T-2", |t| t.depends_on = vec![task_id("T-9")]);
    let first = f.edited("T-2", |t| t.merge_order = Some(1));
    f.refuses(A, first, &ground::DEPENDENCY_CYCLE);
    f.edit("T-2", |t| t.merge_order = Some(3));
    let before = f.edited("T-3", |t| t.merge_order = Some(4));
    f.refuses(A, before, &ground::DEPENDENCY_CYCLE);
}
