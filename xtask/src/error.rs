//! What can keep a tool from its work; a check that says "no" is a value, not one of these.

use std::fmt::Write;
use std::io;
use std::path::PathBuf;

/// A tool that could not do its work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot run `{command}`")]
    Spawn { command: String, source: io::Error },
    #[error("`{command}` failed{}", code.map(|code| format!(" with exit code {code}")).unwrap_or_default())]
    Failed { command: String, code: Option<i32> },
    #[error("cannot understand the output of `{command}`: {why}")]
    Output { command: String, why: String },
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error("cannot write {}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("a fault of the bench is stale: {from:?} stands {count} times in {path}, not once")]
    Stale {
        path: &'static str,
        from: &'static str,
        count: usize,
    },
    #[error("no place to install to: neither --root nor CARGO_INSTALL_ROOT, CARGO_HOME or HOME is set")]
    NoRoot,
}

/// The error and what caused it, on one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let _ = write!(words, ": {inner}");
        cause = inner.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_follow_their_error() {
        let error = Error::Spawn {
            command: "cargo fmt".into(),
            source: io::Error::other("no such file"),
        };
        assert_eq!(with_causes(&error), "cannot run `cargo fmt`: no such file");
    }

    #[test]
    fn exit_code_is_named_where_there_is_one() {
        let failed = |code| {
            Error::Failed {
                command: "x".into(),
                code,
            }
            .to_string()
        };
        assert_eq!(failed(Some(3)), "`x` failed with exit code 3");
        assert_eq!(failed(None), "`x` failed");
    }
}
