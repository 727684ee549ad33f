//! One command that an agent may give: its words, and how its event will be known in the ledger.

/// A command, before it is begun.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    pub(crate) verb: Verb,
    /// Behind `git-lane`.
    pub(crate) args: Vec<String>,
    /// Who gives it.
    pub(crate) agent: String,
    /// How its event is known; none for a command that need not write one.
    pub(crate) key: Option<Key>,
    pub(crate) promise: Promise,
    /// The task or lock that it names.
    pub(crate) subject: Option<String>,
    /// A worktree to run it in, after a commit there; else the clone's own.
    pub(crate) worktree: Option<String>,
}

/// How an event is known in a ledger, and in what was given up: its kind, and words of its own that it contains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) kind: String,
    pub(crate) words: Vec<String>,
}

impl Key {
    pub(crate) fn new(kind: &str, words: &[&str]) -> Self {
        Self {
            kind: kind.to_owned(),
            words: words.iter().map(|&word| word.to_owned()).collect(),
        }
    }
}

/// What its exit code 0 says about its event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Promise {
    /// Nothing: it reads, or has no event of its own.
    Nothing,
    /// It is in the remote's ledger now.
    Published,
    /// It is in this clone, and will be in the ledger or be named as given up.
    Kept,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verb {
    Add,
    Block,
    Checkpoint,
    Claim,
    ClaimAny,
    Done,
    Edit,
    Handoff,
    Lock,
    Note,
    Ready,
    Reclaim,
    Release,
    Renew,
    Start,
    Sync,
    Unblock,
    Unlock,
}

impl Verb {
    /// How often each is drawn.
    pub(crate) const WEIGHTS: &[(u32, Self)] = &[
        (4, Self::Add),
        (2, Self::Block),
        (3, Self::Checkpoint),
        (14, Self::Claim),
        (6, Self::ClaimAny),
        (2, Self::Done),
        (3, Self::Edit),
        (2, Self::Handoff),
        (8, Self::Lock),
        (8, Self::Note),
        (1, Self::Ready),
        (2, Self::Reclaim),
        (10, Self::Release),
        (2, Self::Renew),
        (6, Self::Start),
        (3, Self::Sync),
        (3, Self::Unblock),
        (6, Self::Unlock),
    ];

    /// What its success promises when it is not given offline.
    pub(crate) fn promise(self) -> Promise {
        match self {
            Self::Ready | Self::Sync | Self::Renew => Promise::Nothing,
            Self::Note | Self::Checkpoint => Promise::Kept,
            _ => Promise::Published,
        }
    }

    /// The kind of its event; none where it need not have one.
    pub(crate) fn kind(self) -> Option<&'static str> {
        Some(match self {
            Self::Add => "task.added",
            Self::Block => "task.blocked",
            Self::Checkpoint => "task.checkpointed",
            Self::Claim | Self::ClaimAny | Self::Start => "task.claimed",
            Self::Done => "task.done",
            Self::Edit => "task.edited",
            Self::Handoff => "task.handed-off",
            Self::Lock => "lock.granted",
            Self::Note => "note.added",
            Self::Reclaim => "lock.reclaimed",
            Self::Release => "task.released",
            Self::Unblock => "task.unblocked",
            Self::Unlock => "lock.released",
            Self::Ready | Self::Renew | Self::Sync => return None,
        })
    }
}
