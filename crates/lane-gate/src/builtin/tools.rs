//! Which tools are there that the built-in checks prefer.

use std::path::Path;
use std::time::Duration;

use crate::Folder;
use crate::Interrupt;
use crate::tool;
use crate::tool::Question;
use crate::tool::ToolError;

/// A version is told at once; a toolchain that rustup installs first takes longer.
const LIMIT: Duration = Duration::from_secs(60);

/// Which tools are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tools {
    /// `cargo-nextest` answers; else tests go through `cargo test`.
    pub nextest: bool,
}

impl Tools {
    /// Asks in this folder of the work tree at `root`: its toolchain file counts. A tool that fails is not there.
    pub fn probe(root: &Path, dir: &Folder, interrupt: &Interrupt) -> Result<Self, ToolError> {
        let question = Question {
            program: "cargo-nextest",
            arguments: &["nextest", "--version"],
            dir: &root.join(dir.as_str()),
            stdin: Vec::new(),
            limit: LIMIT,
        };
        match tool::ask(&question, interrupt) {
            Ok(answer) => Ok(Self {
                nextest: answer.success,
            }),
            Err(ToolError::Interrupted) => Err(ToolError::Interrupted),
            Err(_) => Ok(Self::default()),
        }
    }
}
