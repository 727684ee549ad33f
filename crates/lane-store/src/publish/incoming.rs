//! What a fetch brought: looked at before anybody believes it. It must go on from what was seen before, and each of its
//! commits must follow the chain.

use std::collections::BTreeSet;

use lane_core::event::Message;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_git::Commit;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::Repo;

use super::adopt::other_state;
use super::alarm;
use super::line;
use super::link::Link;
use super::report::Report;
use super::turn::AHEAD_SECS;
use crate::error::StoreError;
use crate::head::Head;
use crate::store::Store;
use crate::verify::Fault;
use crate::verify::message_text;

impl Store<'_> {
    /// Asks the remote for its state and believes it, if it goes on from what was seen there. Gives its tip; none
    /// when the remote has no state yet.
    pub(super) fn look(&self, link: &Link, report: &mut Report) -> Result<Option<Oid>, StoreError> {
        let found = self.fetch(link)?;
        report.asked = true;
        let seen = self.seen(link)?;
        let Some(found) = found else {
            return match seen {
                Some(seen) => Err(alarm::deleted(link, seen).into()),
                None => Ok(None),
            };
        };
        if seen == Some(found) {
            self.fetch_policy(link, found, report)?;
            return Ok(Some(found));
        }
        self.believe(link, seen, found, report)?;
        let guard = self.os_lock()?;
        if !self.swap(&link.tracking, &guard, seen, found)? {
            return Err(StoreError::Contention(format!(
                "{} moved while the remote's state was looked at",
                link.tracking
            )));
        }
        drop(guard);
        self.source.failpoint("tracked");
        self.fetch_policy(link, found, report)?;
        Ok(Some(found))
    }

    /// What the remote has now: a commit, or nothing.
    pub(super) fn fetch(&self, link: &Link) -> Result<Option<Oid>, StoreError> {
        let found = self
            .repo
            .fetch_into(&link.remote, &link.refname, &link.incoming)?;
        match found.map(|found| self.repo.commit(found)) {
            None => Ok(None),
            Some(Ok(commit)) => Ok(Some(commit.id)),
            Some(Err(GitError::WrongKind { oid, .. })) => Err(no_commit(link, oid).into()),
            Some(Err(fault)) => Err(fault.into()),
        }
    }

    fn believe(
        &self,
        link: &Link,
        seen: Option<Oid>,
        found: Oid,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let Some(seen) = seen else {
            return self.first_sight(link, found);
        };
        if let Some(fresh) = line::after(self.repo, seen, found)? {
            self.follows(link, seen, &fresh)?;
            return self.remark(&fresh, report);
        }
        let Some(fork) = self.repo.merge_base(seen, found)? else {
            return Err(alarm::diverged(link, seen, found, None).into());
        };
        if fork == found {
            return Err(alarm::went_back(link, seen, found).into());
        }
        let fresh = line::after(self.repo, fork, found)?
            .ok_or_else(|| StoreError::from(broken(link, found, "has two parents")))?;
        self.follows(link, fork, &fresh)?;
        if !self.is_reconciled(fork, seen, &fresh)? {
            let seq = Head::read(self.repo, fork)?.seq;
            return Err(alarm::diverged(link, seen, found, Some(seq)).into());
        }
        report.reconciled_by_others = true;
        self.remark(&fresh, report)
    }

    /// The first time, all of it is looked at, and whose it is.
    fn first_sight(&self, link: &Link, found: Oid) -> Result<(), StoreError> {
        match crate::verify(self.repo, found, false, &mut |_, _| {})? {
            Ok(proof) if proof.repository == link.repository => Ok(()),
            Ok(_) => Err(other_state(link).into()),
            Err(fault) => Err(broken(link, fault.commit, &fault.fault).into()),
        }
    }

    /// Whether each commit follows the one before it, and has the tree that follows from its event.
    fn follows(&self, link: &Link, base: Oid, fresh: &[Commit]) -> Result<(), StoreError> {
        if let Err(fault) = follow(self.repo, base, fresh)? {
            return Err(broken(link, fault.commit, &fault.fault).into());
        }
        match self.first_illegal(base, fresh)? {
            Some(commit) => Err(broken(
                link,
                commit,
                "was not allowed, or has another tree than its event gives",
            )
            .into()),
            None => Ok(()),
        }
    }

    /// Whether all that this clone had seen of the other side was taken over, or given up by name.
    fn is_reconciled(&self, fork: Oid, seen: Oid, fresh: &[Commit]) -> Result<bool, StoreError> {
        let mut there = BTreeSet::new();
        let mut any = false;
        for found in line::events(fresh)? {
            if let Payload::StateReconciled { given_up, .. } = &found.event.what {
                there.extend(given_up.iter().cloned());
                any = true;
            }
            there.insert(found.event.id);
        }
        let ours = line::after(self.repo, fork, seen)?.unwrap_or_default();
        let ours = line::events(&ours)?;
        Ok(any && ours.iter().all(|own| there.contains(&own.event.id)))
    }

    /// What a reader should know of what came.
    fn remark(&self, fresh: &[Commit], report: &mut Report) -> Result<(), StoreError> {
        report.received += fresh.len();
        let now = self.source.now();
        for found in line::events(fresh)? {
            let ahead = found.event.at.since(now);
            if ahead > AHEAD_SECS {
                report.ahead = Some((found.event.seq, found.event.by, ahead));
            }
        }
        Ok(())
    }
}

