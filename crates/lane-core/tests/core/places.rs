//! The task `T-1` in every situation that the table of moves knows, driven there by events, and the event of each verb.

use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::moves;
use lane_core::moves::Move;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Stage;

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
use super::fixture::landed;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::signed;
use super::fixture::texts;
use super::fixture::unblocked;
use super::stages;
use super::stages::WHY;

pub(crate) const REVIEWER: Who = Who("agent-r", "c3", Role::Reviewer);
pub(crate) const TESTER: Who = Who("agent-t", "c4", Role::Tester);
pub(crate) const INTEGRATOR: Who = Who("agent-i", "c5", Role::Integrator);
/// Somebody who signs: no agent.
pub(crate) const PERSON: Who = Who("person:boss@example.org", "c6", Role::Maintainer);
pub(crate) const BOSS: Who = Who("boss", "c1", Role::Orchestrator);

/// All situations in which a task can be: of those that nobody can fail in, one; of others, each with a retry left,
/// spent, and failed after that.
pub(crate) fn situations() -> Vec<Situation> {
    let mut found = Vec::new();
    for phase in Phase::ALL {
        let retries: &[i64] = if Stage::of(phase).is_some() {
            &[1, 0, -1]
        } else {
            &[1]
        };
        for claimed in [false, true] {
            for retries in retries {
                let at = Situation {
                    phase,
                    claimed,
                    retries: *retries,
                };
                if can_be(at) {
                    found.push(at);
                }
            }
        }
    }
    found
}

fn can_be(at: Situation) -> bool {
    match at.phase {
        Phase::Todo | Phase::Done | Phase::Abandoned => !at.claimed,
        Phase::Blocked => true,
        Phase::InProgress | Phase::Review | Phase::Testing | Phase::Queued | Phase::Escalated => at.claimed,
    }
}

/// The task there, with all needs of all rows met, held by [`A`] or by nobody. Blocked means blocked on a task that is
/// done; the author has judged what is handed off, and the reviewer or tester is at it.
pub(crate) fn place(at: Situation) -> Fixture {
    let mut f = Fixture::new();
    f.archived("T-0");
    let task = f.task_with("T-1", |t| {
        t.scope = texts(&["src/a"]);
        delivered::three_criteria(t);
    });
    f.take(A, added(task));
    arrive(&mut f, at);
    f.adopt(|p| p.pipeline.retries = u32::from(at.retries > 0));
    assert_eq!(Situation::of(&f.any("T-1"), &policy_of(&f)).phase, at.phase);
    f
}

fn policy_of(f: &Fixture) -> lane_core::policy::Adopted {
    use lane_core::view::View as _;
    f.state.policy().unwrap()
}

fn arrive(f: &mut Fixture, at: Situation) {
    let failed_before = at.retries < 0;
    match at.phase {
        Phase::Todo => {}
        Phase::InProgress => {
            working(f);
            if failed_before {
                f.take(A, stages::retried("T-1", WHY));
                working(f);
            }
        }
        Phase::Blocked => {
            if at.claimed {
                f.take(A, claimed("T-1"));
            }
            f.take(A, blocked("T-1", Some("T-0"), None));
        }
        Phase::Review => {
            delivered_by_author(f);
            if failed_before {
                judge(f, REVIEWER, JudgeVerb::Return);
                delivered_by_author(f);
            }
            f.take(REVIEWER, stages::assigned("T-1", AssignVerb::Review));
        }
        Phase::Testing => {
            approved(f);
            f.take(TESTER, stages::assigned("T-1", AssignVerb::Test));
            if failed_before {
                judge(f, TESTER, JudgeVerb::Fail);
            }
        }
        Phase::Queued => {
            queued(f);
            if failed_before {
                judge(f, INTEGRATOR, JudgeVerb::Return);
                queued(f);
            }
        }
        Phase::Escalated => {
            working(f);
            f.take(A, stages::escalated("T-1", WHY));
        }
        Phase::Done => _ = f.take(A, claimed("T-1")).take(A, done("T-1")),
        Phase::Abandoned => _ = f.take(BOSS, stages::abandoned("T-1", WHY)),
    }
}

