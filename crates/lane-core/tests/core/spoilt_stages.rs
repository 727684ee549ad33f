//! The needs of stages, each alone unmet: who acts, and what a verdict says.

use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::moves::Move;
use lane_core::moves::Need;
use lane_core::moves::Verb;
use lane_core::record::Checkpoint;
use lane_core::record::Class;
use lane_core::record::Kind;
use lane_core::record::Risk;
use lane_core::view::View as _;

use super::delivered;
use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::places::REVIEWER;
use super::places::TESTER;
use super::places::actor;
use super::places::payload;
use super::places::ready_for;
use super::spoilt::Spoilt;
use super::stages;

/// The needs that somebody else fails to meet: each is refused in the role that the row implies.
pub(crate) fn by_strangers(need: Need, row: &Move, f: &Fixture) -> Vec<Spoilt> {
    let (strangers, ground): (&[Who], _) = match need {
        // Whoever acts where nobody is at it cannot be in the way of anybody.
        Need::Free if f.live("T-1").assigned.is_none() => return Vec::new(),
        Need::Free => (&[B], &ground::STAGE_TAKEN),
        _ => (&[B, A_ELSEWHERE], &ground::NOT_HOLDER),
    };
    let role = actor(row.from, row.verb).2;
    let each = |who: Who| {
        ready_for(row).into_iter().map(move |f| Spoilt {
            who: who.acting_as(role),
            what: payload(&f, row.verb),
            f,
            ground,
        })
    };
    strangers.iter().copied().flat_map(each).collect()
}

/// The needs that a verdict fails to meet, or the work that it is on.
pub(crate) fn by_verdicts(need: Need, row: &Move, f: Fixture) -> Vec<Spoilt> {
    match need {
        Need::NotAuthor => own_work(row, f),
        Need::SelfReviewed => unseen_by_author(row, f),
        Need::OnTip => moved_on(row),
        _ => not_implemented(row),
    }
}

/// The author approves; it also is the one who reviews, so that nobody else is at it.
fn own_work(row: &Move, mut f: Fixture) -> Vec<Spoilt> {
    f.take(REVIEWER, stages::left("T-1"));
    vec![Spoilt {
        who: A.acting_as(actor(row.from, row.verb).2),
        what: payload(&f, row.verb),
        f,
        ground: &ground::OWN_WORK,
    }]
}

/// The author judged one commit and handed off another.
fn unseen_by_author(row: &Move, mut f: Fixture) -> Vec<Spoilt> {
    let retries = f.state.policy().unwrap().pipeline.retries;
    f.adopt(|p| {
        p.pipeline.retries = retries;
        p.pipeline.stages.push("self-review".to_owned());
    });
    let handoff = Checkpoint {
        tip: delivered::OTHER.to_owned(),
        ..delivered::handoff(&f, "T-1")
    };
    f.take(A, delivered::handed_off(handoff));
    vec![Spoilt {
        who: actor(row.from, row.verb),
        what: payload(&f, row.verb),
        f,
        ground: &ground::SELF_REVIEW_MISSING,
    }]
}

