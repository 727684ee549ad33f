//! The needs of a landing, each alone unmet.

use lane_core::apply::Write;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::Agent;
use lane_core::moves::Move;
use lane_core::moves::Need;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::view::View as _;

use super::delivered::OTHER;
use super::fixture::Fixture;
use super::fixture::Who;
use super::places::INTEGRATOR;
use super::places::PERSON;
use super::places::actor;
use super::places::payload;
use super::places::ready_for;
use super::spoilt::Spoilt;

pub(crate) fn spoil(need: Need, row: &Move, mut f: Fixture) -> Vec<Spoilt> {
    let usual = actor(row.from, row.verb);
    match need {
        Need::Thawed => {
            let why = "a release".to_owned();
            f.take(INTEGRATOR, Payload::LandingFrozen { why });
            vec![as_usual(f, row, usual, &ground::LANDING_FROZEN)]
        }
        Need::Judged => {
            let mut task = f.live("T-1");
            task.verdict.clear();
            f.state.write(Write::Task(Box::new(task)));
            vec![as_usual(f, row, usual, &ground::UNJUDGED)]
        }
        Need::Signed => {
            let retries = f.state.policy().unwrap().pipeline.retries;
            f.adopt(|p| {
                p.pipeline.retries = retries;
                p.landing.sign_off = true;
            });
            vec![as_usual(f, row, usual, &ground::UNSIGNED)]
        }
        Need::Person => {
            let agent = INTEGRATOR.acting_as(Role::Maintainer);
            let mut own = ready_for(row).remove(0);
            let mut task = own.live("T-1");
            task.authors.push(Agent::new(PERSON.0).unwrap());
            own.state.write(Write::Task(Box::new(task)));
            vec![
                as_usual(f, row, agent, &ground::NOT_A_PERSON),
                as_usual(own, row, usual, &ground::OWN_WORK),
            ]
        }
        _ => another_commit_or_claim(row, usual),
    }
}

fn as_usual(f: Fixture, row: &Move, who: Who, ground: &'static Ground) -> Spoilt {
    Spoilt {
        who,
        what: payload(&f, row.verb),
        f,
        ground,
    }
}

fn another_commit_or_claim(row: &Move, who: Who) -> Vec<Spoilt> {
    let mut found = Vec::new();
    for f in ready_for(row) {
        let mut what = payload(&f, row.verb);
        if let Payload::TaskDone { tip, .. } | Payload::TaskSigned { tip, .. } = &mut what {
            OTHER.clone_into(tip);
        }
        let ground = &ground::VERDICT_MOVED;
        found.push(Spoilt { f, who, what, ground });
    }
    if row.verb == Verb::Land {
        for f in ready_for(row) {
            let mut what = payload(&f, row.verb);
            if let Payload::TaskDone {
                landing: Some(landing),
                ..
            } = &mut what
            {
                landing.fence += 1;
            }
            let ground = &ground::STALE_FENCE;
            found.push(Spoilt { f, who, what, ground });
        }
    }
    found
}
