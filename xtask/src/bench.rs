//! Benchmarks: whole processes, ways of doing the same thing in turn, medians against budgets.

pub(crate) mod commit;
mod field;
pub(crate) mod gate;
pub(crate) mod landing;
pub(crate) mod ledger;
pub(crate) mod merge;
mod page;
mod peers;
mod race;
mod seed;
pub(crate) mod state;
pub(crate) mod sync;
mod table;

pub(crate) use page::write as write_section;

use std::path::PathBuf;

/// What a benchmark is to do.
#[derive(Clone)]
pub(crate) struct Plan {
    /// The release binary of git-lane.
    pub(crate) binary: PathBuf,
    /// The program that writes long ledgers, or plays the scenarios; empty where none is needed.
    pub(crate) helper: PathBuf,
    /// How often each thing is done and counted.
    pub(crate) rounds: usize,
    /// How often each thing is done before that.
    pub(crate) warm_up: usize,
    /// Whether peers that are not on PATH are installed from their registries, into a temporary folder.
    pub(crate) peers: bool,
}

/// What a benchmark found.
pub(crate) struct Report {
    /// The tables, as Markdown.
    pub(crate) text: String,
    /// The budgets that were missed, a sentence each.
    pub(crate) missed: Vec<String>,
}
