//! Whose move it is, in each phase and each way of waiting.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::time::Span;
use lane_core::whose_move::Mover;
use lane_core::whose_move::Turns;

use super::delivered;
use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::LEASE_SECS;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::done;
use super::fixture::task_id;
use super::fixture::texts;
use super::fixture::widened;
use super::places::BOSS;
use super::places::REVIEWER;
use super::places::TESTER;
use super::stages;
use super::stages::WHY;

fn mover(f: &Fixture, id: &str) -> Mover {
    let turns = Turns::new(&f.state, f.now()).unwrap();
    turns.of(&f.any(id)).unwrap().unwrap()
}

/// Role, agent and the task that has to move first.
fn check(f: &Fixture, id: &str, role: Role, agent: Option<&str>, after: Option<&str>) {
    let found = mover(f, id);
    let by = found.agent.as_ref().map(Agent::as_str);
    let first = found.after.as_ref().map(TaskId::as_str);
    assert_eq!((found.role, by, first), (role, agent, after), "{id}: {found:?}");
}

fn handed_off(f: &mut Fixture, id: &str) {
    let handoff = delivered::handoff(f, id);
    f.take(A, delivered::handed_off(handoff));
}

#[test]
fn from_the_queue_to_the_end_it_goes_from_duty_to_duty() {
    let mut f = Fixture::new();
    f.add("T-1", &["src"]);
    check(&f, "T-1", Role::Worker, None, None);
    f.wait(10).take(A, claimed("T-1"));
    check(&f, "T-1", Role::Worker, Some(A.0), None);
    assert_eq!(mover(&f, "T-1").since, f.now());
    handed_off(&mut f, "T-1");
    check(&f, "T-1", Role::Reviewer, None, None);
    f.wait(10)
        .take(REVIEWER, stages::assigned("T-1", AssignVerb::Review));
    check(&f, "T-1", Role::Reviewer, Some(REVIEWER.0), None);
    assert_eq!(mover(&f, "T-1").since, f.now());
    let approved = stages::judged(&f, "T-1", JudgeVerb::Approve);
    f.take(REVIEWER, approved);
    check(&f, "T-1", Role::Tester, None, None);
    f.take(TESTER, stages::assigned("T-1", AssignVerb::Test));
    check(&f, "T-1", Role::Tester, Some(TESTER.0), None);
    let passed = stages::judged(&f, "T-1", JudgeVerb::Pass);
    f.take(TESTER, passed);
    check(&f, "T-1", Role::Integrator, None, None);
    f.take(A, stages::escalated("T-1", WHY));
    check(&f, "T-1", Role::Orchestrator, None, None);
    f.take(A, done("T-1"));
    let turns = Turns::new(&f.state, f.now()).unwrap();
    assert_eq!(turns.of(&f.any("T-1")), Ok(None));
}

#[test]
fn what_waits_for_a_task_names_it_and_what_waits_in_vain_is_the_orchestrators() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).add("T-2", &[]).add("T-3", &[]);
    f.edit("T-3", |t| t.depends_on = vec![task_id("T-1"), task_id("T-2")]);
    check(&f, "T-3", Role::Worker, None, Some("T-1"));
    f.take(A, claimed("T-1")).take(A, done("T-1"));
    check(&f, "T-3", Role::Worker, None, Some("T-2"));
    f.take(BOSS, stages::abandoned("T-2", WHY));
    check(&f, "T-3", Role::Orchestrator, None, None);
    let settled = stages::rescoped(&f, "T-3", WHY, |t| t.depends_on.clear());
    f.take(BOSS, settled);
    check(&f, "T-3", Role::Worker, None, None);
}

#[test]
fn what_is_blocked_is_the_orchestrators_until_the_blocker_is_over() {
    for (is_claimed, end, then) in [
        (false, done("T-1"), (Role::Worker, None)),
        (false, stages::abandoned("T-1", WHY), (Role::Orchestrator, None)),
        (true, done("T-1"), (Role::Worker, Some(B.0))),
        (true, stages::abandoned("T-1", WHY), (Role::Worker, Some(B.0))),
    ] {
        let mut f = Fixture::new();
        f.add("T-1", &[]).add("T-2", &["src"]).take(A, claimed("T-1"));
        if is_claimed {
            f.take(B, claimed("T-2"));
        }
        f.take(B, blocked("T-2", Some("T-1"), None));
        check(&f, "T-2", Role::Orchestrator, None, Some("T-1"));
        let by = if matches!(end, Payload::TaskDone { .. }) {
            A
        } else {
            BOSS
        };
        f.take(by, end);
        check(&f, "T-2", then.0, then.1, None);
    }
    let mut f = Fixture::new();
    f.add("T-1", &[])
        .take(A, blocked("T-1", None, Some("the vendor")));
    check(&f, "T-1", Role::Orchestrator, None, None);
}

