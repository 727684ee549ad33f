//! Whoever's move it is can make it: a verb that `apply` takes, or it waits for something that has a name.

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::event::AssignVerb;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::policy::Role;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_core::whose_move::Mover;

use super::team::BOSS;
use super::team::INTEGRATOR;
use super::team::REVIEWER;
use super::team::TESTER;
use super::team::Team;
use super::team::WORKER;
use crate::delivered;
use crate::fixture::Who;
use crate::fixture::blocked;
use crate::fixture::claimed;
use crate::fixture::landed;
use crate::fixture::reclaimed;
use crate::fixture::signed;
use crate::fixture::unblocked;
use crate::places::PERSON;
use crate::stages;
use crate::stages::WHY;

/// Room in the pool or the area, or a scope that somebody holds until a time.
const ROOM: [&str; 3] = ["capacity-full", "area-full", "foreign-lock"];

/// It is somebody's move, and another task that has to move first is open.
pub(super) fn waits_for_what_can_come(team: &Team, task: &Task) {
    if let Some(after) = &team.mover(task).after {
        let found = team.f.state.task(after).unwrap();
        assert!(
            matches!(found, Some(Found::Live(_))),
            "{} waits for {after} in vain",
            task.id
        );
    }
}

pub(super) fn somebody_can_go_on(team: &Team, task: &Task) {
    let mover = team.mover(task);
    let id = task.id.as_str();
    match (task.status, mover.role) {
        (Phase::Blocked, Role::Orchestrator) if mover.after.is_some() => {}
        (Phase::Todo, Role::Orchestrator) => takes(team, BOSS, settled(team, task), &[]),
        (Phase::Todo | Phase::Blocked, Role::Worker) if mover.agent.is_none() => claims(team, task, &mover),
        (Phase::Blocked, Role::Orchestrator) if mover.agent.is_none() => {
            takes(team, BOSS, unblocked(id), &[]);
        }
        (Phase::Blocked, _) => {
            takes(team, held_by(&mover), unblocked(id), &ROOM);
            late_is_for_all(team, task, &mover);
        }
        (Phase::InProgress, _) => {
            delivers(team, task, &mover);
            late_is_for_all(team, task, &mover);
        }
        (Phase::Review, Role::Worker | Role::Orchestrator | Role::Maintainer) => {
            takes(
                team,
                held_by(&mover),
                judged(team, id, JudgeVerb::SelfReview),
                &[],
            );
        }
        (Phase::Review, Role::Reviewer) => judges(team, id, &mover, JudgeVerb::Approve),
        (Phase::Testing, Role::Tester) => judges(team, id, &mover, JudgeVerb::Pass),
        (Phase::Queued, Role::Maintainer) => takes(team, PERSON, signed(&team.f, id), &[]),
        (Phase::Queued, Role::Integrator) => {
            takes(team, INTEGRATOR, landing(team, id), &[]);
        }
        (Phase::Escalated, Role::Orchestrator) => chooses(team, task),
        (phase, role) => panic!("{id} in {phase} is the {role}'s"),
    }
}

/// Taken, or refused for one of these grounds only.
fn takes(team: &Team, who: Who, what: Payload, but: &[&str]) {
    let event = team.f.event(who, what);
    match apply(&team.f.state, &event) {
        Ok(_) => {}
        Err(Rejection::Refused(refusal)) => {
            assert!(but.contains(&refusal.ground.id), "{}: {event:?}", refusal.what);
        }
        Err(other) => panic!("{other}"),
    }
}

/// It lands; where the policy has a stage now that it had not when the task passed, it goes back for that.
pub(super) fn landing(team: &Team, id: &str) -> Payload {
    let what = landed(&team.f, id);
    match apply(&team.f.state, &team.f.event(INTEGRATOR, what.clone())) {
        Err(Rejection::Refused(no)) if team.changes_policy && no.ground.id == ground::UNJUDGED.id => {
            judged(team, id, JudgeVerb::Return)
        }
        _ => what,
    }
}

