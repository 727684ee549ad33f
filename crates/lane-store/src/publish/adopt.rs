//! Taking a tip into the local ref: forward, or with the events of this clone decided again on top.

use lane_core::ground;
use lane_core::policy::POLICY_PATH;
use lane_core::policy::Sync;
use lane_core::refusal::Refusal;
use lane_git::Oid;
use lane_git::OsLock;

use super::again::numbers;
use super::line;
use super::link::BRANCH_REF;
use super::link::Link;
use super::link::REF_KEY;
use super::report::Report;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::head::Head;
use crate::journal;
use crate::store::STATE_REF;
use crate::store::Store;

/// What a remote has of git-lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// A state, on this ref.
    State(&'static str),
    /// A policy on the integration branch; its state has not been published yet.
    Policy,
}

impl Store<'_> {
    /// The local ref contains `tip` afterwards; what it has besides is decided again on top.
    pub(super) fn adopt(&self, link: &Link, tip: Oid, report: &mut Report) -> Result<(), StoreError> {
        let guard = self.os_lock()?;
        let local = self.tip()?.ok_or(StoreError::NotSetUp)?;
        if line::contains(self.repo, local, tip)? {
            return Ok(());
        }
        if line::contains(self.repo, tip, local)? {
            return self.move_to(&guard, local, &Head::read(self.repo, tip)?);
        }
        let Some(fork) = self.repo.merge_base(local, tip)? else {
            return Err(other_state(link).into());
        };
        let own = line::after(self.repo, fork, local)?.unwrap_or_default();
        let theirs = line::after(self.repo, fork, tip)?.unwrap_or_default();
        let there = numbers(&line::events(&theirs)?);
        let mut chain = Chain::on(self, tip)?;
        let again = self.decide_again(&mut chain, &line::events(&own)?, &there)?;
        for lost in &again.given_up {
            lost.keep(self)?;
        }
        self.move_fences(&again.claims)?;
        self.move_to(&guard, local, chain.head())?;
        report.given_up.extend(again.given_up);
        Ok(())
    }

    /// The local ref goes to `head`, and the journal says so.
    pub(super) fn move_to(&self, guard: &OsLock, from: Oid, head: &Head) -> Result<(), StoreError> {
        if !self.swap_state(guard, Some(from), head.commit)? {
            return Err(StoreError::Contention(
                "another git moved the state ref while it was brought up to date".to_owned(),
            ));
        }
        self.source.failpoint("taken");
        let at = head.at.unwrap_or(self.source.now());
        journal::append(&self.local_dir(), head.commit, head.seq, at);
        Ok(())
    }

    /// The remote has `tip`, for this clone brought it there: the tracking ref goes there, and the local ref.
    pub(super) fn arrived(&self, link: &Link, tip: Oid, report: &mut Report) -> Result<(), StoreError> {
        self.source.failpoint("pushed");
        if report.served_by.is_some() {
            // Only now: a remote that took neither may take the ordinary ref tomorrow.
            self.repo.config_set_local(REF_KEY, &link.refname)?;
        }
        {
            let guard = self.os_lock()?;
            let seen = self.seen(link)?;
            let behind = match seen {
                Some(seen) => !line::contains(self.repo, seen, tip)?,
                None => true,
            };
            if behind && !self.swap(&link.tracking, &guard, seen, tip)? {
                return Err(StoreError::Contention(format!(
                    "{} moved although this process talks with the remote",
                    link.tracking
                )));
            }
        }
        self.source.failpoint("tracked");
        self.adopt(link, tip, report)
    }
}

impl Store<'_> {
    /// Takes the remote's state of `repository` into a clone that has none. False when the remote has none either.
    ///
    /// # Errors
    /// As [`Store::publish`]; `other-state` when the remote's state is of another repository.
    pub fn join(&self, remote: &str, sync: &Sync, repository: &str) -> Result<bool, StoreError> {
        let mut link = self.link_to(remote, sync, repository.to_owned())?;
        self.find_served(&mut link)?;
        let Some(found) = self.look(&link, &mut Report::default())? else {
            return Ok(false);
        };
        let guard = self.os_lock()?;
        match self.tip()? {
            // Somebody else of this clone was faster; the next exchange brings both together.
            Some(_) => Ok(true),
            None => self.swap_state(&guard, None, found),
        }
    }

    /// What the remote has of git-lane already, whoever began it; none when it has nothing. Commits of the branch
    /// `integration` that are not here are fetched for that, and no ref is moved.
    ///
    /// # Errors
    /// [`StoreError::Unreachable`] when it does not answer in time.
    pub fn begun_on(
        &self,
        remote: &str,
        integration: &str,
        sync: &Sync,
    ) -> Result<Option<Begun>, StoreError> {
        let link = self.link_to(remote, sync, String::new())?;
        let branch = format!("refs/heads/{integration}");
        let names = [STATE_REF, BRANCH_REF, &branch];
        let there = self.repo.remote_refs(&link.remote, &names)?;
        let &[state, served, tip] = there.as_slice() else {
            return Ok(None);
        };
        if state.is_some() {
            return Ok(Some(Begun::State(STATE_REF)));
        }
        if served.is_some() {
            return Ok(Some(Begun::State(BRANCH_REF)));
        }
        let Some(tip) = tip else {
            return Ok(None);
        };
        if !self.repo.has_object(tip)? {
            self.repo.fetch_commits(&link.remote, &[tip], None)?;
        }
        let policy = self.repo.entry_at(self.repo.commit(tip)?.tree, POLICY_PATH)?;
        Ok(policy.map(|_| Begun::Policy))
    }

    /// A remote that was never seen may hold the state on a branch.
    pub(super) fn find_served(&self, link: &mut Link) -> Result<(), StoreError> {
        if link.named || self.seen(link)?.is_some() {
            return Ok(());
        }
        let there = self.repo.remote_refs(&link.remote, &[STATE_REF, BRANCH_REF])?;
        if let [None, Some(_)] = there.as_slice() {
            self.repo.config_set_local(REF_KEY, BRANCH_REF)?;
            BRANCH_REF.clone_into(&mut link.refname);
            link.named = true;
        }
        Ok(())
    }
}

pub(super) fn other_state(link: &Link) -> Refusal {
    let what = format!(
        "{} on {} is the state of another repository than {}",
        link.refname,
        link.remote(),
        link.repository
    );
    Refusal::new(&ground::OTHER_STATE, what).hint("git remote --verbose")
}
