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
    fn read(commit: &Commit) -> Result<Self, EventError> {
        let message = String::from_utf8_lossy(&commit.message).into_owned();
        Ok(Self {
            commit: commit.id,
            event: Message::find(&message)?.event()?,
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
    let commit = repo.commit(commit)?;
    Entry::read(&commit).map_err(|fault| no_event(&commit, &fault))
}

fn no_event(commit: &Commit, fault: &EventError) -> StoreError {
    StoreError::Ledger {
        commit: commit.id,
        fault: fault.to_string(),
    }
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
        let entry = Entry::read(&commit).map_err(|fault| no_event(&commit, &fault))?;
        if !keep(&entry) {
            break;
        }
    }
    Ok(())
}