/// Whether the ledger at `tip` goes on from `base`: each commit follows the one before it, by its parent, its number and
/// its chain. Without a base, the whole chain is looked at.
///
/// # Errors
/// When a commit cannot be read. What is wrong with a commit is no error but the fault.
pub fn grows(repo: &Repo, base: Option<Oid>, tip: Oid) -> Result<Result<(), Fault>, StoreError> {
    let fresh = match base {
        Some(base) => line::after(repo, base, tip)?.map(|fresh| (base, fresh)),
        None => None,
    };
    match fresh {
        Some((base, fresh)) => follow(repo, base, &fresh),
        None => Ok(crate::verify(repo, tip, false, &mut |_, _| {})?.map(drop)),
    }
}

fn follow(repo: &Repo, base: Oid, fresh: &[Commit]) -> Result<Result<(), Fault>, StoreError> {
    let mut before = Head::read(repo, base)?;
    for commit in fresh {
        match step(&before, commit) {
            Ok(head) => before = head,
            Err(fault) => {
                return Ok(Err(Fault {
                    commit: commit.id,
                    seq: before.seq + 1,
                    fault,
                    difference: None,
                }));
            }
        }
    }
    Ok(Ok(()))
}

fn step(before: &Head, commit: &Commit) -> Result<Head, String> {
    if commit.parents != [before.commit] {
        return Err("has two parents; the state is one line of commits".to_owned());
    }
    let text = message_text(commit)?;
    let message = Message::find(text).map_err(|fault| fault.to_string())?;
    if message.expected_chain(&before.chain) != message.chain {
        return Err("breaks the chain".to_owned());
    }
    let event = message.event().map_err(|fault| fault.to_string())?;
    if event.seq != before.seq + 1 {
        return Err(format!(
            "says that it is event {}, but is {}",
            event.seq,
            before.seq + 1
        ));
    }
    Ok(Head {
        commit: commit.id,
        tree: commit.tree,
        seq: event.seq,
        at: Some(event.at),
        chain: message.chain.to_owned(),
    })
}

fn no_commit(link: &Link, found: Oid) -> Refusal {
    let what = format!(
        "{} on {} is at {found}, which is no commit",
        link.refname,
        link.remote()
    );
    Refusal::new(&ground::REMOTE_BROKEN, what).hint(format!("git show --no-patch {}", link.incoming))
}

pub(super) fn broken(link: &Link, commit: Oid, fault: &str) -> Refusal {
    let what = format!(
        "{}'s state is broken: commit {} {}",
        link.remote(),
        commit.short(),
        lane_core::text::excerpt(fault, 200)
    );
    Refusal::new(&ground::REMOTE_BROKEN, what).hint(format!("git lane verify --full {}", link.incoming))
}
