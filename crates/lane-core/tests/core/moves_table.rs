//! Every situation × verb: a row leads where it says, and no row is a refusal that lists the rows there are.

use lane_core::apply::apply;
use lane_core::apply::unmet;
use lane_core::ground;
use lane_core::moves;
use lane_core::moves::MOVES;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Pipeline;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::view::View as _;

use super::fixture::A;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::fixture::task_id;
use super::fixture::texts;
use super::places::BOSS;
use super::places::INTEGRATOR;
use super::places::REVIEWER;
use super::places::TESTER;
use super::places::actor;
use super::places::payload;
use super::places::place;
use super::places::ready_for;
use super::places::situations;

fn phase_of(f: &Fixture) -> Phase {
    f.any("T-1").status
}

/// Each choice of stages that a policy can make.
fn pipelines() -> Vec<Pipeline> {
    let names = ["self-review", "review", "testing"];
    (0..8)
        .map(|bits| {
            let on = |(n, _): &(usize, &&str)| bits & (1 << n) != 0;
            let stages: Vec<&str> = names
                .iter()
                .enumerate()
                .filter(on)
                .map(|(_, name)| *name)
                .collect();
            Pipeline {
                stages: texts(&stages),
                ..Pipeline::default()
            }
        })
        .collect()
}

#[test]
fn every_situation_is_the_one_that_is_meant() {
    for at in situations() {
        let f = place(at);
        let task = f.any("T-1");
        let found = Situation::of(&task, &f.state.policy().unwrap());
        assert_eq!((found.phase, found.claimed), (at.phase, at.claimed), "{at:?}");
        assert_eq!(found.retries, at.retries, "{at:?}");
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
            f.take(actor(row.from, row.verb), what);
            assert_eq!(phase_of(&f), row.to, "{} {}", row.from, row.verb);
        }
    }
}

#[test]
fn every_row_leads_where_it_says_whatever_stages_there_are() {
    for pipeline in pipelines() {
        for row in MOVES {
            for mut f in ready_for(row) {
                let retries = f.state.policy().unwrap().pipeline.retries;
                f.adopt(|p| {
                    p.pipeline.stages.clone_from(&pipeline.stages);
                    p.pipeline.retries = retries;
                });
                let what = payload(&f, row.verb);
                f.take(actor(row.from, row.verb), what);
                let case = format!("{} {} with {:?}", row.from, row.verb, pipeline.stages);
                assert_eq!(phase_of(&f), row.leads_to(&pipeline), "{case}");
            }
        }
    }
}

#[test]
fn stages_that_are_left_out_are_skipped() {
    use Phase::Escalated;
    use Phase::Queued;
    use Phase::Review;
    use Phase::Testing;
    // Which are on; where a handoff leads, a self-review, an approval, and a test that failed too often.
    let cases: [(&[&str], [Phase; 4]); 8] = [
        (&[], [Queued, Queued, Queued, Escalated]),
        (&["self-review"], [Review, Queued, Queued, Escalated]),
        (&["review"], [Review, Review, Queued, Review]),
        (&["self-review", "review"], [Review, Review, Queued, Review]),
        (&["testing"], [Testing, Testing, Testing, Escalated]),
        (&["self-review", "testing"], [Review, Testing, Testing, Escalated]),
        (&["review", "testing"], [Review, Review, Testing, Review]),
        (
            &["self-review", "review", "testing"],
            [Review, Review, Testing, Review],
        ),
    ];
    for (stages, expected) in cases {
        let pipeline = Pipeline {
            stages: texts(stages),
            ..Pipeline::default()
        };
        let leads = |from, verb, retries| {
            let at = Situation {
                phase: from,
                claimed: true,
                retries,
            };
            moves::find(at, verb).unwrap().leads_to(&pipeline)
        };
        let found = [
            leads(Phase::InProgress, Verb::Handoff, 1),
            leads(Review, Verb::SelfReview, 1),
            leads(Review, Verb::Approve, 1),
            leads(Testing, Verb::Fail, 0),
        ];
        assert_eq!(found, expected, "{stages:?}");
        for from in [Review, Testing, Queued] {
            assert_eq!(leads(from, Verb::Handoff, 1), expected[0], "{from} {stages:?}");
        }
    }
}

