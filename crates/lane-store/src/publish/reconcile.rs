//! After an alarm: giving a remote back what it lost, and deciding a side that it does not have again on its state.

use std::collections::BTreeMap;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_git::Arrival;
use lane_git::Lease;
use lane_git::Oid;
use lane_git::Sent;

use super::again::numbers;
use super::incoming::broken;
use super::incoming::grows;
use super::line;
use super::link::Link;
use super::report::Report;
use super::turn::PATIENCE;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::source::Actor;
use crate::store::Store;

/// Where a tip that was given up stays reachable.
const KEPT: &str = "refs/agents-local/kept";

impl Store<'_> {
    /// Gives the remote back what it had when it was last seen, by a plain push, and records it.
    ///
    /// # Errors
    /// `remote-diverged` when the remote has something else instead; `nothing-changes` when it has lost nothing.
    pub fn republish(&self, link: &Link, actor: &Actor) -> Result<Report, StoreError> {
        let mut report = Report::default();
        let (seen, found) = {
            let _turn = self.turn(PATIENCE)?;
            let seen = self.seen(link)?;
            let found = self.fetch(link)?;
            let Some(seen) = seen else {
                return Err(nothing_lost(link).into());
            };
            if let Some(found) = found
                && line::contains(self.repo, found, seen)?
            {
                return Err(nothing_lost(link).into());
            }
            if let Some(found) = found
                && !line::contains(self.repo, seen, found)?
            {
                return Err(super::alarm::diverged(link, seen, found, None)
                    .hint(format!("git lane reconcile {}", seen.short()))
                    .into());
            }
            self.restore(link, seen, found, &mut report)?;
            (seen, found)
        };
        let payload = Payload::StateRepublished {
            found: found.map(|oid| oid.to_string()),
            restored: seen.to_string(),
        };
        let told = self.publish(link, actor, None, &mut |_| Ok(payload.clone()))?;
        report.sent += told.report.sent;
        report.received += told.report.received;
        report.given_up.extend(told.report.given_up);
        Ok(report)
    }

    fn restore(
        &self,
        link: &Link,
        seen: Oid,
        found: Option<Oid>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let sent = [Sent {
            what: seen,
            to: link.refname.clone(),
            lease: Lease::Exactly(found),
        }];
        match self.repo.push(&link.remote, &sent)?.first() {
            Some(Arrival::Taken | Arrival::Same) => {
                report.sent += 1;
                Ok(())
            }
            Some(Arrival::Refused(why)) => {
                let what = format!("{} does not take {}: {why}", link.remote(), link.refname);
                Err(Refusal::new(&ground::REMOTE_REFUSES, what).into())
            }
            _ => Err(StoreError::Contention(format!(
                "{}'s state moved while it was given back",
                link.remote()
            ))),
        }
    }

    /// Accepts the remote's state and decides the events of `rev`, and this clone's pending ones, again on top, one by
    /// one. What does not hold there is given up by name; the tips stay reachable below `refs/agents-local/kept/`.
    ///
    /// # Errors
    /// `other-state` when the two sides have no commit in common; `nothing-changes` when the remote has all of it.
    pub fn reconcile(&self, link: &Link, actor: &Actor, rev: Oid) -> Result<Report, StoreError> {
        let mut report = Report::default();
        {
            let _turn = self.turn(PATIENCE)?;
            let found = self.fetch(link)?;
            let Some(found) = found else {
                return Err(super::alarm::deleted(link, rev).into());
            };
            report.asked = true;
            if line::contains(self.repo, found, rev)? {
                let what = format!("{}'s state contains {}", link.remote(), rev.short());
                return Err(Refusal::new(&ground::NOTHING_CHANGES, what)
                    .hint("git lane sync")
                    .into());
            }
            // What is taken over must be a ledger by itself.
            if let Err(fault) = grows(self.repo, None, found)? {
                return Err(broken(link, fault.commit, &fault.fault).into());
            }
            self.rebuild(link, actor, found, rev, &mut report)?;
        }
        let synced = self.sync(link, actor)?;
        report.sent += synced.sent;
        report.received += synced.received;
        report.given_up.extend(synced.given_up);
        Ok(report)
    }

    /// The local state becomes the remote's, with the events of both local tips decided again on it, and one that says so.
    fn rebuild(
        &self,
        link: &Link,
        actor: &Actor,
        found: Oid,
        rev: Oid,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let guard = self.os_lock()?;
        let local = self.tip()?.ok_or(StoreError::NotSetUp)?;
        let Some(base) = self.repo.merge_base(rev, found)? else {
            let what = format!(
                "{} and {}'s state have no commit in common",
                rev.short(),
                link.remote()
            );
            return Err(Refusal::new(&ground::OTHER_STATE, what).into());
        };
        // What the remote has since the earlier of both forks: none of it is decided a second time.
        let mut there = BTreeMap::new();
        let mut sides = Vec::new();
        for side in [rev, local] {
            if let Some(fork) = self.repo.merge_base(side, found)? {
                let theirs = line::after(self.repo, fork, found)?.unwrap_or_default();
                there.extend(numbers(&line::events(&theirs)?));
                sides.push((fork, side));
            }
        }
        report.received += line::after(self.repo, base, found)?.unwrap_or_default().len();
        let mut chain = Chain::on(self, found)?;
        let (mut taken, mut claims) = (0, Vec::new());
        let (mut given_up, mut overtaken) = (Vec::new(), Vec::new());
        for (fork, side) in sides {
            let own = line::after(self.repo, fork, side)?.unwrap_or_default();
            let own = line::events(&own)?;
            let again = self.decide_again(&mut chain, &own, &there)?;
            taken += again.kept.len();
            for (id, number) in numbers(&own) {
                there.entry(id).or_insert(number);
            }
            there.extend(again.kept);
            claims.extend(again.claims);
            given_up.extend(again.given_up);
            overtaken.extend(again.overtaken);
        }
        for lost in &given_up {
            lost.keep(self)?;
        }
        let told = Payload::StateReconciled {
            rev: rev.to_string(),
            base: base.to_string(),
            taken: taken as u64,
            given_up: given_up
                .iter()
                .map(|lost| lost.event.id.clone())
                .chain(overtaken)
                .collect(),
        };
        chain.append(chain.event(self.source.nonce(), actor, told))?;
        for tip in [rev, local] {
            self.swap(&format!("{KEPT}/{tip}"), &guard, None, tip)?;
        }
        self.move_fences(&claims)?;
        let seen = self.seen(link)?;
        if !self.swap(&link.tracking, &guard, seen, found)? {
            return Err(StoreError::Contention(
                "another git moved the state meanwhile".to_owned(),
            ));
        }
        self.move_to(&guard, local, chain.head())?;
        report.taken_again = taken;
        report.given_up = given_up;
        Ok(())
    }
}

fn nothing_lost(link: &Link) -> Refusal {
    let what = format!(
        "{} has lost nothing that this clone has seen there",
        link.remote()
    );
    Refusal::new(&ground::NOTHING_CHANGES, what).hint("git lane sync")
}
