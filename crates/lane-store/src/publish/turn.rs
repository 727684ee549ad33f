//! One process's turn with the remote: decide for itself and for those that wait, push once, answer.

use std::thread;
use std::time::Duration;
use std::time::Instant;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_git::Lease;
use lane_git::Oid;
use lane_git::RemoteError;
use lane_git::Sent;

use super::line;
use super::link::BRANCH_REF;
use super::link::Link;
use super::link::REF_KEY;
use super::pace;
use super::report::Report;
use super::requests;
use super::requests::Answer;
use super::requests::Taken;
use crate::chain::Chain;
use crate::error::StoreError;
use crate::head::Head;
use crate::ledger::Entry;
use crate::source::Actor;
use crate::store::STATE_REF;
use crate::store::Store;
use crate::transact::Committed;
use crate::transact::Decide;

/// How many lost races are run again.
pub(super) const RACES: u32 = 100;

/// How long lost races are run again: somebody waits for it.
const ENOUGH: Duration = Duration::from_secs(120);

/// How often a push may break off.
const BROKEN: u32 = 3;

/// The longest wait after a lost race, in milliseconds: losers of longer waits starve.
const JITTER_MS: u64 = 500;

/// How long a process waits for its turn, beside what the pace makes it wait.
pub(super) const PATIENCE: Duration = Duration::from_secs(180);

/// How far back an event of this turn is looked for: far more than comes while one waits.
const ARRIVED_MAX: usize = 100_000;

/// How far an event may be ahead of a clock, its decider's or its reader's, in seconds.
pub(super) const AHEAD_SECS: i64 = 300;

/// A published decision.
#[derive(Clone, Debug)]
pub struct Published {
    /// What it put on the ref.
    pub committed: Committed,
    /// What else happened.
    pub report: Report,
}

/// A branch that goes with the state, all or none.
#[derive(Clone, Debug)]
pub struct Code {
    /// The branch's tip.
    pub tip: Oid,
    /// The branch's full name on the remote.
    pub to: String,
    /// The commit that the branch has there and that `tip` contains: taken over that one only. None: over whatever this
    /// clone has last seen there.
    pub over: Option<Oid>,
}

/// How one attempt ended.
enum Ended {
    Done(Box<Committed>),
    Raced,
    /// Refused by a state that was old, and now is not.
    Refreshed,
}

impl Store<'_> {
    /// Decides and publishes: the decision counts here once the remote has taken it. `code` goes in the same push.
    ///
    /// # Errors
    /// A refusal of the newest state, or an alarm; [`StoreError::Unreachable`] when the remote does not answer: nothing
    /// of it is recorded here then.
    pub fn publish(
        &self,
        link: &Link,
        actor: &Actor,
        code: Option<&Code>,
        decide: Decide<'_>,
    ) -> Result<Published, StoreError> {
        let mut turn = Turn::new(self, link)?;
        let committed = match code {
            None => turn.publish(actor, decide)?,
            Some(code) => turn.deliver(actor, code, decide)?,
        };
        Ok(Published {
            committed,
            report: turn.report,
        })
    }
}

pub(super) struct Turn<'s> {
    pub(super) store: &'s Store<'s>,
    pub(super) link: Link,
    /// The event's id, the same in every attempt: so it is known wherever it arrives.
    pub(super) id: String,
    pub(super) report: Report,
    /// The code that the pre-push hooks have let pass.
    pub(super) hooked: Vec<Oid>,
    /// How often a push broke off.
    broken: u32,
    /// The last tip that had been seen on the remote when the turn began: what arrived since lies after it.
    begun: Option<Oid>,
}

impl<'s> Turn<'s> {
    pub(super) fn new(store: &'s Store<'s>, link: &Link) -> Result<Self, StoreError> {
        Ok(Self {
            store,
            link: link.clone(),
            id: store.source.nonce(),
            report: Report::default(),
            hooked: Vec::new(),
            broken: 0,
            begun: store.seen(link)?,
        })
    }
}

