//! Refusals: "no" as a value, with who holds what until when and the command that leads on.

use crate::glob::GlobError;
use crate::ground;
use crate::ground::Ground;
use crate::id::Agent;
use crate::id::LockId;
use crate::id::TaskId;
use crate::record::Lock;
use crate::text;
use crate::time::Timestamp;

/// What the state has against an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, by stable id.
    pub ground: &'static Ground,
    /// What happened, in a sentence without full stop. Hostile text in it is escaped.
    pub what: String,
    /// Who stands in the way.
    pub held: Option<Held>,
    /// What a person or agent said about it: shown as their words, never as ours.
    pub said: Option<Said>,
    /// The commands that lead on, most fitting first.
    pub hints: Vec<String>,
}

/// Who holds what, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The agent.
    pub agent: Agent,
    /// The lane's task.
    pub task: Option<TaskId>,
    /// The lock.
    pub lock: Option<LockId>,
    /// The globs.
    pub scope: Vec<String>,
    /// When the lease ends if no sign of life comes.
    pub until: Option<Timestamp>,
    /// Whether it is over by the decider's clock, so that it can be reclaimed.
    pub over: bool,
}

/// One quoted, bounded line of somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who wrote it.
    pub author: Agent,
    /// Escaped and bounded.
    pub text: String,
}

impl Said {
    /// Quotes `text` of `author`.
    pub fn new(author: &Agent, text: &str) -> Self {
        Self {
            author: author.clone(),
            text: text::excerpt(text, 160),
        }
    }
}

impl Held {
    /// From a lock, for a reader whose clock says `now`.
    pub fn by_lock(lock: &Lock, now: Timestamp) -> Self {
        Self {
            agent: lock.owner.clone(),
            task: lock.task.clone(),
            lock: Some(lock.id.clone()),
            scope: lock.scope.clone(),
            // A handed-off lane keeps its lock, whatever time it names.
            until: (!lock.kept).then_some(lock.expires),
            over: lock.is_over(now),
        }
    }
}

impl Refusal {
    /// A refusal with nothing but its ground and sentence.
    pub fn new(ground: &'static Ground, what: impl Into<String>) -> Self {
        Self {
            ground,
            what: what.into(),
            held: None,
            said: None,
            hints: Vec::new(),
        }
    }

    /// Adds a command that leads on.
    #[must_use]
    pub fn hint(mut self, command: impl Into<String>) -> Self {
        self.hints.push(command.into());
        self
    }

    /// Names who stands in the way.
    #[must_use]
    pub fn held(mut self, held: Held) -> Self {
        self.held = Some(held);
        self
    }

    /// Names a lock that stands in the way, and what its owner wrote. A lane's lock carries its task's title, which
    /// may be somebody else's words: that is not quoted as the owner's.
    #[must_use]
    pub fn held_by_lock(self, lock: &Lock, now: Timestamp) -> Self {
        let own_words = lock.task.is_none();
        let refusal = self.held(Held::by_lock(lock, now));
        if own_words {
            refusal.said(&lock.owner, &lock.objective)
        } else {
            refusal
        }
    }

    /// Quotes somebody.
    #[must_use]
    pub fn said(mut self, author: &Agent, text: &str) -> Self {
        self.said = Some(Said::new(author, text));
        self
    }

    /// A value that cannot be taken.
    pub fn input(what: impl Into<String>) -> Self {
        Self::new(&ground::INVALID_INPUT, what)
    }
}

impl From<GlobError> for Refusal {
    fn from(error: GlobError) -> Self {
        Self::input(format!("{error}: {}", error.problem))
    }
}

/// `words` as one command line that a POSIX shell reads back as the same words.
pub fn command(words: &[&str]) -> String {
    shlex::try_join(words.iter().copied()).unwrap_or_else(|_| words[..words.len().min(2)].join(" "))
}

/// The command that takes away a lock whose lease is over.
pub fn reclaim(lock: &LockId) -> String {
    command(&["git", "lane", "reclaim", lock.as_str(), "--note", "TEXT"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_with_hostile_words_is_one_command() {
        let line = command(&["git", "lane", "lock", "a b';rm -rf $HOME\n"]);
        assert_eq!(
            shlex::split(&line).unwrap(),
            ["git", "lane", "lock", "a b';rm -rf $HOME\n"]
        );
    }
}