/// A verdict on another commit; one that brings evidence which is not for it.
fn moved_on(row: &Move) -> Vec<Spoilt> {
    let verb = match row.verb {
        Verb::SelfReview => JudgeVerb::SelfReview,
        Verb::Approve => JudgeVerb::Approve,
        _ => JudgeVerb::Pass,
    };
    let on = |tip: &str, checkpoint| stages::judged_as("T-1", verb, stages::verdict(verb, tip), checkpoint);
    let each = |what: &dyn Fn(&Fixture) -> Payload, ground| -> Vec<Spoilt> {
        let spoilt = |f: Fixture| Spoilt {
            who: actor(row.from, row.verb),
            what: what(&f),
            f,
            ground,
        };
        ready_for(row).into_iter().map(spoilt).collect()
    };
    [
        each(&|_| on(delivered::OTHER, None), &ground::VERDICT_MOVED),
        each(
            &|f| on(delivered::OTHER, Some(delivered::handoff(f, "T-1"))),
            &ground::INVALID_INPUT,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Words only, where something has to run; and of high risk nothing said of it.
fn not_implemented(row: &Move) -> Vec<Spoilt> {
    let cases = [
        (Kind::Feature, None, Some(Class::DesignOnly), &ground::DESIGN_ONLY),
        (Kind::Defect, None, Some(Class::DesignOnly), &ground::DESIGN_ONLY),
        (
            Kind::Docs,
            Some(Risk::High),
            Some(Class::DesignOnly),
            &ground::DESIGN_ONLY,
        ),
        (Kind::Docs, Some(Risk::High), None, &ground::CLASS_MISSING),
    ];
    let mut found = Vec::new();
    for (kind, risk, class, ground) in cases {
        for mut f in ready_for(row) {
            f.edit("T-1", |t| {
                t.title = "what the reviewer looks for".to_owned();
                t.kind = kind;
                t.risk = risk;
            });
            let mut verdict = stages::verdict(JudgeVerb::Approve, delivered::TIP);
            verdict.class = class;
            found.push(Spoilt {
                who: actor(row.from, row.verb),
                what: stages::judged_as("T-1", JudgeVerb::Approve, verdict, None),
                f,
                ground,
            });
        }
    }
    found
}

#[test]
fn a_verdict_brings_the_evidence_for_what_was_mended_on_the_way() {
    use lane_core::moves::MOVES;
    use lane_core::record::Phase;
    for (from, who, verb, to) in [
        (Phase::Review, REVIEWER, JudgeVerb::Approve, Phase::Testing),
        (Phase::Testing, TESTER, JudgeVerb::Pass, Phase::Queued),
    ] {
        let row = MOVES.iter().find(|m| m.from == from && m.verb == verb.verb());
        for mut f in ready_for(row.unwrap()) {
            let mended = Checkpoint {
                status: to,
                tip: delivered::OTHER.to_owned(),
                ..delivered::handoff(&f, "T-1")
            };
            let verdict = stages::verdict(verb, delivered::OTHER);
            f.take(who, stages::judged_as("T-1", verb, verdict, Some(mended)));
            let task = f.live("T-1");
            assert_eq!(task.status, to);
            let stands = stages::handoff_of(&f, "T-1").unwrap();
            assert_eq!(stands.tip, delivered::OTHER);
            assert_eq!(stands.made.unwrap().by.as_str(), who.0);
            assert!(!task.authors.iter().any(|author| author.as_str() == who.0));
        }
    }
}

#[test]
fn others_take_a_review_over_when_its_time_is_over_and_a_minute_more() {
    use super::fixture::LEASE_SECS;
    use lane_core::event::AssignVerb;
    use lane_core::moves::MOVES;
    use lane_core::record::Phase;
    use lane_core::time::Span;
    let row = MOVES
        .iter()
        .find(|m| m.from == Phase::Review && m.verb == Verb::Review)
        .unwrap();
    for (limit_secs, patience_secs) in [(None, LEASE_SECS), (Some(600), 600)] {
        let mut f = ready_for(row).remove(0);
        f.adopt(|p| p.limits.reviewer = limit_secs.map(Span::from_secs));
        let take = stages::assigned("T-1", AssignVerb::Review);
        let other = B.acting_as(REVIEWER.2);
        f.wait(patience_secs + 60);
        f.refuses(other, take.clone(), &ground::STAGE_TAKEN);
        f.wait(1).take(other, take);
        assert_eq!(f.live("T-1").assigned.unwrap().by.as_str(), B.0);
    }
}

#[test]
fn anybody_ends_an_attempt_when_the_workers_time_is_over_and_the_work_stays() {
    use super::fixture::LEASE_SECS;
    use lane_core::moves::MOVES;
    use lane_core::record::Phase;
    use lane_core::time::Span;
    let row = MOVES
        .iter()
        .find(|m| m.from == Phase::InProgress && m.verb == Verb::Retry)
        .unwrap();
    for (limit_secs, patience_secs) in [(None, LEASE_SECS), (Some(600), 600)] {
        let mut f = ready_for(row).remove(0);
        f.adopt(|p| p.limits.worker = limit_secs.map(Span::from_secs));
        f.wait(patience_secs + 60);
        f.refuses(B, stages::retried("T-1", stages::WHY), &ground::NOT_HOLDER);
        f.wait(1).take(B, stages::retried("T-1", stages::WHY));
        let task = f.live("T-1");
        assert_eq!((task.status, task.attempts), (Phase::Todo, 1));
        assert!(task.claim.is_none() && f.locks().is_empty());
    }
}
