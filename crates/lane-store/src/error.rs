//! Why the store could not do what was asked: "no" of the state, contention, or something broken.

use lane_core::apply::Rejection;
use lane_core::event::EventError;
use lane_core::policy::PolicyError;
use lane_core::refusal::Refusal;
use lane_core::view::Unreadable;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::OsLockError;
use lane_git::RemoteError;
use thiserror::Error;

/// A failed operation on the state.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no state ref: nobody ran `git lane init` here.
    #[error("this repository has no git-lane state (refs/agents/state is not there)")]
    NotSetUp,
    /// The state says no.
    #[error("{}", .0.what)]
    Refused(Box<Refusal>),
    /// A record is broken; nothing is written over it.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The state was written by a newer git-lane.
    #[error(
        "the state has format {found}, newer than this git-lane reads ({})",
        lane_core::record::FORMAT
    )]
    NewerFormat {
        /// The format that the state names.
        found: i64,
    },
    /// A commit of the state ref is not what it must be.
    #[error("commit {commit} of the state ref {fault}")]
    Ledger {
        /// The commit.
        commit: Oid,
        /// What is wrong with it.
        fault: String,
    },
    /// The environment puts new objects elsewhere, as git does while it receives a push.
    #[error("the environment puts new objects outside this repository, so the state cannot be written")]
    ObjectsElsewhere,
    /// Others were faster each time, or hold a lock: try again.
    #[error("{0}")]
    Contention(String),
    /// The remote did not answer, or not to the end: try again.
    #[error("{what}; {}", outcome(*.unknown))]
    Unreachable {
        /// What happened.
        what: String,
        /// Whether what was sent may have arrived all the same.
        unknown: bool,
    },
    /// A pre-push hook of this clone refused, and has said why. Nothing was sent.
    #[error("push-refused: the pre-push hook refused, so nothing was pushed and nothing was recorded")]
    PushHook,
    /// The policy on the integration branch cannot be used.
    #[error("the policy at {place} {fault}")]
    Policy {
        /// Where it was read.
        place: String,
        /// What is wrong with it.
        fault: PolicyError,
    },
    /// A record could not be put into bytes.
    #[error("a record could not be written: {0}")]
    Encoding(#[from] lane_core::codec::CodecError),
    /// An event could not be put into bytes.
    #[error("an event could not be written: {0}")]
    Event(#[from] EventError),
    /// What was written did not read back as it was.
    #[error("{0} did not read back as it was written; the ref has not moved")]
    ReadBack(String),
    /// A file of ours in the git dir.
    #[error("{doing}")]
    Io {
        /// What was attempted, with the path.
        doing: String,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// Git said no.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Rejection> for StoreError {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Refused(refusal) => Self::Refused(refusal),
            Rejection::Unreadable(unreadable) => Self::Unreadable(unreadable),
        }
    }
}

impl From<OsLockError> for StoreError {
    fn from(error: OsLockError) -> Self {
        Self::Contention(format!(
            "the lock of this clone's state could not be had: {error}"
        ))
    }
}

fn outcome(unknown: bool) -> &'static str {
    if unknown {
        "what was sent may have arrived all the same: an exchange tells"
    } else {
        "nothing was recorded (with --offline it is, provisionally)"
    }
}

impl From<RemoteError> for StoreError {
    fn from(fault: RemoteError) -> Self {
        match fault {
            RemoteError::Git(fault) => Self::Git(fault),
            RemoteError::Hook => Self::PushHook,
            other => Self::unreachable(&other, false),
        }
    }
}

impl StoreError {
    /// `fault` is what became of the talk.
    pub(crate) fn unreachable(fault: &RemoteError, unknown: bool) -> Self {
        let what = fault.to_string();
        Self::Unreachable { what, unknown }
    }

    pub(crate) fn io(doing: impl Into<String>, cause: std::io::Error) -> Self {
        Self::Io {
            doing: doing.into(),
            cause,
        }
    }
}
