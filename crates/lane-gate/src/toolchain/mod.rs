//! What a check's tools are: the output of commands such as `rustc -vV`, remembered while the program is the same file.

mod stamp;

use std::path::Path;
use std::time::Duration;

use lane_core::text::excerpt;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use thiserror::Error;

use crate::Interrupt;
use crate::Job;
use crate::Receipts;
use crate::RunError;
use crate::receipts::Shelf;
use crate::run;
use crate::run::hex;

/// How long a tool may take to say its version.
const LIMIT: Duration = Duration::from_secs(20);
/// How many tools are remembered.
const KEEP: usize = 64;
/// The longest file that is read about one, in bytes.
const LONGEST: u64 = 1024;

/// The tools of this clone's checks.
#[derive(Clone, Debug)]
pub struct Toolchain {
    remembered: Shelf,
}

/// A tool that does not say what it is: without that, no receipt.
#[derive(Debug, Error)]
pub enum ToolchainError {
    /// It ended otherwise than with 0.
    #[error("`{command}` ended with {ending}")]
    Failed {
        /// The command, bounded and escaped.
        command: String,
        /// How it ended.
        ending: String,
    },
    /// It did not run.
    #[error(transparent)]
    Run(#[from] RunError),
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    fingerprint: String,
}

impl Toolchain {
    /// What is remembered beside the receipts.
    pub fn of(receipts: &Receipts) -> Self {
        Self {
            remembered: receipts.shelf_of("tools", KEEP),
        }
    }

    /// `sha256:<hex>` of what a command such as `rustc -vV` prints in this folder.
    ///
    /// No process is started while the program that `PATH` leads to is the same file: path, size and time. With rustup
    /// also while its settings, its toolchains, the `rust-toolchain` files above and `RUSTUP_TOOLCHAIN` are. A script,
    /// or a link to a program of another name (volta's `node`), decides by itself what it is: asked every time.
    ///
    /// # Errors
    /// When it does not run or fails.
    pub fn fingerprint(
        &self,
        words: &[String],
        dir: &Path,
        interrupt: &Interrupt,
    ) -> Result<String, ToolchainError> {
        let stamp = stamp::stamp(words, dir).map(|stamp| {
            let name = hex(&Sha256::digest(format!("tool 1\n{words:?}\n{stamp}")));
            format!("{name}.toml")
        });
        if let Some(known) = stamp.as_deref().and_then(|stamp| self.known(stamp)) {
            return Ok(known);
        }
        let fingerprint = ask(words, dir, interrupt)?;
        if let Some(stamp) = stamp {
            let text = format!("fingerprint = \"{fingerprint}\"\n");
            // Not remembered, it is asked again.
            let _ = self.remembered.write(&stamp, text.as_bytes());
        }
        Ok(fingerprint)
    }

    fn known(&self, stamp: &str) -> Option<String> {
        let bytes = self.remembered.read(stamp, LONGEST)?;
        let known: Remembered = lane_core::codec::decode(&bytes).ok()?;
        crate::receipts::is_digest(&known.fingerprint).then_some(known.fingerprint)
    }
}

fn ask(words: &[String], dir: &Path, interrupt: &Interrupt) -> Result<String, ToolchainError> {
    let job = Job {
        words,
        dir,
        limit: LIMIT,
    };
    let ran = run(&job, interrupt)?;
    if ran.ending.success() {
        return Ok(ran.digest);
    }
    Err(ToolchainError::Failed {
        command: excerpt(&words.join(" "), 200),
        ending: ran.ending.to_string(),
    })
}
