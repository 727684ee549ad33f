//! What holds after each step of a team.

use std::collections::BTreeMap;

use lane_core::apply::Rejection;
use lane_core::apply::apply;
use lane_core::apply::unmet;
use lane_core::audit::audit;
use lane_core::event::Event;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::id::AreaName;
use lane_core::memory::Memory;
use lane_core::record::Phase;
use lane_core::record::Stage;
use lane_core::record::Task;
use lane_core::view::View as _;

use super::forward;
use super::team::Team;
use crate::chance;
use crate::stages;

/// Grounds against what an event says, beside what the table needs.
const OF_CONTENT: [&str; 5] = [
    "invalid-input",
    "dependency-open",
    "dependency-cycle",
    "unknown-dependency",
    "id-taken",
];

/// `can` says what `apply` says.
pub(super) fn can_agrees(state: &Memory, event: &Event) {
    let (Some(_), Some(id)) = (chance::verb_of(&event.what), event.what.task()) else {
        return;
    };
    let all = unmet(state, event, id).unwrap();
    match apply(state, event) {
        Ok(_) => assert_eq!(all, [], "{event:?}"),
        Err(Rejection::Refused(refusal)) if all.is_empty() => {
            assert!(
                OF_CONTENT.contains(&refusal.ground.id),
                "{refusal:?} of {event:?}"
            );
        }
        Err(Rejection::Refused(refusal)) => assert_eq!(all[0], *refusal, "{event:?}"),
        Err(Rejection::Unreadable(fault)) => panic!("{fault}"),
    }
}

/// How many are at work, and how many lanes each area has.
pub(super) struct Seats {
    at_work: usize,
    lanes: BTreeMap<AreaName, usize>,
}

impl Seats {
    pub(super) fn of(state: &Memory) -> Self {
        let all = state.lanes().unwrap();
        let mut lanes = BTreeMap::new();
        for area in all.iter().filter_map(|lane| lane.area.clone()) {
            *lanes.entry(area).or_default() += 1;
        }
        Self {
            at_work: all.iter().filter(|lane| lane.at_work().is_some()).count(),
            lanes,
        }
    }
}

/// Nobody takes a place that is not there; where a new policy has fewer, nobody takes one at all.
/// What could not land goes back all the same.
pub(super) fn seats(team: &Team, before: &Seats, comes_back: bool) {
    let (now, policy) = (Seats::of(&team.f.state), team.f.state.policy().unwrap());
    let total = policy.capacity.total as usize;
    assert!(
        now.at_work <= total.max(before.at_work + usize::from(comes_back)),
        "{} of {total}",
        now.at_work
    );
    for (area, held) in &now.lanes {
        let limit = policy.area.get(area).and_then(|area| area.lanes);
        let limit = limit.map_or(usize::MAX, |limit| limit as usize);
        let had = before.lanes.get(area).copied().unwrap_or(0);
        assert!(*held <= limit.max(had), "{area}: {held} of {limit}");
    }
}

/// What one step must not do.
pub(super) fn step(team: &Team, event: &Event, before: &Task, after: &Task) {
    let policy = team.f.state.policy().unwrap();
    if let Payload::TaskJudged { verb, verdict, .. } = &event.what {
        let own = before.authors.contains(&event.by);
        let approves = *verb == JudgeVerb::Approve;
        assert!(!approves || !own || policy.pipeline.own_approval, "{event:?}");
        let stands = stages::handoff_of(&team.f, after.id.as_str());
        // A verdict is on what stands, or against the work.
        if verdict.ready {
            assert_eq!(stands.unwrap().tip, verdict.tip, "{event:?}");
        }
    }
    if after.status == Phase::Queued && before.status != Phase::Queued {
        queued(team, event, after);
    }
}

/// What is queued is what the last stage judged, and each stage before found it ready or somebody mended it since.
fn queued(team: &Team, event: &Event, task: &Task) {
    let policy = team.f.state.policy().unwrap();
    let on: Vec<Stage> = Stage::OPTIONAL
        .into_iter()
        .filter(|stage| policy.pipeline.has(*stage))
        .collect();
    let tip = stages::handoff_of(&team.f, task.id.as_str()).unwrap().tip;
    let ready = |stage: &Stage| task.verdict.get(stage).is_some_and(|verdict| verdict.ready);
    match &event.what {
        Payload::TaskHandedOff { .. } => assert_eq!(on, [], "queued without a verdict: {task:?}"),
        Payload::TaskJudged { verdict, .. } => assert_eq!(verdict.tip, tip),
        other => panic!("{} queued {task:?}", other.kind()),
    }
    if team.changes_policy {
        return;
    }
    assert!(on.iter().all(ready), "{on:?} of {task:?}");
    if let Some(last) = on.last() {
        assert!(task.is_ready_by(*last, &tip), "{tip} of {task:?}");
    }
}

/// What a whole state must be like, if it is another than when it was asked last. Of large teams the task that moved is
/// tried and some of the others in turn.
pub(super) fn state(team: &mut Team) {
    let Some(moved) = team.moved.take() else { return };
    let (state, policy) = (&team.f.state, team.f.state.policy().unwrap());
    let live = team.live();
    let mut ended = Vec::new();
    for n in 0..team.tasks {
        let task = team.f.any(&format!("T-{n}"));
        if task.status.is_final() {
            ended.push(task);
        }
    }
    let flaws = audit(&live, &ended, &state.locks().unwrap(), &policy);
    assert_eq!(flaws, []);
    for (n, task) in live.iter().enumerate() {
        assert_eq!(task.handoff.is_some(), task.status.is_handed_off(), "{task:?}");
        forward::waits_for_what_can_come(team, task);
        let turn = team.f.seq as usize % live.len();
        if live.len() <= 8 || n == turn || moved.as_ref() == Some(&task.id) {
            forward::somebody_can_go_on(team, task);
        }
    }
}
