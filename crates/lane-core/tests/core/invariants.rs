//! What holds in every state that legal events lead to, said over a whole state.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use lane_core::glob;
use lane_core::glob::Scope;
use lane_core::id::AreaName;
use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::memory::Memory;
use lane_core::policy::Adopted;
use lane_core::record::FAILURES_MAX;
use lane_core::record::Lock;
use lane_core::record::LockMode;
use lane_core::record::Phase;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::text::is_unsafe;
use lane_core::time::Span;
use lane_core::view::Lane;
use lane_core::view::View as _;

use super::chance::PATHS;

pub(crate) fn check(state: &Memory) {
    let policy = state.policy().unwrap();
    let locks = state.locks().unwrap();
    for (n, one) in locks.iter().enumerate() {
        for two in &locks[n + 1..] {
            if !belong_together(one, two) {
                meet_nowhere(&policy, one, two);
            }
        }
    }
    claims_have_their_locks(state, &locks);
    there_is_room(state, &policy);
    fences_are_unique(&locks);
    what_is_handed_off_is_kept(state, &locks);
    evidence_is_whole(state);
}

/// One lane's, or one holder's of which at least one is outside lanes.
fn belong_together(one: &Lock, two: &Lock) -> bool {
    match (&one.task, &two.task) {
        (Some(a), Some(b)) => a == b,
        _ => one.holder() == two.holder(),
    }
}

/// Twice: by trying paths, and by the decision for all paths that can be.
fn meet_nowhere(policy: &Adopted, one: &Lock, two: &Lock) {
    let scopes = (
        Scope::parse(&one.scope).unwrap(),
        Scope::parse(&two.scope).unwrap(),
    );
    let common = policy.common().unwrap();
    let hot = policy.hotspots().unwrap();
    let shared = one.mode == LockMode::Shared && two.mode == LockMode::Shared;
    for path in PATHS.map(str::as_bytes) {
        let both = scopes.0.covers(path) && scopes.1.covers(path);
        let allowed = common.covers(path) || (shared && !hot.covers(path));
        assert!(!both || allowed, "{path:?} in {one:?} and {two:?}");
    }
    let all_of: &[&Scope] = if shared {
        &[&scopes.0, &scopes.1, &hot]
    } else {
        &[&scopes.0, &scopes.1]
    };
    let met = glob::decide(all_of, &[&common]).unwrap();
    assert_eq!(met, None, "{one:?} and {two:?}");
}

fn claims_have_their_locks(state: &Memory, locks: &[Lock]) {
    for task in state.live() {
        assert_eq!(
            task.status == Phase::InProgress || task.status.keeps_locks(),
            task.claim.is_some() && task.blocked.is_none(),
            "{task:?}"
        );
        assert_eq!(task.blocked.is_some(), task.status == Phase::Blocked, "{task:?}");
        let of_task = || locks.iter().filter(|l| l.task.as_ref() == Some(&task.id));
        let Some(claim) = &task.claim else {
            assert_eq!(of_task().count(), 0, "nobody holds {task:?}");
            continue;
        };
        let own = of_task().find(|l| l.fence == claim.fence);
        let globs = own.map(|l| l.scope.as_slice()).unwrap_or_default();
        // Of a lane that was taken over, what its locks had covered is one lock.
        let reach = || task.scope.iter().chain(&task.granted);
        assert!(task.scope.iter().all(|glob| globs.contains(glob)), "{task:?}");
        assert!(
            globs.iter().all(|glob| reach().any(|own| own == glob)),
            "{task:?}"
        );
        assert!(of_task().all(|l| l.holder() == claim.holder() && l.fence >= claim.fence));
    }
}

/// A lane on which others are to move keeps its locks, and they are never over; no other lock is kept.
fn what_is_handed_off_is_kept(state: &Memory, locks: &[Lock]) {
    let with_others: BTreeSet<&TaskId> = state
        .live()
        .filter(|t| t.status.keeps_locks())
        .map(|t| &t.id)
        .collect();
    for lock in locks {
        let kept = lock.task.as_ref().is_some_and(|task| with_others.contains(task));
        assert_eq!(lock.kept, kept, "{lock:?}");
        assert_eq!(
            lock.is_over(lock.expires.after(Span::from_secs(99_999))),
            !kept,
            "{lock:?}"
        );
    }
    for task in state.live() {
        assert_eq!(task.handoff.is_some(), task.status.is_handed_off(), "{task:?}");
        let is_judged = matches!(task.status, Phase::Review | Phase::Testing);
        assert!(task.assigned.is_none() || is_judged, "{task:?}");
    }
}

