//! The table of commands. A new one: a file in `commands/`, its `mod` line, its line in `COMMANDS`.

mod bench;
mod chaos;
mod ci;
mod demo;
mod fuzz;
mod gate;
mod install;
mod preflight;
mod stress;
mod test;
mod tidy;

use clap::ArgMatches;

use crate::Error;
use crate::Exit;
use crate::Workspace;

/// Every command, in alphabetical order.
const COMMANDS: &[Entry] = &[
    Entry::of::<bench::Bench>(),
    Entry::of::<chaos::Chaos>(),
    Entry::of::<ci::Ci>(),
    Entry::of::<demo::Demo>(),
    Entry::of::<fuzz::Fuzz>(),
    Entry::of::<gate::Gate>(),
    Entry::of::<install::Install>(),
    Entry::of::<preflight::Preflight>(),
    Entry::of::<stress::Stress>(),
    Entry::of::<test::Test>(),
    Entry::of::<tidy::Tidy>(),
];

/// A command: its arguments with their help are its manual, and `run` does it.
trait Tool: clap::Args {
    /// The word behind `cargo xtask`.
    const NAME: &'static str;

    /// Does it, and says how it ended.
    fn run(self, workspace: &Workspace) -> Result<Exit, Error>;
}

/// A command as the table knows it, without its type.
struct Entry {
    name: &'static str,
    define: fn(clap::Command) -> clap::Command,
    run: fn(&ArgMatches, &Workspace) -> Result<Exit, Error>,
}

impl Entry {
    const fn of<T: Tool>() -> Self {
        Self {
            name: T::NAME,
            define: T::augment_args,
            run: parse_and_run::<T>,
        }
    }
}

fn parse_and_run<T: Tool>(matches: &ArgMatches, workspace: &Workspace) -> Result<Exit, Error> {
    T::from_arg_matches(matches)
        .unwrap_or_else(|error| error.exit())
        .run(workspace)
}

/// The whole command line, as clap knows it.
pub(crate) fn arguments() -> clap::Command {
    let all = clap::Command::new("cargo xtask")
        .bin_name("cargo xtask")
        .about("The project's own tools.")
        .after_help(EXIT_CODES)
        .subcommand_required(true)
        .arg_required_else_help(true);
    COMMANDS.iter().fold(all, |all, entry| {
        all.subcommand((entry.define)(clap::Command::new(entry.name)))
    })
}

const EXIT_CODES: &str = "\
Exit codes:
   0  done
  1  tidy has findings, a step of the demo went otherwise than told, or a budget was missed
   2  wrong usage
   5  a test or a step of ci failed
  70  the tool itself could not do its work";

/// Runs the command that was asked for.
pub(crate) fn run(matches: &ArgMatches, workspace: &Workspace) -> Result<Exit, Error> {
    let asked = matches.subcommand();
    let found =
        asked.and_then(|(name, args)| Some((COMMANDS.iter().find(|entry| entry.name == name)?, args)));
    match found {
        Some((entry, args)) => (entry.run)(args, workspace),
        None => unreachable!("clap accepts the names of COMMANDS only"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_agrees_with_every_definition() {
        arguments().debug_assert();
    }

    #[test]
    fn table_is_in_order_and_every_command_has_a_manual() {
        assert!(COMMANDS.is_sorted_by_key(|entry| entry.name));
        for command in arguments().get_subcommands() {
            assert!(
                command.get_long_about().is_some(),
                "{} needs more than a line of help",
                command.get_name()
            );
        }
    }

    #[test]
    fn gate_and_preflight_pass_everything_on_and_help_too() {
        for verb in ["gate", "preflight"] {
            for words in [&["--help"][..], &["-h"], &["--rung", "2", "--", "x"], &[]] {
                let line = ["x", verb].into_iter().chain(words.iter().copied());
                let matches = arguments().try_get_matches_from(line).unwrap();
                let (_, matches) = matches.subcommand().unwrap();
                let passed = matches
                    .get_many::<std::ffi::OsString>("args")
                    .into_iter()
                    .flatten();
                assert!(passed.eq(words.iter().copied()), "{verb} {words:?}");
            }
        }
    }

    #[test]
    fn test_passes_its_arguments_on_and_still_knows_help() {
        let args = |words: &[&str]| {
            let matches = arguments()
                .try_get_matches_from(words)
                .map_err(|error| error.kind())?;
            let (_, matches) = matches.subcommand().unwrap();
            Ok(matches
                .get_many::<String>("args")
                .into_iter()
                .flatten()
                .cloned()
                .collect::<Vec<_>>())
        };
        assert_eq!(
            args(&["x", "test", "merge", "--no-capture"]),
            Ok(vec!["merge".into(), "--no-capture".into()])
        );
        assert_eq!(
            args(&["x", "test", "-E", "test(a)"]),
            Ok(vec!["-E".into(), "test(a)".into()])
        );
        assert_eq!(
            args(&["x", "test", "--help"]),
            Err(clap::error::ErrorKind::DisplayHelp)
        );
        assert_eq!(
            args(&["x", "nonsense"]),
            Err(clap::error::ErrorKind::InvalidSubcommand)
        );
    }
}
