//! What somebody does to a task.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What somebody does to a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// Takes it.
    Claim,
    /// Gives it back.
    Release,
    /// Says that it cannot go on.
    Block,
    /// Says that it can go on.
    Unblock,
    /// Delivers it, with the evidence.
    Handoff,
    /// Works again on what was handed off.
    Resume,
    /// Judges own work, as its author.
    SelfReview,
    /// Begins to judge what was handed off.
    Review,
    /// Finds it ready for the next stage.
    Approve,
    /// Sends it back to its author, with what was found.
    Return,
    /// Begins to test it.
    Test,
    /// Finds that it passes, brought up to date.
    Pass,
    /// Finds that it does not.
    Fail,
    /// Gives a review or a test back, without a verdict.
    Leave,
    /// Ends an attempt that failed: somebody else goes on in the same worktree.
    Retry,
    /// Asks the orchestrator to decide.
    Escalate,
    /// Settles the contract anew, and puts it back into the queue.
    Rescope,
    /// Puts it at the end of the queue.
    Deprioritise,
    /// Takes it from its holder, as the orchestrator.
    TakeOver,
    /// Gives it up for good.
    Abandon,
    /// Gives a person's word for what is queued.
    Sign,
    /// Puts it onto the integration branch.
    Land,
    /// Says that it has landed.
    Done,
    /// Takes it away from a holder whose lease is over.
    Reclaim,
}

/// A word that is no verb of the table.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no such verb; there are {}", Verb::ALL.map(Verb::name).join(", "))]
pub struct VerbNameError;

impl Verb {
    /// All verbs, in the order of a task's life.
    pub const ALL: [Self; 24] = [
        Self::Claim,
        Self::Release,
        Self::Block,
        Self::Unblock,
        Self::Handoff,
        Self::Resume,
        Self::SelfReview,
        Self::Review,
        Self::Approve,
        Self::Return,
        Self::Test,
        Self::Pass,
        Self::Fail,
        Self::Leave,
        Self::Retry,
        Self::Escalate,
        Self::Rescope,
        Self::Deprioritise,
        Self::TakeOver,
        Self::Abandon,
        Self::Sign,
        Self::Land,
        Self::Done,
        Self::Reclaim,
    ];

    /// The verb as it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Release => "release",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Handoff => "handoff",
            Self::Resume => "resume",
            Self::SelfReview => "self-review",
            Self::Review => "review",
            Self::Approve => "approve",
            Self::Return => "return",
            Self::Test => "test",
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Leave => "leave",
            Self::Retry => "retry",
            Self::Escalate => "escalate",
            Self::Rescope => "rescope",
            Self::Deprioritise => "deprioritise",
            Self::TakeOver => "take-over",
            Self::Abandon => "abandon",
            Self::Sign => "sign",
            Self::Land => "land",
            Self::Done => "done",
            Self::Reclaim => "reclaim",
        }
    }

    /// What a task is after it, for sentences.
    pub fn past(self) -> &'static str {
        match self {
            Self::Claim => "claimed",
            Self::Release => "released",
            Self::Block => "blocked",
            Self::Unblock => "unblocked",
            Self::Handoff => "handed off",
            Self::Resume => "resumed",
            Self::SelfReview => "self-reviewed",
            Self::Review => "taken for review",
            Self::Approve => "approved",
            Self::Return => "returned",
            Self::Test => "taken for testing",
            Self::Pass => "passed",
            Self::Fail => "failed",
            Self::Leave => "left",
            Self::Retry => "retried",
            Self::Escalate => "escalated",
            Self::Rescope => "rescoped",
            Self::Deprioritise => "deprioritised",
            Self::TakeOver => "taken over",
            Self::Abandon => "abandoned",
            Self::Sign => "signed",
            Self::Land => "landed",
            Self::Done => "done",
            Self::Reclaim => "reclaimed",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Verb {
    type Err = VerbNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|verb| verb.name() == text)
            .ok_or(VerbNameError)
    }
}
