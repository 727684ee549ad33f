//! What can go wrong in git: what was attempted, and how git or the system put it.

use std::io;

use crate::Oid;

/// How much of a child's stderr an error carries, in bytes.
pub(crate) const STDERR_LIMIT: usize = 2048;

/// A failed operation. `doing` is a phrase that completes "failed while …".
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// libgit2 refused; its words are in the source.
    #[error("{doing} failed")]
    Library {
        /// What was attempted.
        doing: String,
        /// libgit2's error.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A git child ended with another exit code than 0.
    #[error("{doing} failed ({}){}", exit(*.code), said(.stderr))]
    Child {
        /// What was attempted.
        doing: String,
        /// The exit code; none when a signal ended it.
        code: Option<i32>,
        /// The beginning of its stderr, control characters escaped, at most 2 KiB.
        stderr: String,
    },
    /// A file or a child could not be used.
    #[error("{doing} failed")]
    Io {
        /// What was attempted.
        doing: String,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// The object is not there (a shallow or partial clone, or a broken repository).
    #[error("object {oid} is missing")]
    Missing {
        /// Its name.
        oid: Oid,
    },
    /// The object is there but of another kind, or cannot be parsed.
    #[error("object {oid} is no {wanted}")]
    WrongKind {
        /// Its name.
        oid: Oid,
        /// The kind that was wanted.
        wanted: &'static str,
    },
    /// What is published on such a remote would never be seen here.
    #[error(
        "the remote {name:?} pushes to another place than it fetches from (remote.{name}.pushurl), so it cannot hold a state that both sides see"
    )]
    OtherPushUrl {
        /// The remote.
        name: String,
    },
    /// `lane.remote` names a remote that the configuration does not have.
    #[error("lane.remote names {name:?}, and there is no such remote")]
    NoSuchRemote {
        /// The name.
        name: String,
    },
    /// A remote's name becomes a part of refs' names, and this one cannot.
    #[error("the remote {name:?} has a name that cannot be part of a ref's name here")]
    OddRemote {
        /// The name.
        name: String,
    },
    /// A name, path or value that is never handed to git.
    #[error("{what} {name:?} is not acceptable")]
    Refused {
        /// What it was to be.
        what: &'static str,
        /// The text, cut at 200 characters.
        name: String,
    },
    /// One path would be a file and a directory.
    #[error("{path:?} cannot be both a file and a directory")]
    DirectoryConflict {
        /// The path.
        path: String,
    },
    /// A bound was hit; nothing partial is returned.
    #[error("{doing} gave more than {limit} {unit}")]
    TooMuch {
        /// What was attempted.
        doing: String,
        /// The bound.
        limit: usize,
        /// What is counted.
        unit: &'static str,
    },
    /// git printed something that this version does not understand.
    #[error("{doing} gave output that cannot be understood")]
    Unreadable {
        /// What was attempted.
        doing: String,
    },
}

impl GitError {
    /// Whether it is a remote's configuration that stands in the way: a person's to change, and no fault of ours.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self,
            Self::OtherPushUrl { .. } | Self::NoSuchRemote { .. } | Self::OddRemote { .. }
        )
    }

    pub(crate) fn library(doing: impl Into<String>, cause: git2::Error) -> GitError {
        GitError::Library {
            doing: doing.into(),
            cause: Box::new(cause),
        }
    }

    pub(crate) fn io(doing: impl Into<String>, cause: io::Error) -> GitError {
        GitError::Io {
            doing: doing.into(),
            cause,
        }
    }

    pub(crate) fn refused(what: &'static str, name: &str) -> GitError {
        GitError::Refused {
            what,
            name: name.chars().take(200).collect(),
        }
    }

    pub(crate) fn unreadable(doing: impl Into<String>) -> GitError {
        GitError::Unreadable { doing: doing.into() }
    }

    /// Whether an object was not there.
    pub fn is_missing(&self) -> bool {
        matches!(self, GitError::Missing { .. })
    }
}

/// Says what libgit2 was doing.
pub(crate) trait Doing<T> {
    fn doing(self, doing: impl Into<String>) -> Result<T, GitError>;
}

impl<T> Doing<T> for Result<T, git2::Error> {
    fn doing(self, doing: impl Into<String>) -> Result<T, GitError> {
        self.map_err(|cause| GitError::library(doing, cause))
    }
}

impl<T> Doing<T> for Result<T, io::Error> {
    fn doing(self, doing: impl Into<String>) -> Result<T, GitError> {
        self.map_err(|cause| GitError::io(doing, cause))
    }
}

fn exit(code: Option<i32>) -> String {
    code.map_or_else(
        || "ended by a signal".to_owned(),
        |code| format!("exit code {code}"),
    )
}

fn said(stderr: &str) -> String {
    if stderr.is_empty() {
        String::new()
    } else {
        format!(": {stderr}")
    }
}

/// Foreign words for a terminal: control characters escaped, line breaks kept as " | ", bounded.
pub(crate) fn excerpt(words: &[u8]) -> String {
    let text = String::from_utf8_lossy(&words[..words.len().min(STDERR_LIMIT)]);
    text.trim()
        .lines()
        .map(|line| line.trim().chars().map(visible).collect::<String>())
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" | ")
}

/// A character as it is, or escaped if it could steer a terminal.
fn visible(c: char) -> String {
    match c {
        '\'' | '"' | '\\' => c.to_string(),
        other => other.escape_debug().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stderr_is_bounded_and_cannot_steer_a_terminal() {
        assert_eq!(
            excerpt(b"fatal: \x1b[31mno\r\nhint: x\n"),
            "fatal: \\u{1b}[31mno | hint: x"
        );
        assert!(excerpt(&[b'x'; 9000]).len() <= STDERR_LIMIT);
    }
}
