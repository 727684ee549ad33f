//! Ctrl-C and SIGTERM, so that a check's process group ends before this process does.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;

use thiserror::Error;

/// Whether somebody asked this process to stop. Clones share the answer, and it stays.
#[derive(Clone, Debug, Default)]
pub struct Interrupt {
    asked: Arc<AtomicBool>,
}

/// The handler of signals could not be installed: the system refused, or this process has another one.
#[derive(Debug, Error)]
#[error("Ctrl-C cannot be caught")]
pub struct InterruptError(#[source] ctrlc::Error);

static INSTALLED: Mutex<Option<Interrupt>> = Mutex::new(None);

impl Interrupt {
    /// One that no signal sets, for callers that end otherwise. A Ctrl-C then ends this process and leaves the
    /// check running, because a check has a process group of its own.
    pub fn none() -> Self {
        Self::default()
    }

    /// The one that Ctrl-C sets, and on Unix SIGTERM and SIGHUP. Takes these signals over from now on: who installs
    /// it ends by itself, with exit code 130. Installed once; later calls give the same one.
    pub fn install() -> Result<Self, InterruptError> {
        let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(interrupt) = &*installed {
            return Ok(interrupt.clone());
        }
        let interrupt = Self::default();
        let raised = interrupt.clone();
        ctrlc::set_handler(move || raised.raise()).map_err(InterruptError)?;
        *installed = Some(interrupt.clone());
        Ok(interrupt)
    }

    /// Asks as a signal does.
    pub fn raise(&self) {
        self.asked.store(true, Ordering::SeqCst);
    }

    /// Whether somebody asked.
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }
}
