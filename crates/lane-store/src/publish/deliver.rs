//! Code and state in one push: both arrive, or neither.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_git::Arrival;
use lane_git::Lease;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_git::Sent;

use super::pace;
use super::turn::Code;
use super::turn::RACES;
use super::turn::Turn;
use crate::error::StoreError;
use crate::source::Actor;
use crate::transact::Committed;
use crate::transact::Decide;

impl Turn<'_> {
    /// Code and state in one push. Nothing is locked while hooks run: they may take their time, and our own state lock.
    pub(super) fn deliver(
        &mut self,
        actor: &Actor,
        code: &Code,
        decide: Decide<'_>,
    ) -> Result<Committed, StoreError> {
        self.locked(Self::refresh)?;
        for _ in 0..=RACES {
            self.locked(Self::catch_up)?;
            if let Some(committed) = self.found_there()? {
                return Ok(committed);
            }
            pace::wait(&self.store.publish_dir(), self.link.pace);
            let (own, tip) = {
                let mut chain = self.chain()?;
                let own = chain.decide(&self.id, actor, decide)?;
                (own, chain.head().commit)
            };
            if self.push_with(code, tip)? {
                return Ok(own);
            }
            self.locked(Self::lost)?;
        }
        Err(self.always_late())
    }

    fn push_with(&mut self, code: &Code, tip: Oid) -> Result<bool, StoreError> {
        let sent = self.pending_up_to(tip)?;
        self.store.source.failpoint("pushing");
        let both = [
            self.state(tip)?,
            Sent {
                what: code.tip,
                to: code.to.clone(),
                lease: Lease::Tracked,
            },
        ];
        // Hooks judge the code, and the code is the same in every attempt.
        match self.store.repo.push(&self.link.remote, &both, !self.hooked) {
            Ok(arrivals) => {
                self.hooked = true;
                self.both_arrived(&arrivals, code, tip, sent)
            }
            Err(RemoteError::Git(fault)) => Err(fault.into()),
            Err(RemoteError::Hook) => Err(StoreError::PushHook),
            Err(fault) => self.locked(|turn| turn.arrived_after_all(tip, sent, &fault)),
        }
    }

    fn both_arrived(
        &mut self,
        arrivals: &[Arrival],
        code: &Code,
        tip: Oid,
        sent: usize,
    ) -> Result<bool, StoreError> {
        match arrivals {
            [Arrival::Taken | Arrival::Same, Arrival::Taken | Arrival::Same] => {
                self.report.sent += sent;
                self.locked(|turn| turn.store.arrived(&turn.link, tip, &mut turn.report))?;
                Ok(true)
            }
            [_, Arrival::Raced(why)] if !why.contains("atomic") => {
                let branch = code.to.trim_start_matches("refs/heads/");
                let what = format!(
                    "{} has commits on {branch} that this branch does not have",
                    self.link.remote()
                );
                let fetch = lane_core::refusal::command(&["git", "fetch", "--", self.link.remote()]);
                Err(Refusal::new(&ground::BRANCH_BEHIND, what).hint(fetch).into())
            }
            [Arrival::Refused(why), _] if !why.contains("atomic") => self.other_ref(why).map(|()| false),
            [_, Arrival::Refused(why)] if !why.contains("atomic") => {
                let what = format!("{} does not take {}: {why}", self.link.remote(), code.to);
                Err(Refusal::new(&ground::REMOTE_REFUSES, what).into())
            }
            _ => Ok(false),
        }
    }
}
