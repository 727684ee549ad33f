//! What is climbed: planned checks as plain values.

use std::path::PathBuf;
use std::time::Duration;

use lane_core::glob::Scope;
use lane_git::Oid;

use crate::Folder;
use crate::plan::PlannedWork;

/// One check of the plan.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// It is run, unless a receipt shows what it would.
    Check(Box<Planned>),
    /// The plan has no need of it.
    Skip {
        /// The check's name.
        name: String,
        /// Its rung.
        rung: u8,
        /// Why it is not needed.
        why: String,
    },
    /// It should run and cannot.
    Broken {
        /// The check's name.
        name: String,
        /// Its rung.
        rung: u8,
        /// Why it cannot.
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
    /// What is run, everything filled in.
    pub work: PlannedWork,
    /// For files whose format is compared: their texts, where these are not the files in the work tree.
    pub texts: Option<Vec<Vec<u8>>>,
    /// Where its tools are asked what they are.
    pub dir: Folder,
    /// How long all of it may take together.
    pub limit: Duration,
    /// Checks of one turn never run side by side: cargo's, say, which would wait for each other's lock on the target
    /// folder while their time runs.
    pub turn: Option<String>,
    /// What determines its result besides the command; none = it never has a receipt.
    pub inputs: Option<Inputs>,
}

/// What determines a check's result besides its commands.
#[derive(Clone, Debug, PartialEq)]
pub struct Inputs {
    /// The files that it reads.
    pub reads: Scope,
    /// The commit that is judged, where it looks at the history and not at files alone.
    pub commit: Option<Oid>,
    /// Commands that say what its tools are: `rustc -vV`.
    pub toolchain: Vec<Vec<String>>,
    /// The names of the environment variables that count.
    pub env: Vec<String>,
    /// Files outside the repository that count, by their content.
    pub outside: Vec<PathBuf>,
    /// The version of the built-in check; 0 for a command.
    pub builtin: u32,
}

impl Step {
    /// The check's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Check(planned) => &planned.name,
            Self::Skip { name, .. } | Self::Broken { name, .. } => name,
        }
    }

    /// Its rung.
    pub fn rung(&self) -> u8 {
        match self {
            Self::Check(planned) => planned.rung,
            Self::Skip { rung, .. } | Self::Broken { rung, .. } => *rung,
        }
    }
}