/// Checkpoints are there from `CP-01` to the last, and a handoff is one of them.
fn evidence_is_whole(state: &Memory) {
    for task in state.live() {
        checkpoints_are_there(state, task);
        for failure in state
            .results(&task.id)
            .unwrap()
            .iter()
            .flat_map(|r| r.failure.values())
        {
            assert!(
                failure.times > 0 && failure.signature.starts_with("sha256:"),
                "{failure:?}"
            );
        }
    }
}

/// Of a live task as of an archived one.
pub(crate) fn checkpoints_are_there(state: &Memory, task: &Task) {
    for n in 1..=task.checkpoints {
        let record = state
            .checkpoint(&task.id, &CheckpointId::nth(n))
            .unwrap()
            .unwrap();
        assert_eq!(
            (&record.task, &record.checkpoint),
            (&task.id, &CheckpointId::nth(n))
        );
        assert!(record.made.is_some(), "{record:?}");
    }
    let next = CheckpointId::nth(task.checkpoints + 1);
    assert_eq!(state.checkpoint(&task.id, &next), Ok(None));
    if let Some(standing) = &task.handoff {
        let record = state.checkpoint(&task.id, standing).unwrap().unwrap();
        assert!(record.is_handoff(), "{record:?}");
        assert!(
            record
                .acceptance
                .values()
                .all(|run| run.passed() && run.tree == record.tree)
        );
    }
}

/// What was just recorded of checks: of known criteria only, and no more failures than are kept.
pub(crate) fn check_results(state: &Memory, results: &Results) {
    let task = state.task(&results.task).unwrap().unwrap().into_task();
    let known = |key: &String| task.acceptance.contains_key(key);
    assert!(results.acceptance.keys().all(known), "{results:?}");
    assert!(results.failure.len() <= FAILURES_MAX, "{results:?}");
}

fn there_is_room(state: &Memory, policy: &Adopted) {
    let lanes = state.lanes().unwrap();
    let claimed: Vec<Lane> = state.live().filter_map(Lane::of).collect();
    assert_eq!(lanes, claimed);
    let busy = lanes.iter().filter(|l| l.at_work().is_some()).count();
    assert!(busy <= policy.capacity.total as usize, "{lanes:?}");
    let mut by_area: BTreeMap<&AreaName, u32> = BTreeMap::new();
    for area in lanes.iter().filter_map(|l| l.area.as_ref()) {
        *by_area.entry(area).or_default() += 1;
    }
    for (area, held) in by_area {
        let limit = policy.area.get(area).and_then(|a| a.lanes);
        assert!(limit.is_none_or(|limit| held <= limit), "{lanes:?}");
    }
    let names: BTreeSet<&str> = lanes.iter().map(|l| l.lane.as_str()).collect();
    assert_eq!(names.len(), lanes.len(), "a lane's name is its own: {lanes:?}");
}

fn fences_are_unique(locks: &[Lock]) {
    let fences: BTreeSet<u64> = locks.iter().map(|l| l.fence).collect();
    assert_eq!(fences.len(), locks.len(), "{locks:?}");
}

/// A refusal can be printed anywhere, and what it hints at can be typed.
pub(crate) fn check_refusal(refusal: &Refusal) {
    assert!(!refusal.what.chars().any(is_unsafe), "{:?}", refusal.what);
    assert!(
        !refusal.what.ends_with('.') && !refusal.what.is_empty(),
        "{}",
        refusal.what
    );
    if let Some(said) = &refusal.said {
        assert!(!said.text.chars().any(is_unsafe), "{:?}", said.text);
    }
    for hint in &refusal.hints {
        assert!(
            hint.starts_with("git ") && !hint.chars().any(is_unsafe),
            "{hint:?}"
        );
        assert!(shlex::split(hint).is_some(), "{hint:?}");
    }
}
