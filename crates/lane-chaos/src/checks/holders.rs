//! At every event of the ledger: one holder for a task, and no path under two exclusive locks. By a small model of
//! its own.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::io;

use super::Finding;
use super::Scene;
use crate::ledger::Event;

pub(super) fn run(scene: &Scene<'_>) -> io::Result<Finding> {
    Ok(Finding {
        facts: scene.events.len() as u64,
        faults: faults(&scene.events),
    })
}

fn faults(events: &[Event]) -> Vec<String> {
    let mut state = State::default();
    let mut faults = Vec::new();
    for (n, event) in events.iter().enumerate() {
        let place = || {
            format!(
                "event {} ({} {} by {})",
                event.seq,
                event.kind,
                event.task(),
                event.by
            )
        };
        if event.seq != n as i64 + 1 {
            faults.push(format!("{} is at place {}", place(), n + 1));
        }
        if !state.ids.insert(event.id.clone()) {
            faults.push(format!("{} is there twice: id {}", place(), event.id));
        }
        if let Err(fault) = state.take(event) {
            faults.push(format!("{}: {fault}", place()));
        }
    }
    faults
}

/// An agent in a clone.
type Holder = (String, String);

#[derive(Default)]
struct State {
    ids: BTreeSet<String>,
    scopes: BTreeMap<String, Vec<String>>,
    /// Tasks with their holders and the locks that came with the claims.
    held: BTreeMap<String, (Holder, String)>,
    done: BTreeSet<String>,
    locks: BTreeMap<String, Lock>,
}

struct Lock {
    task: Option<String>,
    holder: Holder,
    scope: Vec<String>,
    shared: bool,
}

impl State {
    fn take(&mut self, event: &Event) -> Result<(), String> {
        let task = event.task().to_owned();
        let holder = (event.by.clone(), event.clone.clone());
        match event.kind.as_str() {
            "task.added" if self.scopes.contains_key(&task) => return Err("it was there already".into()),
            "task.added" | "task.edited" => {
                self.scopes.insert(task, event.list(Some("task"), "scope"));
            }
            "task.claimed" => return self.claim(event, task, holder),
            "task.released" => self.free(&task)?,
            "task.done" => {
                self.free(&task)?;
                self.done.insert(task);
            }
            "lock.granted" => {
                let lock = Lock {
                    task: (!task.is_empty()).then_some(task),
                    holder,
                    scope: event.list(None, "scope"),
                    shared: event.text("mode") == "shared",
                };
                return self.grant(event.text("lock"), lock);
            }
            "lock.released" | "lock.reclaimed" => return self.drop_lock(event, &holder),
            _ => {}
        }
        Ok(())
    }

    fn claim(&mut self, event: &Event, task: String, holder: Holder) -> Result<(), String> {
        if let Some((other, _)) = self.held.get(&task) {
            return Err(format!("{} in {} holds it", other.0, other.1));
        }
        if self.done.contains(&task) {
            return Err("it is done".into());
        }
        let Some(scope) = self.scopes.get(&task).cloned() else {
            return Err("there is no such task".into());
        };
        let lock = event.text("lock").to_owned();
        self.held.insert(task.clone(), (holder.clone(), lock.clone()));
        let granted = Lock {
            task: Some(task),
            holder,
            scope,
            shared: false,
        };
        self.grant(&lock, granted)
    }

    fn free(&mut self, task: &str) -> Result<(), String> {
        self.locks.retain(|_, lock| lock.task.as_deref() != Some(task));
        self.held
            .remove(task)
            .map(drop)
            .ok_or_else(|| "nobody holds it".into())
    }

    fn grant(&mut self, id: &str, new: Lock) -> Result<(), String> {
        let other = self.locks.iter().find(|(_, lock)| lock.stands_against(&new));
        let fault = other.map(|(other, lock)| format!("{other} of {} covers its paths too", lock.holder.0));
        if self.locks.insert(id.to_owned(), new).is_some() {
            return Err(format!("{id} was there already"));
        }
        fault.map_or(Ok(()), Err)
    }