pub(super) fn judged(team: &Team, id: &str, verb: JudgeVerb) -> Payload {
    stages::judged(&team.f, id, verb)
}

/// The member of that name, in the role that it moves in.
fn held_by(mover: &Mover) -> Who {
    let name = mover.agent.as_ref().map_or("", |agent| agent.as_str());
    let clone = mover.clone.as_ref().map_or("", |clone| clone.as_str());
    // The names of a test's few agents live as long as the test does.
    Who(name.to_owned().leak(), clone.to_owned().leak(), mover.role)
}

/// The contract without what nobody will ever do.
pub(super) fn settled(team: &Team, task: &Task) -> Payload {
    let is_given_up = |on: &lane_core::id::TaskId| matches!(team.f.state.task(on), Ok(Some(Found::Archived(ended))) if ended.status == Phase::Abandoned);
    stages::rescoped(&team.f, task.id.as_str(), WHY, |t| {
        t.depends_on.retain(|on| !is_given_up(on));
    })
}

fn claims(team: &Team, task: &Task, mover: &Mover) {
    match &mover.after {
        Some(_) => takes(team, WORKER, claimed(task.id.as_str()), &["dependency-open"]),
        None => takes(team, WORKER, claimed(task.id.as_str()), &ROOM),
    }
}

/// The holder hands it off, or says what it waits for, or that nobody will ever do that.
fn delivers(team: &Team, task: &Task, mover: &Mover) {
    let (id, who) = (task.id.as_str(), held_by(mover));
    let is_in_vain = mover.after.is_none()
        && !lane_core::apply::open_dependencies(&team.f.state, task)
            .unwrap()
            .is_empty();
    if let Some(after) = &mover.after {
        takes(team, who, blocked(id, Some(after.as_str()), None), &[]);
    } else if is_in_vain {
        takes(team, who, stages::escalated(id, WHY), &[]);
    } else if task.acceptance.is_empty() {
        let handoff = team.handoff(id, delivered::TIP);
        takes(team, who, delivered::handed_off(handoff), &[]);
    } else {
        takes(team, who, delivered::all_passed(&team.f, id), &[]);
    }
}

/// Past a lease or a limit anybody ends the attempt; the work stays.
fn late_is_for_all(team: &Team, task: &Task, mover: &Mover) {
    if !mover.late {
        return;
    }
    takes(team, WORKER, ends(team, task), &[]);
}

/// How a stranger ends a hold that is late.
pub(super) fn ends(team: &Team, task: &Task) -> Payload {
    let fence = task.claim.as_ref().map(|claim| claim.fence);
    let lock = team.f.locks().into_iter().find(|lock| Some(lock.fence) == fence);
    match (task.status, lock) {
        (Phase::Blocked, Some(lock)) => reclaimed(lock.id.as_str(), WHY),
        _ => stages::retried(task.id.as_str(), WHY),
    }
}

fn judges(team: &Team, id: &str, mover: &Mover, ready: JudgeVerb) {
    let (stranger, take) = match ready {
        JudgeVerb::Approve => (REVIEWER, AssignVerb::Review),
        _ => (TESTER, AssignVerb::Test),
    };
    if mover.agent.is_some() && !mover.late {
        takes(team, held_by(mover), judged(team, id, ready), &[]);
        return;
    }
    takes(team, stranger, judged(team, id, ready), &[]);
    takes(team, stranger, stages::assigned(id, take), &["capacity-full"]);
}

/// The orchestrator has every choice.
fn chooses(team: &Team, task: &Task) {
    let id = task.id.as_str();
    takes(team, BOSS, stages::retried(id, WHY), &[]);
    takes(team, BOSS, judged(team, id, JudgeVerb::Return), &ROOM);
    takes(team, BOSS, settled(team, task), &[]);
    takes(team, BOSS, stages::deprioritised(id, WHY), &[]);
    takes(team, BOSS, stages::taken_over(&team.f, id, WHY), &ROOM);
    takes(team, BOSS, stages::abandoned(id, WHY), &[]);
}
