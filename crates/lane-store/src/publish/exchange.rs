//! An exchange: what the remote has is taken, and what this clone has is given.

use std::time::Duration;

use super::link::Link;
use super::pace;
use super::report::Report;
use super::turn::RACES;
use super::turn::Turn;
use crate::error::StoreError;
use crate::source::Actor;
use crate::store::Store;

impl Store<'_> {
    /// Takes what the remote has and gives it what this clone has: leases and policy that are due, and what is pending.
    ///
    /// # Errors
    /// As [`Store::publish`].
    pub fn sync(&self, link: &Link, actor: &Actor) -> Result<Report, StoreError> {
        let mut turn = Turn::new(self, link)?;
        turn.sync(actor)?;
        Ok(turn.report)
    }

    /// The same as [`Store::sync`], but only if no other process of this clone talks with the remote and the pace allows
    /// a push now.
    ///
    /// # Errors
    /// As [`Store::publish`].
    pub fn sync_now(&self, link: &Link, actor: &Actor) -> Result<Report, StoreError> {
        let mut turn = Turn::new(self, link)?;
        turn.sync_now(actor)?;
        Ok(turn.report)
    }

    /// Takes what the remote has, and gives it nothing.
    ///
    /// # Errors
    /// As [`Store::publish`].
    pub fn refresh(&self, link: &Link) -> Result<Report, StoreError> {
        let mut turn = Turn::new(self, link)?;
        turn.locked(Turn::refresh)?;
        Ok(turn.report)
    }
}

impl Turn<'_> {
    fn sync(&mut self, actor: &Actor) -> Result<(), StoreError> {
        let _turn = self.store.turn(self.link.patience())?;
        self.exchange(actor)
    }

    /// The same, if nothing has to be waited for. Whoever has the turn takes along what is due.
    fn sync_now(&mut self, actor: &Actor) -> Result<(), StoreError> {
        match self.store.try_turn(Duration::ZERO)? {
            Some(_lock) if pace::left(&self.store.publish_dir(), self.link.pace).is_zero() => {
                self.exchange(actor)
            }
            _ => Ok(()),
        }
    }

    fn exchange(&mut self, actor: &Actor) -> Result<(), StoreError> {
        self.refresh()?;
        for _ in 0..=RACES {
            pace::wait(&self.store.publish_dir(), self.link.pace);
            self.catch_up()?;
            self.store.settle(actor)?;
            let tip = self.store.tip()?.ok_or(StoreError::NotSetUp)?;
            if self.store.seen(&self.link)? == Some(tip) || self.push(tip)? {
                return Ok(());
            }
            self.lost()?;
        }
        Err(self.always_late())
    }
}
