//! git lane: many coding agents in one repository, kept in their lanes by git itself.
//!
//! This crate is the terminal: arguments, environment, clock, output and exit codes. It is a library so that the
//! tests can run the same program with another clock.

mod acting;
mod actions;
mod asked;
mod asked_for;
mod brief;
mod ci;
mod cli;
mod commands;
mod delivery;
pub mod docs;
mod error;
mod event_filter;
mod evidence;
mod finding_lane;
mod gate;
mod hooks;
mod inbox;
mod instructions;
mod integration;
mod landed;
mod lane_tip;
mod merging;
mod on_integration;
mod own_lanes;
mod parallel;
mod placeholders;
mod platform;
mod policy_doubts;
mod proposed;
mod publishing;
mod range;
mod read_marks;
mod rescue;
mod scratch;
mod session;
mod setup;
mod show;
mod team;
mod unbinding;
mod unguarded;
mod unshared;
mod worklog;

pub use lane_store::Source;
pub use platform::Real;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::CommandFactory as _;
use clap::FromArgMatches as _;

use cli::Cli;
use error::CliError;
use lane_core::refusal::command as command_line;
use lane_store::StoreError;

/// Runs one command line and gives the process's exit code.
pub fn run(source: &dyn Source, args: impl Iterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.collect();
    if let Some(rest) = driver_call(&args) {
        platform::explain_panics(commands::merge_driver::BROKE);
        return commands::merge_driver::run(source, rest);
    }
    platform::explain_panics(platform::OUR_BUG);
    if let Some((name, rest)) = hook_call(&args) {
        // Three times a commit: the definition of all commands is not needed for it.
        return hooks::run(source, name, rest);
    }
    let offline = without_remote(&args);
    let mut definition = Cli::command();
    let matches = match definition.try_get_matches_from_mut(&args) {
        Ok(matches) => matches,
        Err(error) => {
            if let Some(no) = placeholders::refused_value(&error) {
                return show::error::print(&no.into(), source.now());
            }
            show::error::print_usage(&error);
            if let Some(line) = asked_for::verb(&error, &args) {
                show::paint::hint(&line);
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let outcome = match placeholders::against(&definition, &matches) {
        Some(no) => Err(no.into()),
        None => Cli::from_arg_matches(&matches)
            .map_err(|e| CliError::Usage(e.to_string()))
            .and_then(|cli| commands::dispatch(source, cli)),
    };
    match outcome {
        Ok(code) => match show::paint::lost() {
            None => code,
            Some(cause) => {
                let fault = CliError::io("what was asked for could not be written to stdout", cause);
                let lost = show::error::print(&fault, source.now());
                if code == ExitCode::SUCCESS { lost } else { code }
            }
        },
        Err(error) => {
            let error = asked_for::as_implied(error, &args);
            let code = show::error::print(&error, source.now());
            if let (CliError::Store(StoreError::Unreachable { .. }), Some(line)) = (&error, offline) {
                show::paint::hint(&line);
            }
            code
        }
    }
}

/// The longest command line that is repeated in a hint.
const REPEATED_CHARS: usize = 300;

/// The same command line with `--offline`, where that makes sense.
fn without_remote(args: &[OsString]) -> Option<String> {
    let words: Vec<&str> = args
        .iter()
        .skip(1)
        .map(|arg| arg.to_str())
        .collect::<Option<_>>()?;
    let exchange = words
        .iter()
        .find(|word| !word.starts_with('-'))
        .is_none_or(|verb| ["sync", "reconcile"].contains(verb));
    let line = command_line(&[&["git", "lane", "--offline"], words.as_slice()].concat());
    let plain = line.len() <= REPEATED_CHARS && !line.chars().any(char::is_control);
    (!exchange && plain).then_some(line)
}

/// `git-lane hook NAME -- ARGS…`, as the shims call it.
fn hook_call(args: &[OsString]) -> Option<(&str, &[OsString])> {
    match args {
        [_, hook, name, dashes, rest @ ..] if hook == "hook" && dashes == "--" => {
            Some((name.to_str()?, rest))
        }
        _ => None,
    }
}

/// `git-lane merge-driver …`, as git calls it: once a file, so that it does without the definition of all commands.
fn driver_call(args: &[OsString]) -> Option<&[OsString]> {
    match args {
        [_, driver, rest @ ..] if driver == "merge-driver" => Some(rest),
        _ => None,
    }
}

/// The command line's definition, for the manual.
pub fn command() -> clap::Command {
    Cli::command()
}
