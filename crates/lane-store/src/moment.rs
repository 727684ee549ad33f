//! A moment of the ledger: the state as it was after one event, found by the event's number or by a time.

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::time::Timestamp;
use lane_git::Commit;
use lane_git::GitError;
use lane_git::Oid;

use crate::error::StoreError;
use crate::head::Head;
use crate::store::Store;

/// How far a search goes back, in events.
const REACH: usize = 1_000_000;

/// Which state is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// As it is now.
    Now,
    /// After the event with this number; 0 is the state before the first one.
    Event(u64),
    /// At this time: after the last event that is not later.
    Time(Timestamp),
}

/// A state of the ledger: after one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The commit on the state ref.
    pub commit: Oid,
    /// The event's number; 0 before the first one.
    pub seq: u64,
    /// When the event happened, by its decider's clock; none before the first one.
    pub at: Option<Timestamp>,
}

impl Moment {
    fn read(store: &Store<'_>, commit: Oid) -> Result<Self, StoreError> {
        let head = Head::read(store.repo, commit)?;
        Ok(Self {
            commit,
            seq: head.seq,
            at: head.at,
        })
    }
}

impl Store<'_> {
    /// The moment that is asked for. [`Store::view_at`] shows its state.
    ///
    /// # Errors
    /// A refusal, `no-such-event`, for a number that the ledger has not reached and for a time before its first
    /// event; `history-cut` when the clone is too shallow to tell. [`StoreError::Git`] more than a million events back.
    pub fn moment(&self, at: At) -> Result<Moment, StoreError> {
        let tip = self.tip()?.ok_or(StoreError::NotSetUp)?;
        let last = Moment::read(self, tip)?;
        match at {
            At::Now => Ok(last),
            At::Event(seq) => self.by_number(last, seq),
            At::Time(time) => self.by_time(last, time),
        }
    }

    fn by_number(&self, last: Moment, seq: u64) -> Result<Moment, StoreError> {
        let Some(back) = last.seq.checked_sub(seq) else {
            return Err(no_such_event(format!(
                "there is no event {seq} yet; the last is {}",
                last.seq
            )));
        };
        let wanted = usize::try_from(back).unwrap_or(usize::MAX);
        let found = self.walk(last.commit, |step, _| step == wanted)?;
        let Walk::Found(commit) = found else {
            return Err(self.not_reached(&found, &format!("event {seq}")));
        };
        let moment = Moment::read(self, commit.id)?;
        if moment.seq == seq {
            return Ok(moment);
        }
        let fault = format!("has the number {} and not {seq}", moment.seq);
        Err(StoreError::Ledger {
            commit: commit.id,
            fault,
        })
    }

    fn by_time(&self, last: Moment, time: Timestamp) -> Result<Moment, StoreError> {
        // A commit of the ledger bears its event's time, but the first one, which has no event, none that counts.
        let found = self.walk(last.commit, |_, commit| {
            !commit.parents.is_empty() && commit.time <= time.secs()
        })?;
        let Walk::Found(commit) = found else {
            return Err(self.not_reached(&found, &time.to_string()));
        };
        let moment = Moment::read(self, commit.id)?;
        if moment.at.is_some_and(|at| at.secs() == commit.time) {
            return Ok(moment);
        }
        let fault = "has another time than its event".to_owned();
        Err(StoreError::Ledger {
            commit: commit.id,
            fault,
        })
    }

    /// Goes back from `tip` to the first commit that is wanted; it is told how many steps back each is.
    fn walk(&self, tip: Oid, wanted: impl Fn(usize, &Commit) -> bool) -> Result<Walk, StoreError> {
        let mut oldest = None;
        for (step, commit) in self.repo.first_parents(tip).enumerate() {
            if step == REACH {
                return Err(StoreError::Git(GitError::TooMuch {
                    doing: format!("walking back from {tip}"),
                    limit: REACH,
                    unit: "events",
                }));
            }
            let commit = commit?;
            if wanted(step, &commit) {
                return Ok(Walk::Found(commit));
            }
            if commit.parents.is_empty() {
                return Ok(Walk::Begun { first: oldest });
            }
            oldest = Some(commit.id);
        }
        Ok(Walk::Cut { oldest })
    }

    fn not_reached(&self, walk: &Walk, wanted: &str) -> StoreError {
        let oldest = match walk {
            Walk::Begun { first } | Walk::Cut { oldest: first } => {
                first.and_then(|commit| Moment::read(self, commit).ok())
            }
            Walk::Found(_) => None,
        };
        let words = oldest.map_or("nothing".to_owned(), |moment| {
            let when = moment.at.map(|at| format!(" of {at}")).unwrap_or_default();
            format!("event {}{when}", moment.seq)
        });
        if let Walk::Cut { .. } = walk {
            let what = format!("this clone is shallow: its ledger begins with {words}, later than {wanted}");
            let no = Refusal::new(&ground::HISTORY_CUT, what);
            return no.hint("git fetch --unshallow").into();
        }
        no_such_event(format!("the ledger begins with {words}, later than {wanted}"))
    }
}

/// How going back ended.
enum Walk {
    Found(Commit),
    /// At the first commit, without a match; the oldest event's commit, if there is an event.
    Begun {
        first: Option<Oid>,
    },
    /// Where a shallow clone ends.
    Cut {
        oldest: Option<Oid>,
    },
}

fn no_such_event(what: String) -> StoreError {
    Refusal::new(&ground::NO_SUCH_EVENT, what)
        .hint("git lane log")
        .into()
}
