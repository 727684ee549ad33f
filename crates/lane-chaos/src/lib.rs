//! Random histories of many clones over one remote, with kills, outages, skewed clocks and packing in between, and
//! the checks on what is left. Real processes, real git; chance by a seed, so far as real processes permit.

mod act;
mod agent;
mod calm;
mod chance;
mod checks;
mod driver;
mod fault;
mod figures;
mod ledger;
mod plan;
mod process;
mod record;
mod run;
#[cfg(test)]
mod sample;
mod weather;
mod world;

pub use figures::Figures;
pub use plan::Plan;
pub use run::Failure;
pub use run::Report;
pub use run::run;
