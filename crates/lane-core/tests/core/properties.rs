//! Random histories keep the invariants, replay to the same state, and refuse in words that can be shown.

use std::collections::BTreeSet;

use lane_core::apply::Rejection;
use lane_core::apply::Write;
use lane_core::apply::apply;
use lane_core::apply::unmet;
use lane_core::event::Event;
use lane_core::event::Message;
use lane_core::event::Payload;
use lane_core::event::write_message;
use lane_core::id::TaskId;
use lane_core::memory::Memory;
use lane_core::view::Found;
use lane_core::view::View as _;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;

use super::chance;
use super::chance::Step;
use super::fixture::Fixture;
use super::invariants;

/// A history as it went: the state, what was accepted, and which tasks were archived.
struct Run {
    f: Fixture,
    accepted: Vec<Event>,
    highest_fence: u64,
    archived: BTreeSet<TaskId>,
}

impl Run {
    fn step(&mut self, step: &Step) {
        self.f.wait(step.wait_secs());
        let event = self.f.event(step.who(&self.f), step.payload(&self.f));
        let before = self.f.state.clone();
        match apply(&self.f.state, &event) {
            Ok(writes) => self.take(event, writes),
            Err(Rejection::Refused(refusal)) => {
                invariants::check_refusal(&refusal);
                assert_eq!(self.f.state, before);
                first_of_all_that_is_unmet(&self.f.state, &event, &refusal);
            }
            Err(Rejection::Unreadable(other)) => panic!("{other}"),
        }
    }

    fn take(&mut self, event: Event, writes: Vec<Write>) {
        assert!(
            !writes.is_empty(),
            "an event that changes nothing is refused: {event:?}"
        );
        assert_eq!(
            apply(&self.f.state, &event).as_ref(),
            Ok(&writes),
            "the same again"
        );
        for write in &writes {
            self.watch(write);
        }
        self.archive_is_whole(&writes);
        writes.into_iter().for_each(|w| self.f.state.write(w));
        self.f.seq = event.seq;
        self.accepted.push(event);
        invariants::check(&self.f.state);
        for id in &self.archived {
            let Ok(Some(Found::Archived(task))) = self.f.state.task(id) else {
                panic!("{id} is not in the archive");
            };
            invariants::checkpoints_are_there(&self.f.state, &task);
        }
    }

    /// A task takes all its evidence along, and nothing of it is left behind.
    fn archive_is_whole(&self, writes: &[Write]) {
        let Some(task) = writes.iter().find_map(|write| match write {
            Write::Archive(task) => Some(task),
            _ => None,
        }) else {
            return;
        };
        let checkpoints = writes.iter().filter(|w| matches!(w, Write::ArchiveCheckpoint(_)));
        assert_eq!(checkpoints.count(), task.checkpoints as usize, "{task:?}");
        let results = writes.iter().filter(|w| matches!(w, Write::ArchiveResults(_)));
        let known = self.f.state.results(&task.id).unwrap();
        assert_eq!(results.count(), usize::from(known.is_some()), "{task:?}");
    }

    fn watch(&mut self, write: &Write) {
        match write {
            Write::Task(task) => assert!(!self.archived.contains(&task.id), "{} came back", task.id),
            Write::Archive(task) => assert!(self.archived.insert(task.id.clone())),
            Write::Lock(lock) => {
                let is_renewal = self
                    .f
                    .lock(lock.id.as_str())
                    .is_some_and(|l| l.fence == lock.fence);
                assert!(is_renewal || lock.fence > self.highest_fence, "{lock:?}");
                self.highest_fence = self.highest_fence.max(lock.fence);
            }
            Write::Results(results) => invariants::check_results(&self.f.state, results),
            _ => {}
        }
    }
}

/// `can` names all that stands against a transition, and what `apply` says is the first of it.
fn first_of_all_that_is_unmet(state: &Memory, event: &Event, refusal: &lane_core::refusal::Refusal) {
    let (Some(_), Some(id)) = (chance::verb_of(&event.what), event.what.task()) else {
        return;
    };
    let all = unmet(state, event, id).unwrap();
    let says_more = matches!(
        event.what,
        Payload::TaskHandedOff { .. } | Payload::TaskJudged { .. } | Payload::TaskRescoped { .. }
    );
    if all.is_empty() && says_more {
        // Nothing stands against the transition, but against what this one says.
        let of_content = [
            "invalid-input",
            "dependency-open",
            "dependency-cycle",
            "unknown-dependency",
            "not-in-phase",
        ];
        assert!(of_content.contains(&refusal.ground.id), "{refusal:?}");
        return;
    }
    assert_eq!(all.first(), Some(refusal));
    all.iter().for_each(invariants::check_refusal);
}

fn run(steps: &[Step]) -> Run {
    let f = chance::ground_floor();
    let mut run = Run {
        f,
        accepted: Vec::new(),
        highest_fence: 0,
        archived: BTreeSet::new(),
    };
    steps.iter().for_each(|step| run.step(step));
    run
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_history_keeps_the_invariants_and_replays_to_the_same_state(steps in chance::history()) {
        let Run { f, accepted, .. } = run(&steps);
        let mut replayed = chance::ground_floor().state;
        let mut chain = String::new();
        for event in &accepted {
            let (message, next) = write_message(event, &chain).unwrap();
            let found = Message::find(&message).unwrap();
            prop_assert_eq!(found.expected_chain(&chain), next.as_str());
            let read = found.event().unwrap();
            let writes = apply(&replayed, &read).unwrap();
            writes.into_iter().for_each(|w| replayed.write(w));
            chain = next;
        }
        prop_assert_eq!(replayed, f.state);
    }
}

#[test]
fn histories_reach_what_they_are_meant_to_try() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..64 {
        let steps = chance::history().new_tree(&mut runner).unwrap().current();
        kinds.extend(run(&steps).accepted.iter().map(|e| e.what.kind()));
    }
    let expected = [
        "lock.granted",
        "lock.reclaimed",
        "lock.released",
        "lock.renewed",
        "note.added",
        "override.granted",
        "task.abandoned",
        "task.added",
        "task.assigned",
        "task.blocked",
        "task.checked",
        "task.checkpointed",
        "task.claimed",
        "task.deprioritised",
        "task.done",
        "task.edited",
        "task.escalated",
        "task.handed-off",
        "task.judged",
        "task.left",
        "task.released",
        "task.rescoped",
        "task.resumed",
        "task.retried",
        "task.taken-over",
        "task.unblocked",
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}
