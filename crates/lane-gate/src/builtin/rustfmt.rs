//! Whether Rust files are formatted, file by file: their text on rustfmt's stdin, its stdout compared.
//!
//! `cargo fmt -- FILES` formats the whole workspace and `rustfmt FILE` follows `mod`; on stdin it does neither, and a
//! file can come from the index. `rustfmt --check` on stdin ends with 0 whatever it finds. On stdin rustfmt drops a byte
//! order mark and the `\r` of line ends that it keeps in files, so neither is held against a file here.

use std::collections::BTreeMap;
use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use lane_core::text::escape_path;
use lane_core::text::excerpt;
use lane_git::native_path;
use thiserror::Error;

use crate::Interrupt;
use crate::Spot;
use crate::cargo::Workspace;
use crate::tool;
use crate::tool::Question;
use crate::tool::ToolError;

/// One file takes tens of milliseconds; a generated one of megabytes takes seconds.
const LIMIT: Duration = Duration::from_secs(60);

/// The first bytes of some files.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A file to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatFile {
    /// From the repository's root.
    pub path: Vec<u8>,
    /// The edition of its package. For a file of no package the newest of the workspace.
    pub edition: String,
}

/// Where a file's text comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source<'a> {
    /// The file in the work tree.
    WorkTree,
    /// This text, as of a blob of the index.
    Text(&'a [u8]),
}

/// What is wrong with a file. Paths are escaped.
#[derive(Debug, Error)]
pub enum FormatFault {
    /// rustfmt would write it differently, from this line on.
    #[error("{path}:{line} is not formatted")]
    Different {
        /// The file.
        path: String,
        /// The first line that differs, from 1.
        line: usize,
    },
    /// rustfmt cannot read it: the first lines of what it said.
    #[error("{path} cannot be formatted: {said}")]
    Unreadable {
        /// The file.
        path: String,
        /// rustfmt's words, bounded.
        said: String,
    },
    /// The file cannot be read.
    #[error("{path} cannot be read")]
    Lost {
        /// The file.
        path: String,
        /// The system's error.
        #[source]
        cause: io::Error,
    },
    /// rustfmt gave no answer.
    #[error(transparent)]
    Tool(#[from] ToolError),
}

impl FormatFault {
    /// Where it is; none where no file is at fault.
    pub fn spot(&self) -> Option<Spot> {
        let (path, line) = match self {
            Self::Different { path, line } => (path, Some(*line)),
            Self::Unreadable { path, .. } | Self::Lost { path, .. } => (path, None),
            Self::Tool(_) => return None,
        };
        let path = path.clone();
        Some(Spot { path, line })
    }
}

/// These Rust files, each with its edition.
pub(crate) fn format_files<'a>(
    files: impl IntoIterator<Item = &'a [u8]>,
    workspace: &Workspace,
) -> Vec<FormatFile> {
    let format = |path: &[u8]| FormatFile {
        path: path.to_vec(),
        edition: workspace.edition_of(path).to_owned(),
    };
    files.into_iter().map(format).collect()
}

/// Judges one file of the work tree at `root`. rustfmt runs in the file's folder, or the nearest one that is there, and
/// finds its configuration as it does in the work tree.
pub fn check_format(
    root: &Path,
    file: &FormatFile,
    source: Source<'_>,
    interrupt: &Interrupt,
) -> Result<(), FormatFault> {
    check_within(root, file, source, LIMIT, interrupt)
}

fn check_within(
    root: &Path,
    file: &FormatFile,
    source: Source<'_>,
    limit: Duration,
    interrupt: &Interrupt,
) -> Result<(), FormatFault> {
    let shown = || excerpt(&escape_path(&file.path), 400);
    let lost = |cause| FormatFault::Lost { path: shown(), cause };
    let path = native_path(&file.path).map_err(|fault| lost(io::Error::other(fault)))?;
    let path = root.join(path);
    let text = match source {
        Source::Text(text) => text.to_vec(),
        Source::WorkTree => std::fs::read(&path).map_err(lost)?,
    };
    let answer = tool::ask(
        &Question {
            program: "rustfmt",
            arguments: &["--edition", &file.edition],
            dir: nearest_folder(&path, root),
            stdin: text.clone(),
            limit: limit.min(LIMIT),
        },
        interrupt,
    )?;
    if !answer.success {
        let said = String::from_utf8_lossy(&answer.stderr);
        let said = said.lines().map(str::trim).filter(|line| !line.is_empty());
        let said: Vec<&str> = said.take(3).collect();
        let said = excerpt(&said.join(" "), 300);
        return Err(FormatFault::Unreadable { path: shown(), said });
    }
    match first_difference(&text, &answer.stdout) {
        None => Ok(()),
        Some(line) => Err(FormatFault::Different { path: shown(), line }),
    }
}

