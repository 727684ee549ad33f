//! The ledger as a list: events with their commits, newest first.

use lane_core::event::Event;
use lane_core::event::Message;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;

/// One event and the commit that carries it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The commit on the state ref.
    pub commit: Oid,
    /// The event.
    pub event: Event,
}

/// The events from `tip` backwards, as long as `keep` wants more. The genesis commit is not among them.
pub fn entries(repo: &Repo, tip: Oid, mut keep: impl FnMut(&Entry) -> bool) -> Result<(), StoreError> {
    for commit in repo.first_parents(tip) {
        let commit = commit?;
        if commit.parents.is_empty() {
            break;
        }
        let fault = |fault: String| StoreError::Ledger {
            commit: commit.id,
            fault,
        };
        let message = String::from_utf8_lossy(&commit.message);
        let event = Message::find(&message)
            .and_then(|m| m.event())
            .map_err(|e| fault(e.to_string()))?;
        if !keep(&Entry {
            commit: commit.id,
            event,
        }) {
            break;
        }
    }
    Ok(())
}
