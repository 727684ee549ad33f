//! The ledger as a list: events with their commits, newest first.

use lane_core::event::Captured;
use lane_core::event::Event;
use lane_core::event::EventError;
use lane_core::event::Message;
use lane_git::Commit;
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
    message: String,
}

impl Entry {
    /// The entry that a commit is.
    pub(crate) fn of(commit: &Commit) -> Result<Self, StoreError> {
        let message = String::from_utf8_lossy(&commit.message).into_owned();
        let event = Message::find(&message).and_then(|found| found.event());
        let event = event.map_err(|fault| StoreError::Ledger {
            commit: commit.id,
            fault: fault.to_string(),
        })?;
        Ok(Self {
            commit: commit.id,
            event,
            message,
        })
    }

    /// The event with all that a replay without this repository needs; `repository` is its id.
    ///
    /// # Errors
    /// None that reading the entry had not.
    pub fn captured(&self, repository: &str) -> Result<Captured, EventError> {
        Captured::of(
            &Message::find(&self.message)?,
            &self.commit.to_string(),
            repository,
        )
    }
}

/// The event that one commit carries.
///
/// # Errors
/// [`StoreError::Ledger`] when it carries none.
pub fn entry(repo: &Repo, commit: Oid) -> Result<Entry, StoreError> {
    Entry::of(&repo.commit(commit)?)
}

/// The events from `tip` backwards, as long as `keep` wants more. The genesis commit is not among them.
pub fn entries(repo: &Repo, tip: Oid, keep: impl FnMut(&Entry) -> bool) -> Result<(), StoreError> {
    entries_of(repo, tip, |_| true, keep)
}

/// The same, of those commits that `look` says yes to: the others' events are not read, which is most of the work.
pub fn entries_of(
    repo: &Repo,
    tip: Oid,
    look: impl Fn(&Commit) -> bool,
    mut keep: impl FnMut(&Entry) -> bool,
) -> Result<(), StoreError> {
    for commit in repo.first_parents(tip) {
        let commit = commit?;
        if commit.parents.is_empty() {
            break;
        }
        if !look(&commit) {
            continue;
        }
        let entry = Entry::of(&commit)?;
        if !keep(&entry) {
            break;
        }
    }
    Ok(())
}
