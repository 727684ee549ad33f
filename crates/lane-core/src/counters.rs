//! Counters of what happened: a fold over events, and nothing else.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::event::Event;
use crate::event::Payload;
use crate::id::TaskId;
use crate::time::Timestamp;

/// What a range of the ledger holds. Serialized as `git lane replay --json` prints it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// How many events.
    pub events: u64,
    /// The earliest event's time.
    pub from: Option<Timestamp>,
    /// The latest event's time.
    pub to: Option<Timestamp>,
    /// Tasks added.
    pub added: u64,
    /// Claims.
    pub claims: u64,
    /// Claims given back.
    pub releases: u64,
    /// Locks taken away after their lease.
    pub reclaims: u64,
    /// Checkpoints, without handoffs.
    pub checkpoints: u64,
    /// Handoffs.
    pub handoffs: u64,
    /// Tasks done.
    pub done: u64,
    /// Runs of checks that passed.
    pub checks_passed: u64,
    /// Runs of checks that failed.
    pub checks_failed: u64,
    /// The median time from a task's last claim until it was done, in seconds; of an even count the lower of the two.
    pub median_claimed_to_done_secs: Option<i64>,
    /// Events by kind.
    pub by_kind: BTreeMap<String, u64>,
    /// Events by who acted.
    pub by_agent: BTreeMap<String, u64>,
}

/// The fold. Events before a range are told by [`Counting::pass`], so that a claim before it counts for its end.
#[derive(Clone, Debug, Default)]
pub struct Counting {
    counters: Counters,
    claimed: BTreeMap<TaskId, Timestamp>,
    spans: Vec<i64>,
}

impl Counting {
    /// An event before the range.
    pub fn pass(&mut self, event: &Event) {
        match &event.what {
            Payload::TaskClaimed { task, .. } => drop(self.claimed.insert(task.clone(), event.at)),
            Payload::TaskReleased { task, .. } | Payload::TaskDone { task, .. } => {
                self.claimed.remove(task);
            }
            _ => {}
        }
    }

    /// An event of the range.
    pub fn take(&mut self, event: &Event) {
        if let Payload::TaskDone { task, .. } = &event.what
            && let Some(since) = self.claimed.get(task)
        {
            self.spans.push(event.at.since(*since));
        }
        self.pass(event);
        let all = &mut self.counters;
        all.events += 1;
        all.from = Some(all.from.map_or(event.at, |from| from.min(event.at)));
        all.to = Some(all.to.map_or(event.at, |to| to.max(event.at)));
        *all.by_kind.entry(event.what.kind().to_owned()).or_default() += 1;
        *all.by_agent.entry(event.by.to_string()).or_default() += 1;
        match &event.what {
            Payload::TaskAdded { .. } => all.added += 1,
            Payload::TaskClaimed { .. } => all.claims += 1,
            Payload::TaskReleased { .. } => all.releases += 1,
            Payload::LockReclaimed { .. } => all.reclaims += 1,
            Payload::TaskCheckpointed { .. } => all.checkpoints += 1,
            Payload::TaskHandedOff { .. } => all.handoffs += 1,
            Payload::TaskDone { .. } => all.done += 1,
            // Runs at the base are none of these: one that fails there shows what it should.
            Payload::TaskChecked { results, .. } => {
                let passed = results.values().filter(|run| run.passed()).count() as u64;
                all.checks_passed += passed;
                all.checks_failed += results.len() as u64 - passed;
            }
            _ => {}
        }
    }

    /// The counters of the range.
    pub fn finish(mut self) -> Counters {
        self.spans.sort_unstable();
        let middle = self.spans.len().saturating_sub(1) / 2;
        self.counters.median_claimed_to_done_secs = self.spans.get(middle).copied();
        self.counters
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RULES;
    use crate::id::Agent;
    use crate::id::CloneId;
    use crate::id::LockId;
    use crate::policy::Role;

    fn event(secs: i64, what: Payload) -> Event {
        Event {
            id: secs.to_string(),
            seq: 1,
            at: Timestamp::from_secs(secs),
            by: Agent::new("agent-a").unwrap(),
            clone: CloneId::new("9c41").unwrap(),
            role: Role::Worker,
            rules: RULES,
            what,
        }
    }

    fn claim(secs: i64, task: &str) -> Event {
        let (task, lock) = (TaskId::new(task).unwrap(), LockId::new("L-1").unwrap());
        event(secs, Payload::TaskClaimed { task, lock })
    }

    fn done(secs: i64, task: &str) -> Event {
        let task = TaskId::new(task).unwrap();
        let (tip, landed) = (String::new(), String::new());
        event(
            secs,
            Payload::TaskDone {
                task,
                tip,
                landed,
                how: None,
                landing: None,
            },
        )
    }

    #[test]
    fn the_last_claim_counts_and_one_before_the_range_too() {
        let mut counting = Counting::default();
        counting.pass(&claim(0, "T-1"));
        for event in [
            claim(10, "T-2"),
            event(
                20,
                Payload::TaskReleased {
                    task: TaskId::new("T-2").unwrap(),
                    why: String::new(),
                },
            ),
            claim(30, "T-2"),
            done(40, "T-2"),
            done(100, "T-1"),
            done(110, "T-3"),
        ] {
            counting.take(&event);
        }
        let all = counting.finish();
        assert_eq!((all.events, all.claims, all.releases, all.done), (6, 2, 1, 3));
        assert_eq!(all.median_claimed_to_done_secs, Some(10));
        assert_eq!(all.by_kind.values().sum::<u64>(), 6);
        assert_eq!(
            (all.from, all.to),
            (Some(Timestamp::from_secs(10)), Some(Timestamp::from_secs(110)))
        );
        assert_eq!(Counting::default().finish(), Counters::default());
    }
}
