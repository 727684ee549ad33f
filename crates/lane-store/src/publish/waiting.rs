//! Waiting for a turn: the decision lies where whoever talks with the remote takes it along.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use lane_git::OsLock;
use lane_git::OsLockError;

use super::requests::Answer;
use super::requests::Waiting;
use super::turn::Turn;
use crate::error::StoreError;
use crate::source::Actor;
use crate::store::Store;
use crate::transact::Committed;
use crate::transact::Decide;

impl Store<'_> {
    /// The turn to talk with the remote, which one process of this clone has at a time. None when it is not had in time.
    pub(super) fn try_turn(&self, wait: Duration) -> Result<Option<OsLock>, StoreError> {
        match OsLock::acquire(self.local_dir().join("publish.lock"), wait) {
            Ok(lock) => Ok(Some(lock)),
            Err(OsLockError::Timeout { .. }) => Ok(None),
            Err(other) => Err(other.into()),
        }
    }

    /// The same; not having it is an error.
    pub(super) fn turn(&self, wait: Duration) -> Result<OsLock, StoreError> {
        self.try_turn(wait)?.ok_or_else(busy)
    }
}

fn busy() -> StoreError {
    StoreError::Contention("another process of this clone talks with the remote all the time".to_owned())
}

impl Turn<'_> {
    /// Waits: for an answer of whoever talks with the remote, or for the turn.
    pub(super) fn wait(
        &mut self,
        actor: &Actor,
        decide: Decide<'_>,
    ) -> Result<Result<Committed, OsLock>, StoreError> {
        let mut waiting = self.request(actor, decide)?;
        let begun = Instant::now();
        let patience = self.link.patience();
        let mut pause = Duration::from_millis(2);
        while begun.elapsed() < patience {
            match waiting.as_ref().and_then(Waiting::answer) {
                Some(Answer::Published(commit)) => return self.committed(commit).map(Ok),
                Some(Answer::Again) => waiting = None,
                None => {}
            }
            if let Some(lock) = self.store.try_turn(Duration::ZERO)? {
                // Answered between the two looks, or taken along by one that died: what arrived is found by its id.
                let answer = waiting.as_ref().and_then(Waiting::answer);
                if let Some(Answer::Published(commit)) = answer {
                    return self.committed(commit).map(Ok);
                }
                let lost = waiting.as_ref().is_some_and(|own| !own.withdraw()) && answer.is_none();
                drop(waiting);
                if lost && let Some(committed) = self.found_there()? {
                    return Ok(Ok(committed));
                }
                return Ok(Err(lock));
            }
            thread::sleep(pause);
            pause = (pause * 5 / 4).min(Duration::from_millis(20));
        }
        if waiting.as_ref().is_some_and(|own| !own.withdraw()) {
            return Err(self.unknown("another process of this clone took it along and gave no answer"));
        }
        Err(busy())
    }

    /// The decision as it is on the local state, for others to take along; none when they could not.
    fn request(&self, actor: &Actor, decide: Decide<'_>) -> Result<Option<Waiting>, StoreError> {
        let chain = self.store.chain()?;
        let view = chain.view()?;
        let Ok(payload) = decide(&view) else {
            return Ok(None);
        };
        if !payload.stands_alone() {
            return Ok(None);
        }
        let event = chain.event(self.id.clone(), actor, payload);
        let waiting = Waiting::put(&self.store.publish_dir(), &event)?;
        self.store.source.failpoint("queued");
        Ok(Some(waiting))
    }
}
