//! What a landing leaves behind, what it must say of itself, and that landings can be stopped.

use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::moves::Situation;
use lane_core::record::Conflict;
use lane_core::record::Known;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::view::View as _;

use super::delivered;
use super::fixture::A;
use super::fixture::Fixture;
use super::fixture::done;
use super::fixture::landed;
use super::fixture::signed;
use super::places::BOSS;
use super::places::INTEGRATOR;
use super::places::PERSON;
use super::places::place;
use super::stages;

fn queued() -> Fixture {
    place(Situation {
        phase: Phase::Queued,
        claimed: true,
        retries: 1,
    })
}

fn frozen(why: &str) -> Payload {
    Payload::LandingFrozen { why: why.to_owned() }
}

fn thawed(why: &str) -> Payload {
    Payload::LandingThawed { why: why.to_owned() }
}

#[test]
fn a_landing_completes_its_task_with_what_it_did() {
    let mut f = queued();
    let what = landed(&f, "T-1");
    f.take(INTEGRATOR, what);
    let task = f.any("T-1");
    assert_eq!(task.status, Phase::Done);
    let completion = task.completion.unwrap();
    assert_eq!(completion.how, Some(Known::Landed));
    assert_eq!(completion.holder.unwrap().as_str(), A.0);
    assert_eq!(completion.landing.unwrap().gate.len(), 0);
    assert!(f.state.locks().unwrap().is_empty());
}

#[test]
fn a_landing_that_does_not_fit_together_is_no_landing() {
    let f = queued();
    let lies: [fn(&mut Payload); 5] = [
        |what| with(what, |_, how, _| *how = None),
        |what| with(what, |_, how, _| *how = Some(Known::Ancestor)),
        |what| with(what, |_, _, base| "main".clone_into(base)),
        |what| with(what, |landed, _, _| landed.clear()),
        |what| with(what, |landed, _, _| "HEAD".clone_into(landed)),
    ];
    for (n, lie) in lies.into_iter().enumerate() {
        let mut what = landed(&f, "T-1");
        lie(&mut what);
        let no = f.refusal(INTEGRATOR, what);
        assert_eq!(no.ground.id, ground::INVALID_INPUT.id, "{n}: {}", no.what);
    }
}

fn with(what: &mut Payload, change: impl FnOnce(&mut String, &mut Option<Known>, &mut String)) {
    if let Payload::TaskDone {
        landed,
        how,
        landing: Some(landing),
        ..
    } = what
    {
        change(landed, how, &mut landing.base);
    }
}

#[test]
fn what_was_merged_elsewhere_is_a_fact_also_while_landings_are_frozen() {
    let mut f = queued();
    f.take(INTEGRATOR, frozen("a release"));
    let ours = landed(&f, "T-1");
    let no = f.refuses(INTEGRATOR, ours, &ground::LANDING_FROZEN);
    assert!(no.what.contains("\"a release\""), "{}", no.what);
    f.take(INTEGRATOR, done("T-1"));
    assert_eq!(f.any("T-1").status, Phase::Done);
}

#[test]
fn landings_are_frozen_once_thawed_once_and_by_those_who_land() {
    let mut f = queued();
    f.refuses(INTEGRATOR, thawed("x"), &ground::NOTHING_CHANGES);
    f.refuses(A, frozen("x"), &ground::ROLE_NOT_ALLOWED);
    f.refuses(INTEGRATOR, frozen("two\nlines"), &ground::INVALID_INPUT);
    f.take(INTEGRATOR, frozen("x"));
    f.refuses(BOSS, frozen("y"), &ground::NOTHING_CHANGES);
    f.refuses(A, thawed("x"), &ground::ROLE_NOT_ALLOWED);
    f.take(BOSS, thawed("x"));
    assert_eq!(f.state.meta().unwrap().frozen, None);
    let what = landed(&f, "T-1");
    f.take(INTEGRATOR, what);
}

#[test]
fn a_signature_is_for_one_commit() {
    let mut f = queued();
    f.adopt(|p| p.landing.sign_off = true);
    let first = signed(&f, "T-1");
    f.take(PERSON, first);
    // The author takes it back and delivers something else.
    f.take(A, delivered::resumed("T-1"));
    let runs = delivered::all_passed(&f, "T-1");
    f.take(A, runs);
    let mut handoff = delivered::handoff(&f, "T-1");
    delivered::OTHER.clone_into(&mut handoff.tip);
    f.take(A, delivered::handed_off(handoff));
    for (who, verb) in [
        (super::places::REVIEWER, JudgeVerb::Approve),
        (super::places::TESTER, JudgeVerb::Pass),
    ] {
        let what = stages::judged(&f, "T-1", verb);
        f.take(who, what);
    }
    let what = landed(&f, "T-1");
    f.refuses(INTEGRATOR, what.clone(), &ground::UNSIGNED);
    let again = signed(&f, "T-1");
    f.take(PERSON, again);
    f.take(INTEGRATOR, what);
}

#[test]
fn what_cannot_land_goes_back_with_its_class_and_is_counted() {
    let mut f = queued();
    let mut verdict = stages::verdict(JudgeVerb::Return, delivered::TIP);
    verdict.conflict = Some(Conflict::Textual);
    f.take(
        INTEGRATOR,
        stages::judged_as("T-1", JudgeVerb::Return, verdict, None),
    );
    let task = f.live("T-1");
    assert_eq!(task.status, Phase::InProgress);
    assert_eq!(task.verdict[&Stage::Landing].conflict, Some(Conflict::Textual));
    assert_eq!(task.failures(Stage::Landing), 1);
    f.refuses(INTEGRATOR, landed(&f, "T-1"), &ground::NOT_IN_PHASE);
}
