//! Events about the state itself: the integration branch, the policy, overrides.

use lane_core::apply::apply;
use lane_core::event::Payload;
use lane_core::event::RULES;
use lane_core::ground;
use lane_core::id::AreaName;
use lane_core::id::OverrideId;
use lane_core::policy::Adopted;
use lane_core::policy::Area;
use lane_core::policy::Policy;
use lane_core::view::View as _;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::task_id;
use super::fixture::texts;
use super::fixture::unblocked;

fn named(branch: &str) -> Payload {
    Payload::IntegrationNamed {
        branch: branch.to_owned(),
    }
}

fn adopted(commit: &str, change: impl FnOnce(&mut Policy)) -> Payload {
    let mut policy = Policy::default();
    change(&mut policy);
    let policy = Box::new(Adopted::of(&policy, commit));
    Payload::PolicyAdopted { policy }
}

fn overridden(id: &str, path: &str, task: Option<&str>) -> Payload {
    Payload::OverrideGranted {
        id: OverrideId::new(id).unwrap(),
        path: path.to_owned(),
        why: "a reason".to_owned(),
        task: task.map(task_id),
    }
}

fn kept(f: &Fixture) -> Vec<String> {
    let kept = f.state.exceptions().unwrap();
    kept.into_iter().map(|e| e.id.to_string()).collect()
}

#[test]
fn the_integration_branch_is_named_and_named_again() {
    let mut f = Fixture::genesis();
    f.take(A, named("main")).take(A, named("release/1.x"));
    assert_eq!(f.state.meta().unwrap().integration, "release/1.x");
    f.refuses(A, named("release/1.x"), &ground::NOTHING_CHANGES);
    for bad in ["", "HEAD", "-x", "a..b", "a b", "x.lock"] {
        f.refuses(A, named(bad), &ground::INVALID_INPUT);
    }
}

#[test]
fn a_policy_is_adopted_when_it_judges_otherwise() {
    let mut f = Fixture::genesis();
    f.refuses(A, adopted("", |_| {}), &ground::INVALID_INPUT);
    f.take(A, adopted("c1", |_| {}));
    f.refuses(A, adopted("c2", |_| {}), &ground::NOTHING_CHANGES);
    f.take(A, adopted("c3", |p| p.capacity.total = 2));
    assert_eq!(f.state.policy().unwrap().capacity.total, 2);
}

#[test]
fn a_policy_that_could_judge_nothing_is_not_adopted() {
    let bad = || texts(&["a["]);
    let area = |owns| Area {
        owns,
        ..Area::default()
    };
    let f = Fixture::new();
    let changes: [&dyn Fn(&mut Policy); 5] = [
        &|p| p.lanes.common_paths = bad(),
        &|p| p.lanes.hotspots = bad(),
        &|p| p.maintainer.paths = bad(),
        &|p| p.tests.files = bad(),
        &|p| drop(p.area.insert(AreaName::new("ui").unwrap(), area(bad()))),
    ];
    for change in changes {
        let refusal = f.refuses(A, adopted("c1", change), &ground::INVALID_INPUT);
        assert!(refusal.what.contains("a["), "{}", refusal.what);
    }
}

#[test]
fn an_override_is_for_those_whom_the_policy_names() {
    let mut f = Fixture::new();
    f.refuses(A, overridden("O-1", "src", None), &ground::OVERRIDE_NOT_ALLOWED);
    f.adopt(|p| p.overrides.by = texts(&["agent-a"]));
    f.refuses(B, overridden("O-1", "src", None), &ground::OVERRIDE_NOT_ALLOWED);
    f.refuses(A, overridden("O-1", "a[", None), &ground::INVALID_INPUT);
    f.take(A, overridden("O-1", "src", None));
    f.refuses(A, overridden("O-1", "docs", None), &ground::ID_TAKEN);
}

#[test]
fn an_override_for_a_task_that_is_not_live_is_refused() {
    let mut f = Fixture::new();
    f.archived("T-0").adopt(|p| p.overrides.by = texts(&["*"]));
    for task in ["T-0", "T-9"] {
        f.refuses(A, overridden("O-1", "src", Some(task)), &ground::NO_SUCH_TASK);
    }
}

#[test]
fn an_override_goes_when_it_can_no_longer_be_used() {
    let mut f = Fixture::new();
    f.add("T-1", &[])
        .take(A, claimed("T-1"))
        .adopt(|p| p.overrides.by = texts(&["*"]));
    f.take(A, overridden("O-1", "src", Some("T-1")))
        .take(A, overridden("O-2", "src", None));
    f.wait(LEASE_SECS).take(A, overridden("O-3", "docs", None));
    assert_eq!(kept(&f), ["O-1", "O-2", "O-3"]);
    f.wait(1).take(A, overridden("O-4", "docs", None));
    assert_eq!(kept(&f), ["O-1", "O-3", "O-4"]);
    f.take(A, done("T-1"));
    assert_eq!(kept(&f), ["O-3", "O-4"]);
}

#[test]
fn an_event_of_other_rules_is_not_judged() {
    let f = Fixture::new();
    let mut event = f.event(A, named("main"));
    for rules in [0, RULES + 1] {
        event.rules = rules;
        assert!(apply(&f.state, &event).is_err());
    }
}

#[test]
fn a_task_that_is_written_in_other_case_is_pointed_at() {
    let mut f = Fixture::new();
    f.add("T-1a", &[]);
    let refusal = f.refuses(A, claimed("t-1A"), &ground::NO_SUCH_TASK);
    assert_eq!(refusal.hints, ["git lane task show T-1a"]);
    f.refuses(A, unblocked("T-9"), &ground::NO_SUCH_TASK);
}
