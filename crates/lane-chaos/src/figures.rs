//! What a run comes to, in numbers.

use std::collections::BTreeMap;
use std::fmt;

use crate::act::Promise;
use crate::record::End;
use crate::record::History;

/// Counts over histories.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// Histories that were run and checked.
    pub histories: u64,
    /// Commands that were given.
    pub operations: u64,
    /// Those whose event was promised.
    pub acknowledged: u64,
    /// Those that the state refused.
    pub refused: u64,
    /// Those that were told to try again.
    pub contention: u64,
    /// Events in the ledgers.
    pub events: u64,
    /// Faults that struck, by their names.
    pub faults: BTreeMap<String, u64>,
    /// Checks that held, by their names: how many facts each looked at.
    pub checks: BTreeMap<&'static str, u64>,
}

impl Figures {
    /// All faults.
    pub fn struck(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Counts one fault.
    pub(crate) fn strike(&mut self, name: impl Into<String>) {
        *self.faults.entry(name.into()).or_default() += 1;
    }

    /// Counts the commands of a history.
    pub(crate) fn count(&mut self, history: &History) {
        self.histories += 1;
        for op in &history.ops {
            self.operations += 1;
            self.acknowledged += u64::from(op.end == End::Done && op.act.promise != Promise::Nothing);
            self.refused += u64::from(op.end == End::Refused);
            self.contention += u64::from(op.end == End::TryAgain);
            if let (End::Killed, Some(kill)) = (op.end, op.kill) {
                self.strike(kill.name());
            }
        }
    }

    /// Adds those of another history.
    pub(crate) fn add(&mut self, other: &Self) {
        self.histories += other.histories;
        self.operations += other.operations;
        self.acknowledged += other.acknowledged;
        self.refused += other.refused;
        self.contention += other.contention;
        self.events += other.events;
        for (name, count) in &other.faults {
            *self.faults.entry(name.clone()).or_default() += count;
        }
        for (name, count) in &other.checks {
            *self.checks.entry(name).or_default() += count;
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut row = |name: &str, count: u64| writeln!(f, "{name:<44} {count:>9}");
        row("histories", self.histories)?;
        row("operations", self.operations)?;
        row("  acknowledged", self.acknowledged)?;
        row("  refused by the state", self.refused)?;
        row("  told to try again", self.contention)?;
        row("events in the ledgers", self.events)?;
        row("faults", self.struck())?;
        for (name, count) in &self.faults {
            row(&format!("  {name}"), *count)?;
        }
        row("facts checked", self.checks.values().sum())?;
        for (name, count) in &self.checks {
            row(&format!("  {name}"), *count)?;
        }
        Ok(())
    }
}