#[test]
fn a_parent_in_progress_waits_for_its_parts_and_parts_for_those_that_land_before() {
    let mut f = Fixture::new();
    f.add("T-1", &[]).take(A, claimed("T-1"));
    for (id, order) in [("T-2", Some(2)), ("T-3", Some(1)), ("T-4", None)] {
        let part = f.task_with(id, |t| {
            t.parent = Some(task_id("T-1"));
            t.merge_order = order;
        });
        f.take(A, added(part));
    }
    check(&f, "T-1", Role::Worker, Some(A.0), Some("T-2"));
    for id in ["T-2", "T-4"] {
        f.take(A, claimed(id));
        handed_off(&mut f, id);
        for (who, verb) in [(REVIEWER, JudgeVerb::Approve), (TESTER, JudgeVerb::Pass)] {
            let what = stages::judged(&f, id, verb);
            f.take(who, what);
        }
    }
    check(&f, "T-2", Role::Integrator, None, Some("T-3"));
    check(&f, "T-4", Role::Integrator, None, None);
    f.take(A, claimed("T-3")).take(A, done("T-3"));
    check(&f, "T-2", Role::Integrator, None, None);
    f.take(A, done("T-2")).take(A, done("T-4"));
    check(&f, "T-1", Role::Worker, Some(A.0), None);
}

#[test]
fn where_authors_judge_first_it_is_theirs_for_each_commit_anew() {
    for stages in [&["self-review"][..], &["self-review", "review"]] {
        let mut f = Fixture::with_policy(|p| p.pipeline.stages = texts(stages));
        f.add("T-1", &["src"]).take(A, claimed("T-1"));
        handed_off(&mut f, "T-1");
        f.wait(LEASE_SECS * 9);
        check(&f, "T-1", Role::Worker, Some(A.0), None);
        assert!(!mover(&f, "T-1").late);
        let own = stages::judged(&f, "T-1", JudgeVerb::SelfReview);
        f.take(A, own);
        if stages.len() == 1 {
            check(&f, "T-1", Role::Integrator, None, None);
            continue;
        }
        check(&f, "T-1", Role::Reviewer, None, None);
        let handoff = Checkpoint {
            tip: delivered::OTHER.to_owned(),
            ..delivered::handoff(&f, "T-1")
        };
        f.take(A, delivered::handed_off(handoff));
        check(&f, "T-1", Role::Worker, Some(A.0), None);
    }
}

#[test]
fn a_hold_is_late_by_the_first_of_lease_and_limit_and_a_minute_more() {
    for (limit_secs, over_secs) in [(None, LEASE_SECS), (Some(600), 600), (Some(99_999), LEASE_SECS)] {
        let mut f = Fixture::with_policy(|p| p.limits.worker = limit_secs.map(Span::from_secs));
        f.add("T-1", &["src"]).take(A, claimed("T-1"));
        let until = f.now().after(Span::from_secs(over_secs));
        assert_eq!(mover(&f, "T-1").until, Some(until));
        assert!(!mover(f.wait(over_secs + 60), "T-1").late);
        assert!(mover(f.wait(1), "T-1").late);
    }
}

/// Only the claim's own lock says whether the hold may be taken away.
#[test]
fn a_further_lock_that_runs_out_makes_no_hold_late() {
    let mut f = Fixture::new();
    f.add("T-1", &["src"]).take(A, claimed("T-1"));
    let short = match widened("L-2", "T-1", &["docs"]) {
        Payload::LockGranted {
            lock,
            task,
            scope,
            mode,
            objective,
            ..
        } => Payload::LockGranted {
            lock,
            task,
            scope,
            mode,
            objective,
            lease: Some(Span::from_secs(300)),
        },
        other => other,
    };
    f.take(A, short).wait(900);
    assert!(!mover(&f, "T-1").late);
}

/// Where the policy says who works, whoever took a lane over goes on in the duty that it has.
#[test]
fn a_lane_that_was_taken_over_is_moved_in_a_duty_that_its_holder_has() {
    let mut f = Fixture::with_policy(|p| drop(p.roles.insert(Role::Worker, texts(&["agent-*"]))));
    f.add("T-1", &["src"]).take(A, claimed("T-1"));
    check(&f, "T-1", Role::Worker, Some(A.0), None);
    let what = stages::taken_over(&f, "T-1", WHY);
    f.take(BOSS, what);
    check(&f, "T-1", Role::Orchestrator, Some(BOSS.0), None);
    let handoff = delivered::handoff(&f, "T-1");
    f.take(BOSS, delivered::handed_off(handoff));
    let take = stages::assigned("T-1", AssignVerb::Review);
    f.refuses(BOSS, take.clone(), &ground::OWN_WORK);
    let other = REVIEWER.acting_as(Role::Maintainer);
    f.take(other, take);
    check(&f, "T-1", Role::Maintainer, Some(REVIEWER.0), None);
}
