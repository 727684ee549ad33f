//! A row's place with one need alone unmet, in each way in which it can be.

use lane_core::apply::Write;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::ground::Ground;
use lane_core::id::AreaName;
use lane_core::moves::Move;
use lane_core::moves::Need;
use lane_core::moves::Verb;
use lane_core::policy::Area;
use lane_core::policy::Policy;
use lane_core::policy::Role;
use lane_core::record::Outcome;
use lane_core::record::Phase;
use lane_core::view::View as _;

use super::delivered;
use super::fixture::A;
use super::fixture::A_ELSEWHERE;
use super::fixture::B;
use super::fixture::Fixture;
use super::fixture::Who;
use super::fixture::added;
use super::fixture::blocked;
use super::fixture::claimed;
use super::fixture::granted;
use super::fixture::reclaimed;
use super::fixture::released;
use super::fixture::task_id;
use super::fixture::texts;
use super::places::actor;
use super::places::payload;
use super::places::ready_for;
use super::spoilt_landings;
use super::spoilt_stages;
use super::stages;

/// A state in which a need is not met, and the event that runs into it.
pub(crate) struct Spoilt {
    pub(crate) f: Fixture,
    pub(crate) who: Who,
    pub(crate) what: Payload,
    pub(crate) ground: &'static Ground,
}

fn declare(policy: &mut Policy, name: &str, owns: &str, lanes: Option<u32>) {
    let area = Area {
        owns: texts(&[owns]),
        lanes,
        ..Area::default()
    };
    policy.area.insert(AreaName::new(name).unwrap(), area);
}

fn in_area(f: &mut Fixture, id: &str, area: &str) {
    f.edit(id, |t| t.area = Some(AreaName::new(area).unwrap()));
}

/// The row's place with `need` alone unmet, in each way in which it can be.
pub(crate) fn spoil(need: Need, row: &Move, f: Fixture) -> Vec<Spoilt> {
    let plain = |f: Fixture, ground| Spoilt {
        who: actor(row.from, row.verb),
        what: payload(&f, row.verb),
        f,
        ground,
    };
    let retries = f.state.policy().unwrap().pipeline.retries;
    let mut f = f;
    match need {
        Need::Policy => vec![plain(without_policy(row), &ground::POLICY_NOT_COMMITTED)],
        Need::Dependencies => {
            f.add("T-9", &[])
                .edit("T-1", |t| t.depends_on = vec![task_id("T-9")]);
            vec![plain(f, &ground::DEPENDENCY_OPEN)]
        }
        Need::Blocker => blockers(row, f)
            .into_iter()
            .map(|f| plain(f, &ground::BLOCKER_OPEN))
            .collect(),
        Need::Children => {
            let part = f.task_with("T-9", |t| t.parent = Some(task_id("T-1")));
            f.take(A, added(part));
            vec![plain(f, &ground::CHILDREN_OPEN)]
        }
        Need::Scope => {
            f.edit("T-1", |t| t.scope.clear())
                .adopt(|p| p.lanes.require_scope = true);
            vec![plain(f, &ground::SCOPE_MISSING)]
        }
        Need::Area => vec![
            plain(unknown_area(row), &ground::UNKNOWN_AREA),
            plain(other_area(row), &ground::OUTSIDE_AREA),
        ],
        Need::Branch => {
            f.edit("T-1", |t| t.branch = "main".into()).take(
                A.acting_as(Role::Maintainer),
                Payload::IntegrationNamed {
                    branch: "main".into(),
                },
            );
            vec![plain(f, &ground::BRANCH_TAKEN)]
        }
        Need::Capacity => {
            f.add("T-9", &[]).take(B, claimed("T-9")).adopt(|p| {
                p.capacity.total = 1;
                p.pipeline.retries = retries;
            });
            vec![plain(f, &ground::CAPACITY_FULL)]
        }
        Need::AreaLane => {
            f.add("T-9", &[]).adopt(|p| declare(p, "ui", "src", Some(1)));
            in_area(&mut f, "T-9", "ui");
            in_area(&mut f, "T-1", "ui");
            f.take(B, claimed("T-9"));
            vec![plain(f, &ground::AREA_FULL)]
        }
        Need::ScopeFree if row.verb == Verb::TakeOver => {
            // The holder's own lock beside its lane is a stranger's to whoever takes the lane over.
            f.take(A, granted("L-9", &["src/**"]));
            vec![plain(f, &ground::FOREIGN_LOCK)]
        }
        Need::ScopeFree => {
            f.take(B, granted("L-9", &["src/**"]));
            vec![plain(f, &ground::FOREIGN_LOCK)]
        }
        Need::LeaseOver => {
            // The place is 61 s past the expiry; one second earlier the grace is not over.
            f.wait(-1);
            vec![plain(f, &ground::LEASE_RUNNING)]
        }
        Need::Evidence => spoilt_runs(row),
        Need::Thawed | Need::Queued | Need::Judged | Need::Signed | Need::Person => {
            spoilt_landings::spoil(need, row, f)
        }
        Need::Holder | Need::Reason | Need::Finding | Need::NoCycle | Need::Landed => {
            spoilt_events(need, row)
        }
        Need::Hand | Need::HolderOrLate | Need::Assigned | Need::Free => {
            spoilt_stages::by_strangers(need, row, &f)
        }
        Need::NotAuthor | Need::SelfReviewed | Need::OnTip | Need::Implemented => {
            spoilt_stages::by_verdicts(need, row, f)
        }
    }
}

