//! Approved pushes: given by a maintainer for one change, used once, by somebody else, in time.

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::PushId;
use lane_core::policy::Role;
use lane_core::record::Forced;
use lane_core::record::PUSHES_MAX;
use lane_core::view::View as _;

use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::places::PERSON;

const OLD: &str = "1111111111111111111111111111111111111111";
const NEW: &str = "2222222222222222222222222222222222222222";
const DAY_SECS: i64 = 24 * 3600;

fn change(name: &str, new: Option<&str>) -> Forced {
    Forced {
        name: name.to_owned(),
        old: OLD.to_owned(),
        new: new.map(str::to_owned),
    }
}

fn main_back() -> Forced {
    change("refs/heads/main", Some(NEW))
}

fn approved(id: &str, change: Forced) -> Payload {
    Payload::PushApproved {
        id: PushId::new(id).unwrap(),
        change,
        why: "a secret came onto it".to_owned(),
    }
}

fn forced(id: &str, change: Forced) -> Payload {
    Payload::PushForced {
        id: PushId::new(id).unwrap(),
        change,
    }
}

fn waiting(f: &Fixture) -> Vec<String> {
    let meta = f.state.meta().unwrap();
    meta.push.keys().map(ToString::to_string).collect()
}

const MAINTAINER: Who = Who("agent-b", "c2", Role::Maintainer);

#[test]
fn an_approval_is_used_once() {
    let mut f = Fixture::new();
    f.take(MAINTAINER, approved("P-1", main_back()));
    assert_eq!(waiting(&f), ["P-1"]);
    let kept = f.state.meta().unwrap().push.into_values().next().unwrap();
    assert_eq!(
        (kept.by.as_str(), kept.why.as_str()),
        ("agent-b", "a secret came onto it")
    );
    assert_eq!(kept.until.secs() - kept.at.secs(), DAY_SECS);
    f.take(A, forced("P-1", main_back()));
    assert_eq!(waiting(&f), [""; 0]);
    f.refuses(A, forced("P-1", main_back()), &ground::DESTRUCTIVE_PUSH);
}

#[test]
fn an_approval_is_for_exactly_one_change() {
    let mut f = Fixture::new();
    f.take(MAINTAINER, approved("P-1", main_back()));
    for other in [
        change("refs/heads/main", None),
        change("refs/heads/other", Some(NEW)),
        change("refs/heads/main", Some(&"3".repeat(40))),
    ] {
        f.refuses(A, forced("P-1", other), &ground::DESTRUCTIVE_PUSH);
    }
    f.refuses(A, forced("P-2", main_back()), &ground::DESTRUCTIVE_PUSH);
}

#[test]
fn an_agent_does_not_use_what_it_approved_and_a_person_does() {
    let mut f = Fixture::new();
    f.take(
        A_ELSEWHERE.acting_as(Role::Maintainer),
        approved("P-1", main_back()),
    );
    f.refuses(A, forced("P-1", main_back()), &ground::DESTRUCTIVE_PUSH);
    // Somebody else may still approve the same.
    f.take(MAINTAINER, approved("P-2", main_back()));
    f.refuses(MAINTAINER, approved("P-3", main_back()), &ground::NOTHING_CHANGES);
    f.take(A, forced("P-2", main_back()));
    f.take(PERSON, approved("P-4", main_back()));
    f.take(PERSON, forced("P-4", main_back()));
}

#[test]
fn an_approval_is_over_after_a_day_and_makes_room() {
    let mut f = Fixture::new();
    f.take(MAINTAINER, approved("P-1", main_back()));
    f.wait(DAY_SECS);
    f.wait(1);
    f.refuses(A, forced("P-1", main_back()), &ground::DESTRUCTIVE_PUSH);
    f.take(MAINTAINER, approved("P-2", main_back()));
    assert_eq!(waiting(&f), ["P-2"]);
}

#[test]
fn approvals_that_wait_are_bounded() {
    let mut f = Fixture::new();
    let nth = |n: usize| approved(&format!("P-{n}"), change(&format!("refs/heads/b{n}"), None));
    for n in 0..PUSHES_MAX {
        f.take(MAINTAINER, nth(n));
    }
    f.refuses(MAINTAINER, nth(PUSHES_MAX), &ground::INVALID_INPUT);
}

#[test]
fn a_push_is_approved_by_a_maintainer_with_a_reason() {
    let mut f = Fixture::new();
    for role in [Role::Worker, Role::Orchestrator, Role::Integrator] {
        f.refuses(
            B.acting_as(role),
            approved("P-1", main_back()),
            &ground::ROLE_NOT_ALLOWED,
        );
    }
    for odd in [
        change("main", Some(NEW)),
        change("refs/agents/state", Some(NEW)),
        change("refs/heads/main", Some(OLD)),
        change("refs/heads/main", Some("HEAD")),
    ] {
        f.refuses(MAINTAINER, approved("P-1", odd), &ground::INVALID_INPUT);
    }
    let mut silent = approved("P-1", main_back());
    if let Payload::PushApproved { why, .. } = &mut silent {
        "two\nlines".clone_into(why);
    }
    f.refuses(MAINTAINER, silent, &ground::INVALID_INPUT);
    f.adopt(|policy| {
        policy.roles.insert(Role::Maintainer, vec!["person:*".to_owned()]);
        policy.roles.insert(Role::Worker, vec!["agent-a".to_owned()]);
    });
    f.refuses(
        MAINTAINER,
        approved("P-1", main_back()),
        &ground::ROLE_NOT_ALLOWED,
    );
    f.take(PERSON, approved("P-1", main_back()));
    f.refuses(
        PERSON,
        approved("P-1", change("refs/heads/x", None)),
        &ground::ID_TAKEN,
    );
    // Who pushes acts in no role.
    f.take(B, forced("P-1", main_back()));
}
