//! The sequential truth about one key: who holds a task or a path, and what that admits.

use super::operation::Act;

/// What is true of one key. `H` names a holder: an agent in a clone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holding<H> {
    /// There is no such task.
    Absent,
    /// Nobody holds it.
    Free,
    /// A holder has it: a task once, a path as often as it was locked.
    Held(H, u32),
    /// The task is done; nothing follows.
    Done,
}

impl<H: Copy + PartialEq> Holding<H> {
    /// What follows when `by` does `act`; none where it must be refused.
    pub fn after(self, act: Act, by: H) -> Option<Self> {
        match (act, self) {
            (Act::Claim | Act::Lock, Self::Free) => Some(Self::Held(by, 1)),
            (Act::Release, Self::Held(holder, _)) if holder == by => Some(Self::Free),
            // Anybody may take away what is over, and may say what has landed.
            (Act::Add, Self::Absent) | (Act::Reclaim, Self::Held(..)) => Some(Self::Free),
            (Act::Done, Self::Held(..)) => Some(Self::Done),
            (Act::Lock, Self::Held(holder, times)) if holder == by => Some(Self::Held(by, times + 1)),
            (Act::Unlock, Self::Held(holder, times)) if holder == by => Some(less(holder, times)),
            (Act::ReclaimLock, Self::Held(holder, times)) => Some(less(holder, times)),
            _ => None,
        }
    }
}

fn less<H>(holder: H, times: u32) -> Holding<H> {
    if times > 1 {
        Holding::Held(holder, times - 1)
    } else {
        Holding::Free
    }
}

/// What a key must have held for a refusal to be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason<H> {
    /// Nothing: there was no such task.
    Absent,
    /// Anything but that.
    Present,
    /// Somebody had it.
    Held,
    /// Somebody else had it.
    HeldByOther(H),
    /// Nobody had it.
    Unheld,
    /// The task was done.
    Done,
}

impl<H: Copy + PartialEq> Reason<H> {
    /// Of a refusal on `ground`; none where the key alone does not decide (capacity, a running lease, the id of a lock
    /// that is gone), so that the refusal may be right whatever the key held.
    pub(super) fn of(act: Act, ground: &str, by: H) -> Option<Self> {
        match (act, ground) {
            (Act::Claim | Act::Release | Act::Done, "no-such-task") => Some(Self::Absent),
            (Act::Add, "id-taken") => Some(Self::Present),
            (Act::Claim, "already-claimed") => Some(Self::Held),
            (Act::Release, "not-holder") | (Act::Lock, "foreign-lock") => Some(Self::HeldByOther(by)),
            (Act::Release | Act::Done, "not-in-phase") => Some(Self::Unheld),
            (Act::Claim, "not-in-phase") => Some(Self::Done),
            _ => None,
        }
    }

    pub(super) fn explained_by(self, held: Holding<H>) -> bool {
        match self {
            Self::Absent => held == Holding::Absent,
            Self::Present => held != Holding::Absent,
            Self::Held => matches!(held, Holding::Held(..)),
            Self::HeldByOther(by) => matches!(held, Holding::Held(holder, _) if holder != by),
            Self::Unheld => matches!(held, Holding::Free | Holding::Done),
            Self::Done => held == Holding::Done,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lane_core::ground::GROUNDS;

    const ACTS: [Act; 8] = [
        Act::Add,
        Act::Claim,
        Act::Release,
        Act::Reclaim,
        Act::Done,
        Act::Lock,
        Act::Unlock,
        Act::ReclaimLock,
    ];

    #[test]
    fn what_explains_a_refusal_admits_no_act() {
        let mut judged = 0;
        for ground in GROUNDS {
            for act in ACTS {
                let Some(reason) = Reason::of(act, ground.id, 1) else {
                    continue;
                };
                judged += 1;
                let all = [
                    Holding::Absent,
                    Holding::Free,
                    Holding::Held(1, 1),
                    Holding::Held(2, 1),
                    Holding::Done,
                ];
                let explains: Vec<_> = all
                    .into_iter()
                    .filter(|held| reason.explained_by(*held))
                    .collect();
                assert!(!explains.is_empty());
                for held in explains {
                    assert_eq!(held.after(act, 1), None, "{act:?} {} {held:?}", ground.id);
                }
            }
        }
        assert_eq!(judged, 10);
    }

    #[test]
    fn a_task_has_one_holder_and_an_end() {
        let held = Holding::Free.after(Act::Claim, 1).unwrap();
        assert_eq!(held, Holding::Held(1, 1));
        assert_eq!(held.after(Act::Claim, 1), None);
        assert_eq!(held.after(Act::Claim, 2), None);
        assert_eq!(held.after(Act::Release, 2), None);
        assert_eq!(held.after(Act::Release, 1), Some(Holding::Free));
        assert_eq!(held.after(Act::Reclaim, 2), Some(Holding::Free));
        assert_eq!(Holding::Free.after(Act::Done, 1), None);
        for act in [Act::Add, Act::Claim, Act::Release, Act::Reclaim, Act::Done] {
            assert_eq!(Holding::Done.after(act, 1), None, "{act:?}");
        }
    }

    #[test]
    fn own_locks_add_up_and_others_wait() {
        let once = Holding::Free.after(Act::Lock, 1).unwrap();
        let twice = once.after(Act::Lock, 1).unwrap();
        assert_eq!(twice.after(Act::Lock, 2), None);
        assert_eq!(twice.after(Act::Unlock, 1), Some(once));
        assert_eq!(once.after(Act::ReclaimLock, 2), Some(Holding::Free));
        assert_eq!(once.after(Act::Unlock, 2), None);
    }
}
