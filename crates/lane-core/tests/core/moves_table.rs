//! Every phase × claimed × verb: a row leads where it says, and no row is a refusal that lists the rows there are.

use lane_core::apply::apply;
use lane_core::apply::unmet;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::moves;
use lane_core::moves::MOVES;
use lane_core::moves::Move;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::view::Found;
use lane_core::view::View as _;

use super::delivered;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::Who;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::task_id;
use super::fixture::unblocked;

/// The task `T-1` in a phase, claimed by [`A`] or not, with all needs of all its rows met. Blocked means
/// blocked on a task that is done. Nothing for places where no task can be.
pub(crate) fn place(phase: Phase, is_claimed: bool) -> Option<Fixture> {
    let mut f = Fixture::new();
    f.archived("T-0");
    let task = f.task_with("T-1", |t| {
        t.scope = vec!["src/a".to_owned()];
        delivered::three_criteria(t);
    });
    f.take(A, added(task));
    match (phase, is_claimed) {
        (Phase::Todo, false) => {}
        (Phase::InProgress, true) => working(&mut f),
        (Phase::Review, true) => {
            working(&mut f);
            let handoff = delivered::handoff(&f, "T-1");
            f.take(A, delivered::handed_off(handoff));
        }
        (Phase::Blocked, false) => _ = f.take(A, blocked("T-1", Some("T-0"), None)),
        (Phase::Blocked, true) => {
            f.take(A, claimed("T-1"))
                .take(A, blocked("T-1", Some("T-0"), None));
        }
        (Phase::Done, false) => _ = f.take(A, claimed("T-1")).take(A, done("T-1")),
        (Phase::Todo | Phase::Done, true) | (Phase::InProgress | Phase::Review, false) => return None,
    }
    Some(f)
}

/// Claimed, and every check run.
fn working(f: &mut Fixture) {
    f.take(A, claimed("T-1"));
    let runs = delivered::all_passed(f, "T-1");
    f.take(A, runs);
}

/// Who does it in these tests: the holder, or for a reclaim somebody else.
pub(crate) fn actor(verb: Verb) -> Who {
    let who = if verb == Verb::Reclaim { B } else { A };
    who.acting_as(moves::implied_role(verb))
}

/// The event of the verb in this state, with the evidence that it takes.
pub(crate) fn payload(f: &Fixture, verb: Verb) -> Payload {
    match verb {
        Verb::Claim => claimed("T-1"),
        Verb::Release => released("T-1", "a reason"),
        Verb::Block => blocked("T-1", None, Some("a reason")),
        Verb::Unblock => unblocked("T-1"),
        Verb::Done => done("T-1"),
        Verb::Reclaim => reclaimed("L-T-1", "a reason"),
        Verb::Handoff => delivered::handed_off(delivered::handoff(f, "T-1")),
        Verb::Resume => delivered::resumed("T-1"),
    }
}

/// A row's place at a time when its lease is over, if that is what the row needs.
pub(crate) fn ready_for(row: &Move) -> Vec<Fixture> {
    let places = [false, true].into_iter().filter(|c| row.when.holds(*c));
    let mut found: Vec<Fixture> = places.filter_map(|c| place(row.from, c)).collect();
    if row.verb == Verb::Reclaim {
        for f in &mut found {
            f.wait(LEASE_SECS + 61);
        }
    }
    found
}

fn phase_of(f: &Fixture) -> Phase {
    match f.state.task(&task_id("T-1")).unwrap().unwrap() {
        Found::Live(task) => task.status,
        Found::Archived(task) => {
            assert_eq!(task.status, Phase::Done);
            Phase::Done
        }
    }
}

#[test]
fn every_row_has_a_place_and_leads_to_its_phase() {
    for row in MOVES {
        let places = ready_for(row);
        assert!(
            !places.is_empty(),
            "{} {}: no task can be there",
            row.from,
            row.verb
        );
        for mut f in places {
            let what = payload(&f, row.verb);
            f.take(actor(row.verb), what);
            assert_eq!(phase_of(&f), row.to, "{} {}", row.from, row.verb);
        }
    }
}

#[test]
fn a_verb_without_a_row_is_refused_with_the_list_of_those_that_have_one() {
    let mut refused = 0;
    for phase in Phase::ALL {
        for is_claimed in [false, true] {
            let Some(f) = place(phase, is_claimed) else {
                continue;
            };
            for verb in Verb::ALL {
                if moves::find(phase, is_claimed, verb).is_none() {
                    check_refused(&f, phase, is_claimed, verb);
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(
        refused,
        6 * Verb::ALL.len() - MOVES.len(),
        "places × verbs − rows"
    );
}

fn check_refused(f: &Fixture, phase: Phase, is_claimed: bool, verb: Verb) {
    let event = f.event(actor(verb), payload(f, verb));
    let named = unmet(&f.state, &event, &task_id("T-1")).unwrap();
    let [refusal] = named.as_slice() else {
        panic!("{phase} {verb}: {named:?}")
    };
    if verb == Verb::Claim && is_claimed {
        assert_eq!(refusal.ground.id, "already-claimed");
        assert_eq!(refusal.held.as_ref().unwrap().agent.as_str(), A.0);
    } else {
        assert_eq!(refusal.ground.id, "not-in-phase", "{phase} {verb}");
        check_list(&refusal.what, phase, is_claimed);
    }
    let refused = f.refusal(actor(verb), payload(f, verb));
    if verb == Verb::Reclaim && !is_claimed {
        // A reclaim names a lock, and where nobody holds the task there is none.
        assert_eq!(refused.ground.id, "no-such-lock");
    } else {
        assert_eq!(refused, *refusal, "`can` says what `apply` says");
    }
}

fn check_list(what: &str, phase: Phase, is_claimed: bool) {
    let verbs = moves::verbs_from(phase, is_claimed);
    if phase.is_final() {
        assert!(verbs.is_empty() && what.ends_with("nothing follows"), "{what}");
        return;
    }
    let (_, list) = what.split_once(" you can: ").unwrap();
    let listed: Vec<&str> = list.split(", ").collect();
    assert_eq!(listed, verbs.iter().map(|v| v.name()).collect::<Vec<_>>());
}

#[test]
fn every_role_outside_the_row_is_refused_and_every_role_inside_taken() {
    for row in MOVES {
        for f in ready_for(row) {
            for role in Role::ALL {
                let who = actor(row.verb).acting_as(role);
                if row.by.contains(&role) {
                    let verdict = apply(&f.state, &f.event(who, payload(&f, row.verb)));
                    assert!(verdict.is_ok(), "{} {} {role}: {verdict:?}", row.from, row.verb);
                } else {
                    let refusal = f.refuses(who, payload(&f, row.verb), &ground::ROLE_NOT_ALLOWED);
                    assert!(refusal.what.contains(role.name()), "{}", refusal.what);
                }
            }
        }
    }
}

#[test]
fn the_policy_narrows_who_acts_in_a_role() {
    for row in MOVES {
        for mut f in ready_for(row) {
            let who = actor(row.verb).acting_as(row.by[0]);
            f.adopt(|p| drop(p.roles.insert(row.by[0], vec!["boss".into()])));
            f.refuses(who, payload(&f, row.verb), &ground::ROLE_NOT_ALLOWED);
            f.adopt(|p| drop(p.roles.insert(row.by[0], vec!["boss".into(), "agent-*".into()])));
            let what = payload(&f, row.verb);
            f.take(who, what);
        }
    }
}
