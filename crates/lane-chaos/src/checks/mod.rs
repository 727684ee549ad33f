//! The checks on what a history left, each a file and a line in the table. None asks git-lane but `verify` itself.

mod copies;
mod delivered;
mod holders;
mod judged;
mod order;
mod promises;
mod proof;
mod sound;

use std::io;

use crate::ledger;
use crate::ledger::Event;
use crate::record::History;
use crate::world::World;

/// What checks look at.
pub(crate) struct Scene<'s> {
    pub(crate) world: &'s World,
    pub(crate) history: &'s History,
    /// The remote's ledger.
    pub(crate) events: Vec<Event>,
}

/// What a check found: how many facts it looked at, and what is wrong with some.
pub(crate) struct Finding {
    pub(crate) facts: u64,
    pub(crate) faults: Vec<String>,
}

type Check = fn(&Scene<'_>) -> io::Result<Finding>;

const CHECKS: &[(&str, Check)] = &[
    ("commands that ended as they may", sound::run),
    ("holders and locks at every event", holders::run),
    ("promised events that are there", promises::run),
    ("events in the order of real time", order::run),
    ("answers that the ledger explains", judged::witness),
    ("windows that some order explains", judged::windows),
    ("handoffs with their commits", delivered::run),
    ("copies that agree", copies::run),
    ("ledgers proved by verify --full", proof::run),
];

impl<'s> Scene<'s> {
    pub(crate) fn new(world: &'s World, history: &'s History) -> io::Result<Self> {
        Ok(Self {
            world,
            history,
            events: ledger::read(world, &world.remote())?,
        })
    }

    /// Runs every check; `tell` is given each with what it found.
    pub(crate) fn check(&self, tell: &mut dyn FnMut(&'static str, Finding)) -> io::Result<()> {
        for (name, check) in CHECKS {
            tell(name, check(self)?);
        }
        Ok(())
    }
}
