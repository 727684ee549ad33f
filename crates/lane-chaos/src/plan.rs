//! What a run is to do.

use std::path::PathBuf;

/// How many clones, processes and faults, and by which seed.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The `git-lane` with the movable clock and the failpoints.
    pub binary: PathBuf,
    /// What all chance comes from. History `n` of a run has the seed `seed + n`.
    pub seed: u64,
    /// Histories are run until this many faults have struck.
    pub faults: u64,
    /// Clones of one remote.
    pub clones: usize,
    /// Processes that run in each clone at a time.
    pub processes: usize,
    /// How many commands one history begins.
    pub commands: usize,
    /// Histories that run at a time.
    pub parallel: usize,
    /// Keep every history's folder; that of a failed one is always kept.
    pub keep: bool,
}
