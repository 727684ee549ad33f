//! What is climbed: planned checks as plain values.

use std::path::PathBuf;
use std::time::Duration;

use lane_core::glob::Scope;

/// One check of the plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It is run, unless a receipt shows what it would.
    Check(Planned),
    /// The plan has no need of it.
    Skip {
        /// The check's name.
        name: String,
        /// Its rung.
        rung: u8,
        /// Why it is not needed.
        why: String,
    },
}

/// A check that is to be run.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Its name.
    pub name: String,
    /// Its rung; lower ones come first.
    pub rung: u8,
    /// The command, everything filled in.
    pub words: Vec<String>,
    /// Where it runs, relative to the worktree's root; empty = there.
    pub dir: PathBuf,
    /// How long it may take.
    pub limit: Duration,
    /// Checks of one turn never run side by side: cargo's, say, which would wait for each other's lock on the target
    /// folder while their time runs.
    pub turn: Option<String>,
    /// What determines its result besides the command; none = it never has a receipt.
    pub inputs: Option<Inputs>,
}

/// What determines a check's result besides its command.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The files that it reads.
    pub reads: Scope,
    /// Commands that say what its tools are: `rustc -vV`.
    pub toolchain: Vec<Vec<String>>,
    /// The names of the environment variables that count.
    pub env: Vec<String>,
    /// The version of the built-in check; 0 for a command.
    pub builtin: u32,
}

impl Step {
    /// The check's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Check(planned) => &planned.name,
            Self::Skip { name, .. } => name,
        }
    }

    /// Its rung.
    pub fn rung(&self) -> u8 {
        match self {
            Self::Check(planned) => planned.rung,
            Self::Skip { rung, .. } => *rung,
        }
    }
}