/// Without the verb that states a fact from anywhere, so that each step is one of the pipeline's.
#[test]
fn every_active_phase_has_a_way_to_the_queue_and_from_there_to_done() {
    for pipeline in pipelines() {
        for start in Phase::ALL.into_iter().filter(|p| !p.is_final()) {
            let mut reached = vec![start];
            for _ in Phase::ALL {
                let next = MOVES
                    .iter()
                    .filter(|m| m.verb != Verb::Done && reached.contains(&m.from))
                    .map(|m| m.leads_to(&pipeline));
                let next: Vec<Phase> = next.collect();
                reached.extend(next);
            }
            assert!(
                reached.contains(&Phase::Queued),
                "{start} with {:?}",
                pipeline.stages
            );
        }
    }
    let landing = MOVES
        .iter()
        .find(|m| m.from == Phase::Queued && m.verb == Verb::Land);
    assert_eq!(landing.map(|m| m.to), Some(Phase::Done));
}

#[test]
fn a_verb_without_a_row_is_refused_with_the_list_of_those_that_have_one() {
    let mut refused = 0;
    for at in situations() {
        let f = place(at);
        for verb in Verb::ALL {
            if moves::find(at, verb).is_none() {
                check_refused(&f, at, verb);
                refused += 1;
            }
        }
    }
    assert!(refused > situations().len(), "{refused}");
}

fn check_refused(f: &Fixture, at: Situation, verb: Verb) {
    let who = actor(at.phase, verb);
    let event = f.event(who, payload(f, verb));
    let named = unmet(&f.state, &event, &task_id("T-1")).unwrap();
    let [refusal] = named.as_slice() else {
        panic!("{at:?} {verb}: {named:?}")
    };
    if verb == Verb::Claim && at.claimed {
        assert_eq!(refusal.ground.id, "already-claimed");
        assert_eq!(refusal.held.as_ref().unwrap().agent.as_str(), A.0);
    } else {
        assert_eq!(refusal.ground.id, "not-in-phase", "{at:?} {verb}");
        check_list(&refusal.what, at);
    }
    let refused = f.refusal(who, payload(f, verb));
    if verb == Verb::Reclaim && !at.claimed {
        // A reclaim names a lock, and where nobody holds the task there is none.
        assert_eq!(refused.ground.id, "no-such-lock");
    } else {
        assert_eq!(refused, *refusal, "`can` says what `apply` says");
    }
}

#[test]
fn the_first_hint_of_a_verb_without_a_row_is_one_that_whoever_acted_can_give() {
    for at in situations().into_iter().filter(|at| !at.phase.is_final()) {
        let f = place(at);
        let asked = |verb: &Verb| moves::find(at, *verb).is_none() && !(*verb == Verb::Claim && at.claimed);
        for verb in Verb::ALL.iter().filter(|verb| asked(verb)) {
            for who in [A, B, REVIEWER, TESTER, INTEGRATOR, BOSS] {
                let row = MOVES.iter().find(|m| m.verb == *verb).unwrap();
                let event = f.event(who.acting_as(row.by[0]), payload(&f, *verb));
                let named = unmet(&f.state, &event, &task_id("T-1")).unwrap();
                check_hint(&f, at, who, &named[0].hints[0]);
            }
        }
    }
}

/// The command as the event that it puts, where it puts one that can be refused.
fn check_hint(f: &Fixture, at: Situation, who: Who, hint: &str) {
    let words: Vec<&str> = hint.split(' ').collect();
    let verb = match words[2..] {
        ["start" | "claim", "T-1"] => Verb::Claim,
        ["review", "T-1", "--self"] => Verb::SelfReview,
        [verb, "T-1"] | [verb, "T-1", "--why", "TEXT"] if verb != "note" && verb != "show" => {
            verb.parse().unwrap()
        }
        ["note", "T-1", "TEXT"] | ["next", "--role", "integrator"] | ["show", "T-1"] => return,
        _ => panic!("{at:?}: {hint}"),
    };
    let who = who.acting_as(moves::implied_role_from(at.phase, verb));
    let against = unmet(&f.state, &f.event(who, payload(f, verb)), &task_id("T-1")).unwrap();
    assert_eq!(against, [], "{at:?} {who:?}: {hint}");
}

fn check_list(what: &str, at: Situation) {
    let verbs = moves::verbs_from(at);
    if at.phase.is_final() {
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
                let who = actor(row.from, row.verb).acting_as(role);
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
            let who = actor(row.from, row.verb).acting_as(row.by[0]);
            let retries = f.state.policy().unwrap().pipeline.retries;
            let allow = |f: &mut Fixture, agents: &[&str]| {
                f.adopt(|p| {
                    p.pipeline.retries = retries;
                    p.roles.insert(row.by[0], texts(agents));
                });
            };
            allow(&mut f, &["nobody"]);
            f.refuses(who, payload(&f, row.verb), &ground::ROLE_NOT_ALLOWED);
            allow(&mut f, &["nobody", "agent-*", "boss", "person:boss@*"]);
            let what = payload(&f, row.verb);
            f.take(who, what);
        }
    }
}
