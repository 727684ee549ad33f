//! Receipts: what a check showed, kept under all that determines it.

mod key;
mod receipt;
mod shelf;

pub use key::Key;
pub use key::KeyInputs;
pub use receipt::Failure;
pub use receipt::Receipt;
pub use receipt::Verdict;
pub(crate) use receipt::is_digest;
pub(crate) use shelf::Shelf;

use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::time::Duration;

use lane_core::codec;
use lane_core::codec::CodecError;
use lane_core::time::Timestamp;
use lane_git::OsLock;
use lane_git::OsLockError;
use thiserror::Error;

use crate::Run;
use crate::RunVerdict;
use crate::plan::PlannedWork;

/// Receipts in one of the 256 folders: 2,048 in all, and with 16 KiB each at most 32 MiB (typical: 1 MiB).
const PER_FOLDER: usize = 8;
/// The largest receipt that is read, in bytes; what is written is smaller.
const LONGEST: u64 = 16 * 1024;
/// How long another process may take to write a receipt.
const WAIT: Duration = Duration::from_secs(2);

/// The receipts of a clone, shared by its worktrees: `<common>/lane/gate/<xx>/<key>.toml`. A cache: who may write there
/// can write what they like, so whoever trusts nothing local uses none.
#[derive(Clone, Debug)]
pub struct Receipts {
    root: PathBuf,
}

/// Why a result was not kept. The result stands all the same.
#[derive(Debug, Error)]
pub enum ReceiptError {
    /// Another process kept its hand on the receipts.
    #[error(transparent)]
    Busy(#[from] OsLockError),
    /// It cannot be written as TOML.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The disk refused.
    #[error("the receipt cannot be written")]
    Io(#[from] io::Error),
}

impl Receipts {
    /// The receipts in the git dir that all worktrees share. Nothing is made yet.
    pub fn of(common_dir: &Path) -> Self {
        Self {
            root: common_dir.join("lane").join("gate"),
        }
    }

    /// The receipt under this key. One that cannot be read, is too long, of another format, or does not fit together is
    /// none.
    pub fn find(&self, key: &Key) -> Option<Receipt> {
        Receipt::parse(&self.shelf(key).read(&key.file(), LONGEST)?, key)
    }

    /// Adds a run to what is known under its key, and gives what is known now: failed before and passed now is flaky,
    /// and stays so.
    ///
    /// # Errors
    /// When it cannot be written; the older receipt is there then.
    pub fn keep(&self, key: &Key, ran: &Ran<'_>) -> Result<Receipt, ReceiptError> {
        let _turn = OsLock::acquire(self.root.join("lock"), WAIT)?;
        let receipt = Receipt::after(self.find(key), key, ran);
        let text = codec::encode(&receipt)?;
        self.shelf(key).write(&key.file(), text.as_bytes())?;
        Ok(receipt)
    }

    /// A folder beside the receipts, of which the newest files are kept.
    pub(crate) fn shelf_of(&self, name: &str, keep: usize) -> Shelf {
        Shelf::new(self.root.join(name), keep)
    }

    fn shelf(&self, key: &Key) -> Shelf {
        Shelf::new(self.root.join(key.folder()), PER_FOLDER)
    }
}

/// A run, as a receipt tells it.
#[derive(Clone, Copy, Debug)]
pub struct Ran<'a> {
    /// The check's name.
    pub check: &'a str,
    /// Its rung.
    pub rung: u8,
    /// What was run.
    pub work: &'a PlannedWork,
    /// The digest of what it read: before and after the run.
    pub reads: &'a str,
    /// What it came to: passed or failed.
    pub verdict: RunVerdict,
    /// How it went.
    pub run: &'a Run,
    /// When it ended.
    pub ended: Timestamp,
}
