//! The ready list says what `apply` would say of a claim, card by card.

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::apply::unmet;
use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::AreaName;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::ready::Card;
use lane_core::ready::Floor;
use lane_core::record::Phase;
use lane_core::view::Found;
use lane_core::view::View as _;
use proptest::prelude::*;

use super::chance;
use super::chance::AGENTS;
use super::chance::CLONES;
use super::delivered;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::lock_id;
use super::fixture::released;
use super::fixture::task_id;
use super::fixture::unblocked;
use super::places::BOSS;
use super::places::REVIEWER;
use super::places::TESTER;
use super::stages;

fn agrees(f: &Fixture, who: Who) {
    for task in f.state.live() {
        let what = Payload::TaskClaimed {
            task: task.id.clone(),
            lock: lock_id("L-fresh"),
        };
        let event = f.event(who, what);
        let floor = Floor::new(&f.state, &event.by, &event.clone).unwrap();
        let is_done = |id: &TaskId| matches!(f.state.task(id), Ok(Some(Found::Archived(ended))) if ended.status == Phase::Done);
        let against = floor.against(&Card::of(task), &is_done);
        let all = unmet(&f.state, &event, &task.id).unwrap();
        match (against, apply(&f.state, &event)) {
            (None, Ok(_)) => assert!(all.is_empty()),
            (Some(ground), Err(Rejection::Refused(refusal))) => {
                assert_eq!(ground.id, refusal.ground.id, "{task:?}");
                assert!(all.iter().any(|r| r.ground.id == ground.id), "{all:?}");
            }
            (said, verdict) => panic!("{who:?}: ready says {said:?}, apply {verdict:?} of {task:?}"),
        }
    }
}

fn agrees_for_all(f: &Fixture) {
    for agent in AGENTS {
        for clone in CLONES {
            agrees(f, Who(agent, clone, Role::Worker));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn ready_and_apply_agree_in_any_state(steps in chance::history(), needs_scope: bool) {
        let mut f = chance::ground_floor();
        for step in &steps {
            f.wait(step.wait_secs());
            let _ = f.attempt(step.who(&f), step.payload(&f));
        }
        agrees_for_all(&f);
        f.adopt(|p| {
            chance::policy(p);
            p.lanes.require_scope = needs_scope;
            p.lanes.common_paths = vec!["src/a".into()];
        });
        agrees_for_all(&f);
    }
}

#[test]
fn ready_and_apply_agree_before_there_is_a_policy() {
    let mut f = Fixture::genesis();
    f.add("T-1", &["src"])
        .add("T-2", &[])
        .take(A, blocked("T-2", None, Some("x")));
    agrees_for_all(&f);
}

#[test]
fn an_area_is_full_at_its_limit_and_names_its_lanes_by_the_smallest_free_number() {
    let mut f = Fixture::with_policy(|p| {
        chance::policy(p);
        p.capacity.total = 9;
    });
    for id in ["T-1", "T-2", "T-3"] {
        let task = f.task_with(id, |t| t.area = Some(AreaName::new("core").unwrap()));
        f.take(A, added(task));
    }
    let name = |f: &Fixture, id| f.live(id).claim.unwrap().lane;
    f.take(A, claimed("T-1")).take(B, claimed("T-2"));
    assert_eq!(
        (name(&f, "T-1"), name(&f, "T-2")),
        ("core:1".into(), "core:2".into())
    );
    f.refuses(B, claimed("T-3"), &ground::AREA_FULL);
    agrees_for_all(&f);
    f.take(A, released("T-1", "room")).take(B, claimed("T-3"));
    assert_eq!(name(&f, "T-3"), "core:1");
    agrees_for_all(&f);
}

#[test]
fn a_pool_is_full_of_lanes_in_progress_and_not_of_blocked_ones() {
    let mut f = Fixture::with_policy(|p| p.capacity.total = 1);
    f.add("T-1", &[]).add("T-2", &[]).take(A, claimed("T-1"));
    f.refuses(B, claimed("T-2"), &ground::CAPACITY_FULL);
    agrees_for_all(&f);
    f.take(A, blocked("T-1", None, Some("x")));
    agrees_for_all(&f);
    f.take(B, claimed("T-2"));
}

#[test]
fn a_pool_is_full_of_those_who_review_and_test_too() {
    let mut f = Fixture::with_policy(|p| p.capacity.total = 1);
    f.add("T-1", &[]).add("T-2", &[]).take(A, claimed("T-1"));
    let handoff = delivered::handoff(&f, "T-1");
    f.take(A, delivered::handed_off(handoff));
    agrees_for_all(&f);
    f.take(REVIEWER, stages::assigned("T-1", AssignVerb::Review));
    f.refuses(B, claimed("T-2"), &ground::CAPACITY_FULL);
    agrees_for_all(&f);
    // A verdict gives the place back; what was judged needs none until somebody tests it.
    let approved = stages::judged(&f, "T-1", JudgeVerb::Approve);
    f.take(REVIEWER, approved);
    agrees_for_all(&f);
    f.take(B, claimed("T-2"));
    f.refuses(
        TESTER,
        stages::assigned("T-1", AssignVerb::Test),
        &ground::CAPACITY_FULL,
    );
    agrees_for_all(&f);
}

#[test]
fn what_waits_for_a_task_that_was_given_up_is_not_ready() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).add("T-2", &[]).add("T-3", &[]);
    f.edit("T-2", |t| t.depends_on = vec![task_id("T-1")])
        .take(A, blocked("T-3", Some("T-1"), None))
        .take(BOSS, stages::abandoned("T-1", stages::WHY));
    f.refuses(A, claimed("T-2"), &ground::DEPENDENCY_OPEN);
    f.refuses(A, claimed("T-3"), &ground::BLOCKER_OPEN);
    agrees_for_all(&f);
    f.take(A, unblocked("T-3")).take(A, claimed("T-3"));
}
