//! Who may take what, and what a team would start.

use lane_core::event::AssignVerb;
use lane_core::event::Payload;
use lane_core::id::Agent;
use lane_core::id::AreaName;
use lane_core::id::CloneId;
use lane_core::order::Offers;
use lane_core::order::Order;
use lane_core::order::Plan;
use lane_core::order::plan;
use lane_core::policy::Area;
use lane_core::policy::Role;
use lane_core::ready::Floor;
use lane_core::record::Mark;
use lane_core::record::Phase;
use lane_core::view::View as _;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::Who;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::task_id;
use super::moves::cards;
use super::moves::handed_off;
use super::moves::is_done;
use super::moves::put;

const C: Who = Who("agent-c", "c3", Role::Worker);

/// What `who` has in hand, may take, and what stands against the rest, in these roles.
fn found(f: &Fixture, who: Who, roles: &[Role]) -> (Vec<String>, Vec<String>, Vec<(&'static str, usize)>) {
    let (cards, is_done) = (cards(f), is_done(f));
    let (by, clone) = (Agent::new(who.0).unwrap(), CloneId::new(who.1).unwrap());
    let floor = Floor::new(&f.state, &by, &clone).unwrap();
    let offers = Offers {
        order: &Order::new(&cards),
        floor: &floor,
        policy: &f.state.policy().unwrap(),
        locks: &f.locks(),
        is_done: &is_done,
        now: f.now(),
        asks: Some((&by, &clone)),
    };
    let found = offers.find(roles);
    let ids = |list: Vec<(usize, Role)>| list.iter().map(|(at, _)| cards[*at].id.to_string()).collect();
    (
        ids(found.in_hand),
        ids(found.free),
        found.against.into_iter().collect(),
    )
}

#[track_caller]
fn check(f: &Fixture, who: Who, role: Role, in_hand: &[&str], free: &[&str], against: &[(&str, usize)]) {
    let (has, may, not) = found(f, who, &[role]);
    assert_eq!(
        (has, may),
        (super::fixture::texts(in_hand), super::fixture::texts(free)),
        "{role}"
    );
    assert_eq!(not, against, "{role}");
}

fn assigned(id: &str, verb: AssignVerb) -> Payload {
    let task = task_id(id);
    Payload::TaskAssigned { task, verb }
}

#[test]
fn reviews_are_not_for_their_authors_nor_for_two_at_once() {
    let mut f = Fixture::new();
    for id in ["T-1", "T-2"] {
        handed_off(&mut f, id, Phase::Review);
    }
    check(&f, A, Role::Reviewer, &[], &[], &[("own-work", 2)]);
    check(&f, B, Role::Reviewer, &[], &["T-1", "T-2"], &[]);
    f.take(B.acting_as(Role::Reviewer), assigned("T-1", AssignVerb::Review));
    check(&f, B, Role::Reviewer, &["T-1"], &["T-2"], &[]);
    check(&f, C, Role::Reviewer, &[], &["T-2"], &[("stage-taken", 1)]);
    // Whoever is over time is followed by anybody.
    f.wait(LEASE_SECS + 61);
    check(&f, C, Role::Reviewer, &[], &["T-1", "T-2"], &[]);
    f.adopt(|p| p.pipeline.own_approval = true);
    check(&f, A, Role::Reviewer, &[], &["T-1", "T-2"], &[]);
    f.adopt(|p| drop(p.roles.insert(Role::Reviewer, vec!["agent-c".to_owned()])));
    check(&f, B, Role::Reviewer, &["T-1"], &[], &[("role-not-allowed", 1)]);
}

#[test]
fn a_full_pool_has_no_place_for_reviews_either_but_for_what_has_one() {
    let mut f = Fixture::with_policy(|p| p.capacity.total = 1);
    handed_off(&mut f, "T-1", Phase::Testing);
    handed_off(&mut f, "T-2", Phase::Testing);
    f.take(B.acting_as(Role::Tester), assigned("T-1", AssignVerb::Test));
    check(
        &f,
        C,
        Role::Tester,
        &[],
        &[],
        &[("capacity-full", 1), ("stage-taken", 1)],
    );
    f.wait(LEASE_SECS + 61);
    check(&f, C, Role::Tester, &[], &["T-1"], &[("capacity-full", 1)]);
}

#[test]
fn what_only_waits_for_its_parts_is_not_begun_and_a_failed_attempt_is_somebody_elses() {
    let mut f = Fixture::new();
    f.add("T-0", &[]).add("T-2", &["x"]);
    let part = f.task_with("T-1", |t| t.parent = Some(task_id("T-0")));
    f.take(A, added(part));
    check(&f, A, Role::Worker, &[], &["T-1", "T-2"], &[("children-open", 1)]);
    f.take(A, claimed("T-2"));
    check(&f, A, Role::Worker, &["T-2"], &["T-1"], &[("children-open", 1)]);
    let failed = Payload::TaskRetried {
        task: task_id("T-2"),
        why: "stuck".to_owned(),
    };
    f.take(A, failed);
    assert_eq!(f.live("T-2").mark(), Some(Mark::Retry));
    check(&f, A, Role::Worker, &[], &["T-1", "T-2"], &[("children-open", 1)]);
    check(&f, B, Role::Worker, &[], &["T-2", "T-1"], &[("children-open", 1)]);
}

#[test]
fn parts_land_one_after_the_other() {
    let mut f = Fixture::new();
    f.add("T-0", &[]);
    for (id, place) in [("T-1", 1), ("T-2", 2), ("T-3", 2)] {
        let part = f.task_with(id, |t| {
            t.parent = Some(task_id("T-0"));
            t.merge_order = Some(place);
        });
        f.take(A, added(part)).take(A, claimed(id));
        put(&mut f, id, |task| task.status = Phase::Queued);
    }
    check(&f, B, Role::Integrator, &[], &["T-1"], &[("merge-order", 2)]);
    f.take(A, super::fixture::done("T-1"));
    check(&f, B, Role::Integrator, &[], &["T-2", "T-3"], &[]);
}

#[test]
fn the_orchestrator_decides_what_is_escalated_late_or_stuck() {
    let mut f = Fixture::new();
    handed_off(&mut f, "T-1", Phase::Escalated);
    f.add("T-2", &["b"]).take(A, claimed("T-2"));
    f.add("T-3", &[])
        .take(A, blocked("T-3", None, Some("a key is missing")));
    f.add("T-4", &[]).take(A, blocked("T-4", Some("T-2"), None));
    check(&f, B, Role::Orchestrator, &[], &["T-1", "T-3"], &[]);
    f.wait(LEASE_SECS + 61);
    check(&f, B, Role::Orchestrator, &[], &["T-1", "T-2", "T-3"], &[]);
}

/// The plan on so many places: starts, landings, decisions, and the rest with reasons.
fn planned(f: &Fixture, slots: usize) -> (Vec<String>, Plan) {
    let (cards, is_done) = (cards(f), is_done(f));
    let policy = f.state.policy().unwrap();
    let floor = || Floor::for_anybody(&f.state, policy.clone()).unwrap();
    let base = floor();
    let offers = Offers {
        order: &Order::new(&cards),
        floor: &base,
        policy: &policy,
        locks: &f.locks(),
        is_done: &is_done,
        now: f.now(),
        asks: None,
    };
    let plan = plan(&offers, floor(), slots);
    let name = |at: usize| cards[at].id.to_string();
    let starts = plan
        .starts
        .iter()
        .map(|start| format!("{} {}", start.role, name(start.at)));
    let lands = plan.lands.iter().map(|at| format!("lands {}", name(*at)));
    let decides = plan.decides.iter().map(|at| format!("decides {}", name(*at)));
    let waits = plan.waits.iter().map(|wait| {
        let by = wait.collides.as_ref().map(|id| format!(" of {id}"));
        format!(
            "{} {}{}",
            wait.against.id(),
            name(wait.at),
            by.unwrap_or_default()
        )
    });
    (starts.chain(lands).chain(decides).chain(waits).collect(), plan)
}

#[test]
fn a_plan_seats_nearly_done_work_first_and_never_two_that_collide() {
    let mut f = Fixture::with_policy(|p| p.capacity.total = 5);
    for (id, phase) in [
        ("T-1", Phase::Review),
        ("T-2", Phase::Testing),
        ("T-3", Phase::Queued),
        ("T-4", Phase::Escalated),
    ] {
        handed_off(&mut f, id, phase);
    }
    f.add("T-5", &["src/a/**"])
        .add("T-6", &["src/**"])
        .add("T-7", &["T-1"])
        .add("T-8", &["docs/**"])
        .add("T-9", &["more/**"]);
    f.take(B, claimed("T-9"));
    let (all, plan) = planned(&f, 9);
    assert_eq!(plan.places, 4);
    assert_eq!(
        all,
        [
            "tester T-2",
            "reviewer T-1",
            "worker T-5",
            "worker T-8",
            "lands T-3",
            "decides T-4",
            "already-claimed T-9",
            "foreign-lock T-6 of T-5",
            "foreign-lock T-7",
        ]
    );
    let (all, plan) = planned(&f, 1);
    assert_eq!((plan.places, all[0].as_str()), (1, "tester T-2"));
    assert!(all.contains(&"capacity-full T-1".to_owned()), "{all:?}");
    assert!(all.contains(&"lands T-3".to_owned()), "landing needs no place");
}

#[test]
fn a_plan_keeps_to_the_lanes_of_an_area_and_to_one_task_a_branch() {
    let core = || AreaName::new("core").unwrap();
    let mut f = Fixture::with_policy(|p| {
        let area = Area {
            owns: vec!["src/**".to_owned()],
            lanes: Some(2),
            ..Area::default()
        };
        p.area.insert(core(), area);
    });
    for id in ["T-1", "T-2", "T-3"] {
        let task = f.task_with(id, |t| t.area = Some(core()));
        f.take(A, added(task));
    }
    for id in ["T-4", "T-5"] {
        let task = f.task_with(id, |t| t.branch = "same".to_owned());
        f.take(A, added(task));
    }
    let (all, _) = planned(&f, 9);
    let rest = ["area-full T-3", "branch-taken T-5 of T-4"];
    assert_eq!(all[..3], ["worker T-1", "worker T-2", "worker T-4"]);
    assert_eq!(all[3..], rest);
}

#[test]
fn a_plan_has_every_open_task_somewhere_exactly_once() {
    let mut f = Fixture::new();
    for phase in Phase::ALL.into_iter().filter(|phase| !phase.is_final()) {
        let id = format!("T-{phase}");
        f.add(&id, &[&id]);
        if !matches!(phase, Phase::Todo) {
            f.take(A, claimed(&id));
        }
        put(&mut f, &id, |task| task.status = phase);
    }
    let (all, _) = planned(&f, 2);
    assert_eq!(all.len(), f.state.live().count(), "{all:?}");
}