/// Claimed if it is not, and every check run.
fn working(f: &mut Fixture) {
    if f.live("T-1").claim.is_none() {
        f.take(A, claimed("T-1"));
    }
    let runs = delivered::all_passed(f, "T-1");
    f.take(A, runs);
}

fn delivered_by_author(f: &mut Fixture) {
    working(f);
    let handoff = delivered::handoff(f, "T-1");
    f.take(A, delivered::handed_off(handoff));
    judge(f, A, JudgeVerb::SelfReview);
}

fn approved(f: &mut Fixture) {
    delivered_by_author(f);
    judge(f, REVIEWER, JudgeVerb::Approve);
}

fn queued(f: &mut Fixture) {
    approved(f);
    judge(f, TESTER, JudgeVerb::Pass);
}

pub(crate) fn judge(f: &mut Fixture, who: Who, verb: JudgeVerb) {
    let what = stages::judged(f, "T-1", verb);
    f.take(who, what);
}

/// Who does it in these tests: the holder, whoever is in that duty, or for a reclaim somebody else.
pub(crate) fn actor(from: Phase, verb: Verb) -> Who {
    let role = moves::implied_role_from(from, verb);
    match (verb, role) {
        (Verb::Reclaim, _) => B,
        (Verb::Sign, _) => PERSON,
        (_, Role::Reviewer) => REVIEWER,
        (_, Role::Tester) => TESTER,
        (_, Role::Integrator) => INTEGRATOR,
        (_, Role::Orchestrator | Role::Maintainer) => BOSS,
        (_, Role::Worker) => A,
    }
    .acting_as(role)
}

/// The event of the verb in this state, with the evidence that it takes.
pub(crate) fn payload(f: &Fixture, verb: Verb) -> Payload {
    let judged = |judge| stages::judged(f, "T-1", judge);
    match verb {
        Verb::Claim => claimed("T-1"),
        Verb::Release => released("T-1", WHY),
        Verb::Block => blocked("T-1", None, Some(WHY)),
        Verb::Unblock => unblocked("T-1"),
        Verb::Handoff => delivered::handed_off(delivered::handoff(f, "T-1")),
        Verb::Resume => delivered::resumed("T-1"),
        Verb::SelfReview => judged(JudgeVerb::SelfReview),
        Verb::Review => stages::assigned("T-1", AssignVerb::Review),
        Verb::Approve => judged(JudgeVerb::Approve),
        Verb::Return => judged(JudgeVerb::Return),
        Verb::Test => stages::assigned("T-1", AssignVerb::Test),
        Verb::Pass => judged(JudgeVerb::Pass),
        Verb::Fail => judged(JudgeVerb::Fail),
        Verb::Leave => stages::left("T-1"),
        Verb::Retry => stages::retried("T-1", WHY),
        Verb::Escalate => stages::escalated("T-1", WHY),
        Verb::Rescope => stages::rescoped(f, "T-1", WHY, |t| t.title = "another title".to_owned()),
        Verb::Deprioritise => stages::deprioritised("T-1", WHY),
        Verb::TakeOver => stages::taken_over(f, "T-1", WHY),
        Verb::Abandon => stages::abandoned("T-1", WHY),
        Verb::Sign => signed(f, "T-1"),
        Verb::Land => landed(f, "T-1"),
        Verb::Done => done("T-1"),
        Verb::Reclaim => reclaimed("L-T-1", WHY),
    }
}

/// A row's places, at a time when the lease is over if that is what the row needs.
pub(crate) fn ready_for(row: &Move) -> Vec<Fixture> {
    let meant = |at: &Situation| at.phase == row.from && row.when.holds(*at);
    let mut found: Vec<Fixture> = situations().into_iter().filter(meant).map(place).collect();
    if row.verb == Verb::Reclaim {
        for f in &mut found {
            f.wait(LEASE_SECS + 61);
        }
    }
    found
}