    fn drop_lock(&mut self, event: &Event, holder: &Holder) -> Result<(), String> {
        let id = event.text("lock");
        let Some(lock) = self.locks.get(id) else {
            return Err(format!("there is no {id}"));
        };
        if event.kind == "lock.released" && lock.holder != *holder {
            return Err(format!("{id} is {}'s", lock.holder.0));
        }
        let lane = lock
            .task
            .clone()
            .filter(|task| self.held.get(task).is_some_and(|(_, claim)| claim == id));
        match lane {
            Some(task) => self.free(&task),
            None => {
                self.locks.remove(id);
                Ok(())
            }
        }
    }
}

impl Lock {
    fn stands_against(&self, new: &Self) -> bool {
        let own = match (&self.task, &new.task) {
            (Some(theirs), Some(mine)) => theirs == mine,
            _ => self.holder == new.holder,
        };
        let shared = self.shared && new.shared;
        !own && !shared && self.scope.iter().any(|a| new.scope.iter().any(|b| overlap(a, b)))
    }
}

/// Of globs as histories use them: a path, which covers all below it, or a path and `/**`.
fn overlap(a: &str, b: &str) -> bool {
    let plain = |glob: &'_ str| glob.trim_end_matches("/**").to_owned() + "/";
    let (a, b) = (plain(a), plain(b));
    a.starts_with(&b) || b.starts_with(&a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::event;

    #[test]
    fn globs_of_histories_overlap_where_one_is_below_the_other() {
        assert!(overlap("d1/**", "d1/x/y"));
        assert!(overlap("d1/x", "d1/x/**"));
        assert!(!overlap("d1/x", "d1/xy"));
        assert!(!overlap("d1/**", "d10/**"));
    }

    const ADD: &str = "task = { id = 'T-1', scope = ['d1/**'] }";
    const CLAIM: &str = "task = 'T-1'\nlock = 'L-1'";

    /// A ledger of events, each by its agent, kind and data; what the check says against it.
    fn check(ledger: &[(&str, &str, &str)], wanted: &[&str]) {
        let events = ledger
            .iter()
            .zip(1..)
            .map(|((by, kind, data), seq)| event(seq, by, kind, data));
        let found = faults(&events.collect::<Vec<_>>());
        assert_eq!(found.len(), wanted.len(), "{found:?}");
        for (found, wanted) in found.iter().zip(wanted) {
            assert!(found.contains(wanted), "{found} is not {wanted}");
        }
    }

    #[test]
    fn two_holders_of_a_task_are_found_and_one_after_the_other_are_not() {
        let release = ("a", "task.released", "task = 'T-1'");
        let again = ("b", "task.claimed", "task = 'T-1'\nlock = 'L-2'");
        let begin = [("a", "task.added", ADD), ("a", "task.claimed", CLAIM)];
        check(&[&begin[..], &[again]].concat(), &["a in c0 holds it"]);
        check(&[&begin[..], &[release, again]].concat(), &[]);
        check(&[&begin[..1], &[release]].concat(), &["nobody holds it"]);
    }

    #[test]
    fn overlapping_locks_are_found_and_own_or_shared_ones_are_not() {
        let lock = |by, id: &str, path: &str, mode: &str| {
            let data = format!("lock = '{id}'\nscope = ['{path}']\nmode = '{mode}'");
            event(0, by, "lock.granted", &data)
        };
        let check = |second, wanted: usize| {
            let events = [lock("a", "L-1", "d1/**", "shared"), second];
            let numbered = events.into_iter().zip(1..).map(|(event, seq)| Event {
                seq,
                id: seq.to_string(),
                ..event
            });
            let found = faults(&numbered.collect::<Vec<_>>());
            assert_eq!(found.len(), wanted, "{found:?}");
        };
        check(lock("b", "L-2", "d1/x", "exclusive"), 1);
        check(lock("b", "L-2", "d1/x", "shared"), 0);
        check(lock("a", "L-2", "d1/x", "exclusive"), 0);
        check(lock("b", "L-2", "d2/x", "exclusive"), 0);
    }

    #[test]
    fn an_event_that_stands_there_twice_is_found_and_so_is_a_gap() {
        let first = event(1, "a", "note.added", "text = 'x'");
        let twice = Event {
            seq: 2,
            ..first.clone()
        };
        assert_eq!(faults(&[first.clone(), twice]).len(), 1);
        let gap = event(3, "a", "note.added", "text = 'x'");
        assert_eq!(faults(&[first, gap]).len(), 1);
    }
}
