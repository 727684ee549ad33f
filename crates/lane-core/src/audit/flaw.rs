//! What an audit finds, and which of it is new.

use std::collections::BTreeSet;

/// Something in the records that should not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Of which sort it is.
    pub kind: FlawKind,
    /// The record: a task's or lock's id; a path for one that cannot be read.
    pub record: String,
    /// The other record, where two disagree.
    pub with: Option<String>,
    /// What is wrong, in a sentence without full stop.
    pub fault: String,
}

/// The sorts of flaws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlawKind {
    /// A claim with a scope, and no lock for it.
    ClaimWithoutLock,
    /// Tasks that wait for one another.
    Circle,
    /// A contract that no event would take.
    Contract,
    /// A handoff that does not stand where it should, or stands where it should not.
    Handoff,
    /// What git's history says otherwise.
    History,
    /// A lock that is kept though its holder is to move, or is not kept though others are.
    Kept,
    /// A scope that cannot be read.
    LockScope,
    /// Several locks from one claim.
    ManyLocks,
    /// A task's lock that another holds than the task.
    OtherHolder,
    /// Two holders' locks that cover the same path.
    Overlap,
    /// Two tasks in one lane.
    SameLane,
    /// A status that does not fit the claim, the blocker or the place.
    Status,
    /// Two records with one id.
    TwinIds,
    /// A lock of a task that nobody holds.
    Unheld,
    /// A dependency that is not there.
    UnknownDependency,
    /// A lock of a task that is not there.
    UnknownTask,
    /// A record that cannot be read, or lies where it does not belong.
    Unreadable,
}

impl FlawKind {
    /// Its name, in kebab case.
    pub fn name(self) -> &'static str {
        match self {
            Self::ClaimWithoutLock => "claim-without-lock",
            Self::Circle => "circle",
            Self::Contract => "contract",
            Self::Handoff => "handoff",
            Self::History => "history",
            Self::Kept => "kept",
            Self::LockScope => "lock-scope",
            Self::ManyLocks => "many-locks",
            Self::OtherHolder => "other-holder",
            Self::Overlap => "overlap",
            Self::SameLane => "same-lane",
            Self::Status => "status",
            Self::TwinIds => "twin-ids",
            Self::Unheld => "unheld",
            Self::UnknownDependency => "unknown-dependency",
            Self::UnknownTask => "unknown-task",
            Self::Unreadable => "unreadable",
        }
    }

    /// Whether something is merely not there: a flaw of a whole state, and to be expected where only a part of the
    /// records lies, as on a branch that proposes a task.
    pub fn is_absence(self) -> bool {
        matches!(
            self,
            Self::ClaimWithoutLock | Self::UnknownDependency | Self::UnknownTask
        )
    }
}

impl Flaw {
    /// What stays the same while its words change. Of two records either may be named first.
    fn key(&self) -> (FlawKind, BTreeSet<&str>) {
        (
            self.kind,
            self.with
                .as_deref()
                .into_iter()
                .chain([self.record.as_str()])
                .collect(),
        )
    }
}

/// The contradictions of `now` that none of `before` has: absences are left out. A flaw that changed its words is the
/// same flaw, so that whoever mends one half of it is not stopped.
pub fn fresh_contradictions(now: Vec<Flaw>, before: &[Vec<Flaw>]) -> Vec<Flaw> {
    let old: BTreeSet<_> = before.iter().flatten().map(Flaw::key).collect();
    let fresh: Vec<bool> = now
        .iter()
        .map(|flaw| !flaw.kind.is_absence() && !old.contains(&flaw.key()))
        .collect();
    now.into_iter()
        .zip(fresh)
        .filter_map(|(flaw, fresh)| fresh.then_some(flaw))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flaw(kind: FlawKind, record: &str, with: Option<&str>, fault: &str) -> Flaw {
        Flaw {
            kind,
            record: record.to_owned(),
            with: with.map(str::to_owned),
            fault: fault.to_owned(),
        }
    }

    #[test]
    fn only_contradictions_that_no_parent_has_are_fresh() {
        let before = vec![
            vec![flaw(FlawKind::Overlap, "L-1", Some("L-2"), "src/a")],
            vec![flaw(FlawKind::Contract, "T-1", None, "no title")],
        ];
        let now = vec![
            flaw(FlawKind::Overlap, "L-2", Some("L-1"), "src/b"),
            flaw(FlawKind::Contract, "T-1", None, "no branch"),
            flaw(FlawKind::Status, "T-1", None, "is todo"),
            flaw(FlawKind::Overlap, "L-1", Some("L-3"), "src/a"),
            flaw(FlawKind::UnknownDependency, "T-1", None, "waits"),
        ];
        let found = fresh_contradictions(now.clone(), &before);
        assert_eq!(found, now[2..4]);
    }
}
