//! Every need of every row: unmet alone it is exactly its ground, and met the transition happens.

use std::collections::BTreeSet;

use lane_core::apply::unmet;
use lane_core::ground;
use lane_core::moves::MOVES;
use lane_core::moves::Need;
use lane_core::policy::Role;
use lane_core::refusal::Refusal;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::reclaimed;
use super::fixture::task_id;
use super::places::BOSS;
use super::places::payload;
use super::places::ready_for;
use super::spoilt::Spoilt;
use super::spoilt::spoil;
use super::stages;

#[test]
fn each_need_alone_unmet_is_its_ground_and_nothing_else() {
    for row in MOVES {
        for need in row.needs {
            let places = ready_for(row);
            let spoilt = places.into_iter().flat_map(|f| spoil(*need, row, f));
            for Spoilt { f, who, what, ground } in spoilt {
                let case = format!("{} {} {need:?} {what:?}", row.from, row.verb);
                let all = unmet(&f.state, &f.event(who, what.clone()), &task_id("T-1")).unwrap();
                let ids: Vec<&str> = all.iter().map(|r: &Refusal| r.ground.id).collect();
                assert_eq!(ids, [ground.id], "{case}");
                assert_eq!(f.refusal(who, what).ground.id, ground.id, "{case}");
            }
        }
    }
}

#[test]
fn every_need_was_unmet_somewhere() {
    let unmet_somewhere: BTreeSet<Need> = MOVES
        .iter()
        .flat_map(|row| row.needs.iter().map(move |need| (row, *need)))
        .filter(|(row, need)| {
            ready_for(row)
                .into_iter()
                .any(|f| !spoil(*need, row, f).is_empty())
        })
        .map(|(_, need)| need)
        .collect();
    let all: BTreeSet<Need> = MOVES.iter().flat_map(|row| row.needs.iter().copied()).collect();
    assert_eq!(unmet_somewhere, all);
}

#[test]
fn those_above_a_holder_act_in_its_place() {
    let holders = [Need::Holder, Need::Hand, Need::HolderOrLate];
    let rows = MOVES
        .iter()
        .filter(|row| row.needs.iter().any(|need| holders.contains(need)));
    for row in rows {
        for role in [Role::Orchestrator, Role::Maintainer] {
            for mut f in ready_for(row) {
                let what = payload(&f, row.verb);
                f.take(B.acting_as(role), what);
            }
        }
    }
}

#[test]
fn a_blocker_in_words_ends_by_unblock_only() {
    let mut f = Fixture::new();
    f.add("T-1", &[])
        .take(A, blocked("T-1", None, Some("the vendor answers")));
    let refusal = f.refuses(B, claimed("T-1"), &ground::BLOCKER_OPEN);
    assert_eq!(refusal.said.unwrap().text, "the vendor answers");
    f.take(B, super::fixture::unblocked("T-1"))
        .take(B, claimed("T-1"));
}

#[test]
fn a_lane_without_a_lock_has_no_lease_that_ends() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).take(A, claimed("T-1")).wait(LEASE_SECS * 99);
    let event = f.event(B, reclaimed("L-T-1", "gone"));
    let named = unmet(&f.state, &event, &task_id("T-1")).unwrap();
    assert_eq!(named[0].ground.id, "lease-running");
    assert!(named[0].hints[0].contains("release T-1"), "{:?}", named[0].hints);
}

#[test]
fn what_waits_for_something_that_was_given_up_is_led_to_wait_for_it_no_longer() {
    let mut f = Fixture::new();
    f.add("T-2", &[]).add("T-1", &[]).add("T-3", &[]);
    f.edit("T-1", |t| t.depends_on = vec![task_id("T-2")]);
    f.take(A, blocked("T-3", Some("T-2"), None))
        .take(BOSS, stages::abandoned("T-2", stages::WHY));
    let open = f.refuses(A, claimed("T-1"), &ground::DEPENDENCY_OPEN);
    assert_eq!(open.hints, ["git lane task edit T-1 --remove-depends-on T-2"]);
    f.edit("T-1", |t| t.depends_on.clear()).take(A, claimed("T-1"));
    let blocked = f.refuses(A, claimed("T-3"), &ground::BLOCKER_OPEN);
    assert_eq!(blocked.hints, ["git lane unblock T-3"]);
    f.take(A, super::fixture::unblocked("T-3"))
        .take(A, claimed("T-3"));
}