/// The needs that the event itself fails to meet.
fn spoilt_events(need: Need, row: &Move) -> Vec<Spoilt> {
    let each = |who: Who, what: Payload, ground| {
        let at_place = ready_for(row).into_iter();
        at_place.map(move |f| Spoilt {
            f,
            who,
            what: what.clone(),
            ground,
        })
    };
    let others = |who: Who| {
        let at_place = ready_for(row).into_iter();
        at_place.map(move |f| Spoilt {
            who,
            what: payload(&f, row.verb),
            f,
            ground: &ground::NOT_HOLDER,
        })
    };
    let usual = actor(row.from, row.verb);
    match need {
        Need::Holder => [B, A_ELSEWHERE].into_iter().flat_map(others).collect(),
        Need::Reason | Need::Finding => ready_for(row)
            .iter()
            .flat_map(|f| without_reason(f, row.verb))
            .flat_map(|what| each(usual, what, &ground::INVALID_INPUT))
            .collect(),
        Need::NoCycle => {
            let waits = blocked("T-1", Some("T-9"), None);
            let itself = blocked("T-1", Some("T-1"), None);
            let unknown = blocked("T-1", Some("T-8"), None);
            let circles = each(usual, waits, &ground::DEPENDENCY_CYCLE).map(|mut spoilt| {
                spoilt.f.add("T-9", &[]);
                spoilt.f.edit("T-9", |t| t.depends_on = vec![task_id("T-1")]);
                spoilt
            });
            circles
                .chain(each(usual, itself, &ground::DEPENDENCY_CYCLE))
                .chain(each(usual, unknown, &ground::NO_SUCH_TASK))
                .collect()
        }
        Need::Landed => ["", "abc", "not-a-commit"]
            .into_iter()
            .flat_map(|tip| {
                let what = Payload::TaskDone {
                    task: task_id("T-1"),
                    tip: tip.to_owned(),
                    landed: "a".repeat(40),
                    how: None,
                    landing: None,
                };
                each(usual, what, &ground::INVALID_INPUT)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// A check that was not run, ran on another tree, failed, or is another command by now.
/// What spoils the runs of the handoff that stands, or of the one that is made; where the acceptance is due.
fn spoilt_runs(row: &Move) -> Vec<Spoilt> {
    let mut found = Vec::new();
    let mut spoil = |ground, change: &dyn Fn(&mut Fixture)| {
        for mut f in ready_for(row) {
            let retries = f.state.policy().unwrap().pipeline.retries;
            if row.verb != Verb::Pass {
                f.adopt(|p| {
                    p.pipeline.retries = retries;
                    p.pipeline.stages = texts(&["review"]);
                });
            }
            change(&mut f);
            let (who, what) = (actor(row.from, row.verb), payload(&f, row.verb));
            found.push(Spoilt { f, who, what, ground });
        }
    };
    let run = |f: &mut Fixture, change: &dyn Fn(&mut Outcome)| {
        let check = f.live("T-1").acceptance["a1"].check.clone().unwrap();
        let mut outcome = delivered::passed(&check);
        change(&mut outcome);
        f.take(A, delivered::checked("T-1", [("a1".to_owned(), outcome)].into()));
    };
    spoil(&ground::ACCEPTANCE_MISSING, &|f| {
        let more = delivered::runs(&["true"]);
        f.edit("T-1", |t| drop(t.acceptance.insert("a4".to_owned(), more)));
    });
    spoil(&ground::ACCEPTANCE_STALE, &|f| {
        run(f, &|outcome| delivered::OTHER.clone_into(&mut outcome.tree));
    });
    spoil(&ground::ACCEPTANCE_FAILED, &|f| {
        run(f, &|outcome| {
            outcome.exit = 1;
            outcome.signature = Some(delivered::DIGEST.to_owned());
        });
    });
    for now in [
        delivered::runs(&["cargo", "test", "--all"]),
        delivered::named("unit"),
    ] {
        spoil(&ground::ACCEPTANCE_STALE, &|f| {
            f.edit("T-1", |t| drop(t.acceptance.insert("a1".to_owned(), now.clone())));
        });
    }
    found
}

fn without_reason(f: &Fixture, verb: Verb) -> Vec<Payload> {
    let bad = ["", "  ", "two\nlines", "a\u{202e}b"];
    let of = |make: &dyn Fn(&str) -> Payload| bad.map(make).to_vec();
    match verb {
        Verb::Release => of(&|why| released("T-1", why)),
        Verb::Reclaim => of(&|note| reclaimed("L-T-1", note)),
        Verb::Block => {
            let words = of(&|why| blocked("T-1", None, Some(why)));
            words.into_iter().chain([blocked("T-1", None, None)]).collect()
        }
        Verb::Retry => of(&|why| stages::retried("T-1", why)),
        Verb::Escalate => of(&|why| stages::escalated("T-1", why)),
        Verb::Rescope => of(&|why| stages::rescoped(f, "T-1", why, |_| {})),
        Verb::Deprioritise => of(&|why| stages::deprioritised("T-1", why)),
        Verb::TakeOver => of(&|why| stages::taken_over(f, "T-1", why)),
        Verb::Abandon => of(&|why| stages::abandoned("T-1", why)),
        Verb::Return => vec![without_finding(JudgeVerb::Return)],
        Verb::Fail => vec![without_finding(JudgeVerb::Fail)],
        _ => Vec::new(),
    }
}

fn without_finding(verb: JudgeVerb) -> Payload {
    let mut verdict = stages::verdict(verb, delivered::TIP);
    verdict.findings.clear();
    stages::judged_as("T-1", verb, verdict, None)
}

/// Without a policy nothing was ever claimed, so nothing is done either: the blocker is put into the archive.
fn without_policy(row: &Move) -> Fixture {
    let mut f = Fixture::genesis();
    f.add("T-0", &[]).add("T-1", &["src/a"]);
    if row.from == Phase::Blocked {
        f.take(A, blocked("T-1", Some("T-0"), None));
    }
    let blocker = lane_core::record::Task {
        status: Phase::Done,
        ..f.live("T-0")
    };
    f.state.write(Write::Archive(Box::new(blocker)));
    f
}

/// `Todo` has no blocker, so there the need cannot be unmet.
fn blockers(row: &Move, mut on_task: Fixture) -> Vec<Fixture> {
    if row.from != Phase::Blocked {
        return Vec::new();
    }
    on_task.add("T-9", &[]).take(A, blocked("T-1", Some("T-9"), None));
    let mut found = vec![on_task];
    if row.verb == Verb::Claim {
        let mut in_words = ready_for(row).remove(0);
        in_words.take(A, blocked("T-1", None, Some("the vendor answers")));
        found.push(in_words);
    }
    found
}

fn unknown_area(row: &Move) -> Fixture {
    let mut f = ready_for(row).remove(0);
    in_area(&mut f, "T-1", "nowhere");
    f.adopt(|p| declare(p, "ui", "web", None));
    f
}

fn other_area(row: &Move) -> Fixture {
    let mut f = ready_for(row).remove(0);
    in_area(&mut f, "T-1", "ui");
    f.adopt(|p| {
        declare(p, "ui", "web", None);
        declare(p, "backend", "src/**", None);
    });
    f
}
