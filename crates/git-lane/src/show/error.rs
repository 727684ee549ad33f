//! An error in words, with the command that leads on, and its exit code.

use std::process::ExitCode;

use lane_core::policy::POLICY_PATH;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::time::Timestamp;
use lane_git::GitError;
use lane_git::OpenError;
use lane_store::StoreError;

use super::paint;
use super::refusal;
use crate::error::CliError;

/// Prints an error to stderr.
pub(crate) fn print(error: &CliError, now: Timestamp) -> ExitCode {
    match error {
        CliError::Refused(no) => refusal::print(no, now),
        _ => {
            paint::error(&sentence(error));
            if let Some(words) = arrived(error).or_else(|| whereto(error)) {
                paint::note(words);
            }
            hints(error).iter().for_each(|hint| paint::hint(hint));
        }
    }
    ExitCode::from(error.exit_code())
}

/// The longest line of a usage error.
const USAGE_LINE_CHARS: usize = 400;

/// Prints what is wrong with a command line, or the help that it asked for. clap quotes words as they are: one that
/// steers a terminal is shown escaped, one without end is cut.
pub(crate) fn print_usage(error: &clap::Error) {
    let plain = error.render().to_string();
    let lines: Vec<String> = plain
        .lines()
        .map(|line| text::excerpt(line, USAGE_LINE_CHARS))
        .collect();
    if error.use_stderr() && !lines.iter().map(String::as_str).eq(plain.lines()) {
        paint::note(&lines.join("\n"));
    } else {
        let _ = error.print();
    }
}

/// What is known of a decision whose remote did not answer.
fn arrived(error: &CliError) -> Option<&'static str> {
    match error {
        CliError::Store(StoreError::Unreachable { unknown: true, .. }) => Some(
            "Nothing was recorded here. Should the remote have it all the same, the next exchange brings it.",
        ),
        CliError::Store(StoreError::Unreachable { .. }) => {
            Some("Nothing was sent, and nothing was recorded.")
        }
        _ => None,
    }
}

/// Which folder is meant, where there is nothing in this one.
fn whereto(error: &CliError) -> Option<&'static str> {
    let nothing = matches!(
        error,
        CliError::Open(OpenError::NotARepository) | CliError::Store(StoreError::NotSetUp)
    );
    nothing.then_some(
        "Go to the repository that has .agents/policy.toml. Only where there is none yet, one is set up here.",
    )
}

/// The error and its causes on one line.
pub(crate) fn sentence(error: &CliError) -> String {
    chain(error)
}

/// An error and its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let words = inner.to_string();
        if !out.contains(&words) {
            out = format!("{out}: {words}");
        }
        cause = inner.source();
    }
    text::escape_block(&out)
}

/// The commands that lead on.
pub(crate) fn hints(error: &CliError) -> Vec<String> {
    let one = |s: &str| vec![s.to_owned()];
    // Far more often the folder is wrong than nothing is set up anywhere.
    let both = |s: &str| vec!["cd FOLDER".to_owned(), s.to_owned()];
    match error {
        CliError::Refused(no) => no.hints.clone(),
        CliError::Setup { hint, .. } => one(hint),
        CliError::Open(OpenError::NotARepository) => both("git init"),
        CliError::Open(OpenError::Forgotten { main, .. }) => {
            let main = crate::setup::quoted(&main.display().to_string());
            vec![format!("cd {main} && git lane worktree list")]
        }
        CliError::Git(error) | CliError::Store(StoreError::Git(error)) => match error {
            GitError::OtherPushUrl { .. } => one("git remote add NAME URL && git config lane.remote NAME"),
            GitError::OddRemote { name } => vec![command(&["git", "remote", "rename", "--", name, "origin"])],
            GitError::NoSuchRemote { .. } => one("git config lane.remote NAME"),
            _ => Vec::new(),
        },
        CliError::Store(StoreError::NotSetUp) => both("git lane init"),
        CliError::Store(StoreError::Unreadable(_) | StoreError::Ledger { .. }) => one("git lane verify"),
        CliError::Store(StoreError::Policy { .. }) => vec![format!("git lane policy validate {POLICY_PATH}")],
        CliError::Store(StoreError::Contention(_)) => one("git lane doctor"),
        CliError::Store(StoreError::Unreachable { .. }) => one("git lane sync"),
        _ => Vec::new(),
    }
}