impl Turn<'_> {
    fn publish(&mut self, actor: &Actor, decide: Decide<'_>) -> Result<Committed, StoreError> {
        let lock = match self.store.try_turn(Duration::ZERO)? {
            Some(lock) => lock,
            None => match self.wait(actor, decide)? {
                Ok(committed) => return Ok(committed),
                Err(lock) => lock,
            },
        };
        let done = self.run(actor, decide);
        drop(lock);
        done
    }

    fn run(&mut self, actor: &Actor, decide: Decide<'_>) -> Result<Committed, StoreError> {
        let begun = Instant::now();
        for _ in 0..=RACES {
            match self.attempt(actor, decide)? {
                Ended::Done(committed) => return Ok(*committed),
                Ended::Raced => self.lost()?,
                Ended::Refreshed => {}
            }
            if begun.elapsed() > ENOUGH {
                break;
            }
        }
        Err(self.always_late())
    }

    /// One decision for all, and one push.
    fn attempt(&mut self, actor: &Actor, decide: Decide<'_>) -> Result<Ended, StoreError> {
        pace::wait(&self.store.publish_dir(), self.link.pace);
        self.catch_up()?;
        // Somebody may have taken it along, and died before the answer.
        if let Some(committed) = self.found_there()? {
            return Ok(Ended::Done(Box::new(committed)));
        }
        let mut chain = self.store.chain()?;
        let own = match chain.decide(&self.id, actor, decide) {
            Err(StoreError::Refused(no)) if !self.report.asked => {
                // What this clone knows may be old: refuse only what the remote's state refuses too.
                return match self.refresh() {
                    Ok(()) => Ok(Ended::Refreshed),
                    Err(StoreError::Unreachable { .. }) => Err(StoreError::Refused(self.as_last_seen(no))),
                    Err(other) => Err(other),
                };
            }
            own => own?,
        };
        let others = self.take_along(&mut chain)?;
        let tip = chain.head().commit;
        let ended = self.push(tip);
        for (taken, committed) in &others {
            // Without an arrival, each of them finds out for itself what the remote has.
            taken.answer(&match ended {
                Ok(true) => Answer::Published(committed.tip),
                _ => Answer::Again,
            });
        }
        Ok(if ended? {
            Ended::Done(Box::new(own))
        } else {
            Ended::Raced
        })
    }

    fn as_last_seen(&self, mut no: Box<Refusal>) -> Box<Refusal> {
        no.what = format!(
            "{} (as last seen here: {} cannot be reached now)",
            no.what,
            self.link.remote()
        );
        no
    }

    /// The decisions of those that wait, on top; one that does not hold there is its author's to decide again.
    fn take_along(&self, chain: &mut Chain<'_>) -> Result<Vec<(Taken, Committed)>, StoreError> {
        let mut others = Vec::new();
        for taken in requests::take_along(&self.store.publish_dir()) {
            let event = &taken.event;
            let actor = Actor {
                by: event.by.clone(),
                clone: event.clone.clone(),
                role: event.role,
            };
            match chain.decide(&event.id, &actor, &mut |_| Ok(event.what.clone())) {
                Ok(committed) => others.push((taken, committed)),
                Err(StoreError::Refused(_)) => taken.answer(&Answer::Again),
                Err(other) => {
                    taken.answer(&Answer::Again);
                    return Err(other);
                }
            }
        }
        Ok(others)
    }

    /// Pushes the state up to `tip`. False when somebody was faster.
    pub(super) fn push(&mut self, tip: Oid) -> Result<bool, StoreError> {
        let carried = self.carried(tip)?;
        self.send(tip, &carried, true)
    }

    /// No answer, or a broken one: the remote itself says whether it has the event.
    pub(super) fn arrived_after_all(
        &mut self,
        tip: Oid,
        sent: usize,
        fault: &RemoteError,
    ) -> Result<bool, StoreError> {
        let found = match self.store.look(&self.link, &mut self.report) {
            Ok(found) => found,
            Err(StoreError::Unreachable { .. }) => return Err(StoreError::unreachable(fault, true)),
            Err(other) => return Err(other),
        };
        let there = match found {
            Some(found) => line::contains(self.store.repo, found, tip)?,
            None => false,
        };
        if there {
            self.report.sent += sent;
            self.store.arrived(&self.link, tip, &mut self.report)?;
            return Ok(true);
        }
        // It is no lost race, and a server that takes no push would be tried for an hour. It may still arrive.
        self.broken += 1;
        let again = matches!(fault, RemoteError::Unreachable { .. }) && self.broken < BROKEN;
        if again {
            Ok(false)
        } else {
            Err(StoreError::unreachable(fault, true))
        }
    }

    /// A remote that takes no ref below `refs/agents/` may take a branch. Only where it has no state yet: two refs
    /// would be two truths.
    pub(super) fn other_ref(&mut self, why: &str) -> Result<(), StoreError> {
        let free =
            !self.link.named && self.link.refname == STATE_REF && self.store.seen(&self.link)?.is_none();
        if !free {
            let remote = self.link.remote();
            let what = match &self.report.served_by {
                Some(branch) => format!("{remote} takes neither {STATE_REF} nor {branch}: {why}"),
                None => format!("{remote} does not take {}: {why}", self.link.refname),
            };
            return Err(Refusal::new(&ground::REMOTE_REFUSES, what)
                .hint(format!("git config {REF_KEY} refs/heads/NAME"))
                .hint("git lane help sync")
                .into());
        }
        BRANCH_REF.clone_into(&mut self.link.refname);
        self.link.named = true;
        self.report.served_by = Some(BRANCH_REF.to_owned());
        Ok(())
    }

    /// After a lost race: look, take it in, and wait a little, so that not all come back at once.
    pub(super) fn lost(&mut self) -> Result<(), StoreError> {
        if self.report.served_by.is_none() {
            self.report.races += 1;
        }
        let mut bytes = [0; 8];
        self.store.source.fill(&mut bytes);
        let most = (20 << self.report.races.min(6)).min(JITTER_MS);
        thread::sleep(Duration::from_millis(u64::from_le_bytes(bytes) % most));
        self.refresh()
    }

    pub(super) fn refresh(&mut self) -> Result<(), StoreError> {
        self.store.find_served(&mut self.link)?;
        match self.store.look(&self.link, &mut self.report)? {
            Some(found) => self.store.adopt(&self.link, found, &mut self.report),
            None => Ok(()),
        }
    }

    /// What was seen on the remote and is not in the local ref: a kill came between the two, or the ref was moved by
    /// hand.
    pub(super) fn catch_up(&mut self) -> Result<(), StoreError> {
        match self.store.seen(&self.link)? {
            Some(seen) => self.store.adopt(&self.link, seen, &mut self.report)?,
            None => return Ok(()),
        }
        self.store.mend_pending(&self.link, &mut self.report)
    }

    pub(super) fn always_late(&self) -> StoreError {
        StoreError::Contention(format!(
            "others were faster {} times, so nothing was recorded",
            self.report.races
        ))
    }

    pub(super) fn locked<T>(
        &mut self,
        act: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _turn = self.store.turn(PATIENCE)?;
        act(self)
    }

    /// This turn's event, if the local state has it: an earlier push arrived after all.
    pub(super) fn found_there(&self) -> Result<Option<Committed>, StoreError> {
        let Some(tip) = self.store.tip()? else {
            return Ok(None);
        };
        for commit in self.store.repo.first_parents(tip).take(ARRIVED_MAX) {
            let commit = commit?;
            if Some(commit.id) == self.begun || commit.parents.is_empty() {
                break;
            }
            // Most are told apart without being parsed.
            let named = String::from_utf8_lossy(&commit.message).contains(&self.id);
            if named && Entry::of(&commit).is_ok_and(|entry| entry.event.id == self.id) {
                return self.committed(commit.id).map(Some);
            }
        }
        Ok(None)
    }

    /// An event with what it wrote, read from its commit.
    pub(super) fn committed(&self, commit: Oid) -> Result<Committed, StoreError> {
        let found = self.store.repo.commit(commit)?;
        let event = Entry::of(&found)?.event;
        let before = found.parents.first().copied().ok_or(StoreError::NotSetUp)?;
        let view = self.store.view_at(before)?;
        let writes = lane_core::apply::apply(&view, &event)?;
        Ok(Committed {
            event,
            writes,
            tip: commit,
        })
    }

    /// The state's part of a push, and how many events it brings: taken only where the remote still has what was last
    /// seen there, and never without it. So a remote that was put back is met as a lost race, looked at, and named. An
    /// event that is far ahead of this clock is not published: others would let it move their time.
    pub(super) fn outgoing(&self, tip: Oid) -> Result<(Sent, usize), StoreError> {
        let repo = self.store.repo;
        let seen = self.store.seen(&self.link)?;
        let sent = Sent {
            what: tip,
            to: self.link.refname.clone(),
            lease: Lease::Exactly(seen),
        };
        let Some(seen) = seen else {
            // The first time it is the whole ledger.
            let events = Head::read(repo, tip)?.seq;
            return Ok((sent, usize::try_from(events).unwrap_or(usize::MAX)));
        };
        let Some(fresh) = line::after(repo, seen, tip)? else {
            return Err(StoreError::Contention(format!(
                "{STATE_REF} does not contain {}; it was moved by hand",
                self.link.tracking
            )));
        };
        let now = self.store.source.now().secs();
        if let Some(ahead) = fresh.iter().find(|commit| commit.time - now > AHEAD_SECS) {
            let what = format!(
                "the event in {} is {} s ahead of this clock, so it is not published: one of the two times is wrong",
                ahead.id.short(),
                ahead.time - now
            );
            return Err(Refusal::new(&ground::CLOCK_AHEAD, what).hint("date").into());
        }
        Ok((sent, fresh.len()))
    }

    pub(super) fn unknown(&self, why: &str) -> StoreError {
        StoreError::Unreachable {
            what: why.to_owned(),
            unknown: true,
        }
    }
}