/// Judges many files, at most `jobs` at once and all of them within `limit`, and gives what is wrong in the order of the
/// files. An interrupt is an error; what rustfmt could not do, or not in time, is a fault of the file.
pub fn check_formats(
    root: &Path,
    files: &[(FormatFile, Source<'_>)],
    jobs: NonZero<usize>,
    limit: Duration,
    interrupt: &Interrupt,
) -> Result<Vec<FormatFault>, ToolError> {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let faults = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some((at, (file, source))) = take(&next, files) {
            let rest = limit.saturating_sub(started.elapsed());
            if let Err(fault) = check_within(root, file, *source, rest, interrupt) {
                let mut faults = faults.lock().unwrap_or_else(PoisonError::into_inner);
                faults.insert(at, fault);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..jobs.get().min(files.len()) {
            scope.spawn(work);
        }
    });
    let faults = faults.into_inner().unwrap_or_else(PoisonError::into_inner);
    let faults: Vec<FormatFault> = faults.into_values().collect();
    match faults
        .iter()
        .any(|fault| matches!(fault, FormatFault::Tool(ToolError::Interrupted)))
    {
        true => Err(ToolError::Interrupted),
        false => Ok(faults),
    }
}

fn take<'a, T>(next: &AtomicUsize, all: &'a [T]) -> Option<(usize, &'a T)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    Some((at, all.get(at)?))
}

/// The first line that differs, from 1. A byte order mark counts for nothing, and if rustfmt wrote no `\r\n` at all, the
/// text's own do not either.
fn first_difference(text: &[u8], formatted: &[u8]) -> Option<usize> {
    let text = text.strip_prefix(MARK).unwrap_or(text);
    let windows = has_windows_ends(text) && !has_windows_ends(formatted);
    let plain = |line: &[u8]| match line.strip_suffix(b"\r\n") {
        Some(line) if windows => [line, b"\n"].concat(),
        _ => line.to_vec(),
    };
    let mut ours = text.split_inclusive(|byte| *byte == b'\n').map(plain);
    let mut theirs = formatted.split_inclusive(|byte| *byte == b'\n');
    let mut line = 1;
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return None,
            (Some(ours), Some(theirs)) if ours == theirs => line += 1,
            _ => return Some(line),
        }
    }
}

fn has_windows_ends(text: &[u8]) -> bool {
    let first = text.split_inclusive(|byte| *byte == b'\n').next();
    first.is_some_and(|line| line.ends_with(b"\r\n"))
}

fn nearest_folder<'a>(path: &'a Path, root: &'a Path) -> &'a Path {
    let mut above = path.ancestors().skip(1);
    above.find(|dir| dir.is_dir() || *dir == root).unwrap_or(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        for (text, formatted, line) in [
            ("a\nb\n", "a\nb\n", None),
            ("a\nb", "a\nb\n", Some(2)),
            ("a\n", "a\nb\n", Some(2)),
            ("a\nb\n", "a\n", Some(2)),
            ("a\r\nb\r\n", "a\nb\n", None),
            ("a\r\nb\n", "a\nb\n", None),
            ("a\nb\r\n", "a\nb\n", Some(2)),
            ("a\nb\n", "a\r\nb\r\n", Some(1)),
            ("\u{feff}a\n", "a\n", None),
            ("", "\n", Some(1)),
        ] {
            assert_eq!(
                first_difference(text.as_bytes(), formatted.as_bytes()),
                line,
                "{text:?}"
            );
        }
    }
}
