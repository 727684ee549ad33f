//! What can end a command: one enum, one table of exit codes.

use lane_core::refusal::Refusal;
use lane_core::view::Unreadable;
use lane_git::GitError;
use lane_git::OpenError;
use lane_rules::ReachError;
use lane_store::StoreError;
use thiserror::Error;

/// Why a command ended otherwise than well.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// The command line.
    #[error("{0}")]
    Usage(String),
    /// The state says no.
    #[error("{}", .0.what)]
    Refused(Box<Refusal>),
    /// No repository, or one that cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Something has to be set up first.
    #[error("{what}")]
    Setup {
        /// What is missing.
        what: String,
        /// The command that mends it.
        hint: String,
    },
    /// The store.
    #[error(transparent)]
    Store(StoreError),
    /// Git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A glob in a record.
    #[error(transparent)]
    Reach(#[from] ReachError),
    /// Somebody pressed Ctrl-C.
    #[error("interrupted; nothing was recorded")]
    Interrupted,
    /// A file.
    #[error("{doing}")]
    Io {
        /// What was attempted, with the path.
        doing: String,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
}

impl CliError {
    pub(crate) fn io(doing: impl Into<String>, cause: std::io::Error) -> Self {
        Self::Io {
            doing: doing.into(),
            cause,
        }
    }

    pub(crate) fn setup(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Setup {
            what: what.into(),
            hint: hint.into(),
        }
    }

    /// The process's exit code, as DESIGN.md lists them.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Interrupted => 130,
            Self::Refused(refusal) => refusal.ground.class.exit_code(),
            Self::Open(
                OpenError::NotARepository | OpenError::Forgotten { .. } | OpenError::Unsupported { .. },
            )
            | Self::Setup { .. }
            | Self::Reach(_) => 6,
            Self::Git(error) | Self::Store(StoreError::Git(error)) if error.is_configuration() => 6,
            Self::Store(error) => match error {
                StoreError::NotSetUp
                | StoreError::ObjectsElsewhere
                | StoreError::NewerFormat { .. }
                | StoreError::Unreadable(_)
                | StoreError::Ledger { .. }
                | StoreError::Policy { .. } => 6,
                StoreError::Contention(_) | StoreError::Unreachable { .. } => 4,
                StoreError::PushHook => 1,
                StoreError::Encoding(_) | StoreError::Event(_) => 2,
                _ => 70,
            },
            Self::Open(OpenError::Git(_)) | Self::Git(_) | Self::Io { .. } => 70,
        }
    }
}

impl From<Refusal> for CliError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Refused(refusal) => Self::Refused(refusal),
            other => Self::Store(other),
        }
    }
}

impl From<Unreadable> for CliError {
    fn from(error: Unreadable) -> Self {
        Self::Store(StoreError::Unreadable(error))
    }
}
