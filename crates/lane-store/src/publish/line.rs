//! The line of commits between two tips, and the events on it that are not published yet.

use lane_git::Commit;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use super::link::Link;
use crate::error::StoreError;
use crate::head::Head;
use crate::ledger::Entry;
use crate::ledger::entries;
use crate::store::Store;

/// How far back a line is followed.
const REACH: usize = 10_000_000;

/// The commits after `base` up to `tip`, oldest first; none when `base` is not on the line that ends at `tip`. An
/// event's number is its place on the line, so no more is walked than lies between the two.
pub(crate) fn after(repo: &Repo, base: Oid, tip: Oid) -> Result<Option<Vec<Commit>>, StoreError> {
    let mut line = Vec::new();
    if base == tip {
        return Ok(Some(line));
    }
    let most = match (Head::read(repo, base), Head::read(repo, tip)) {
        (Ok(base), Ok(tip)) => match tip.seq.checked_sub(base.seq) {
            Some(between) => usize::try_from(between).unwrap_or(usize::MAX),
            None => return Ok(None),
        },
        // One of them is no commit of a ledger: then there is no number to go by.
        _ => usize::MAX,
    };
    for (step, commit) in repo.first_parents(tip).enumerate() {
        if step == REACH {
            return Err(StoreError::Git(GitError::TooMuch {
                doing: format!("walking back from {tip}"),
                limit: REACH,
                unit: "events",
            }));
        }
        let commit = commit?;
        if commit.id == base {
            line.reverse();
            return Ok(Some(line));
        }
        if step == most {
            return Ok(None);
        }
        line.push(commit);
    }
    Ok(None)
}

/// Whether `base` is on the line that ends at `tip`.
pub(crate) fn contains(repo: &Repo, tip: Oid, base: Oid) -> Result<bool, StoreError> {
    Ok(after(repo, base, tip)?.is_some())
}

/// The entries of `line`.
pub(crate) fn events(line: &[Commit]) -> Result<Vec<Entry>, StoreError> {
    line.iter().map(Entry::of).collect()
}

impl Store<'_> {
    /// The events of this clone that the remote does not have, oldest first; all of them, when it was never seen.
    pub fn pending(&self, link: &Link) -> Result<Vec<Entry>, StoreError> {
        let Some(tip) = self.tip()? else {
            return Ok(Vec::new());
        };
        let base = match self.seen(link)? {
            Some(seen) => seen,
            None => return self.whole(tip),
        };
        if let Some(line) = after(self.repo, base, tip)? {
            return events(&line);
        }
        // The local ref was moved by hand, or a kill came between the two refs.
        match self.repo.merge_base(base, tip)? {
            Some(fork) => events(&after(self.repo, fork, tip)?.unwrap_or_default()),
            None => self.whole(tip),
        }
    }

    /// All events up to `tip`, oldest first.
    fn whole(&self, tip: Oid) -> Result<Vec<Entry>, StoreError> {
        let mut all = Vec::new();
        entries(self.repo, tip, |entry| {
            all.push(entry.clone());
            true
        })?;
        all.reverse();
        Ok(all)
    }
}
