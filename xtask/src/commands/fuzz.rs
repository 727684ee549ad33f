//! `cargo xtask fuzz`: hostile input for everything that reads text, for as long as one likes.

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;

/// Feed hostile input to everything that reads text
///
/// The targets are those of every test run (crates/lane-fuzz); here each runs for the given time, with a fresh seed
/// that is printed. Prints a table: target, inputs, the longest that one took, the most memory that one held. An input
/// that fails is made smaller, put into target/fuzz/, and its replay is printed; it then exits 5. An input that kills
/// the process outright is left in target/fuzz/TARGET.running.
#[derive(clap::Args)]
pub(super) struct Fuzz {
    /// How long each target runs
    #[arg(long, default_value_t = 30, value_name = "N")]
    seconds: u32,
    /// The seed of an earlier run, in place of a fresh one
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Judge the input in this file, once, by the one target that is named
    #[arg(long, value_name = "FILE")]
    replay: Option<String>,
    /// All targets unless some are named
    #[arg(value_name = "TARGET")]
    targets: Vec<String>,
}

impl Tool for Fuzz {
    const NAME: &'static str = "fuzz";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let mut args: Vec<String> = ["run", "-q", "-p", "lane-fuzz", "--example", "fuzz", "--"]
            .map(str::to_owned)
            .to_vec();
        args.extend(["--seconds".to_owned(), self.seconds.to_string()]);
        args.extend(
            self.seed
                .into_iter()
                .flat_map(|seed| ["--seed".to_owned(), seed.to_string()]),
        );
        args.extend(
            self.replay
                .into_iter()
                .flat_map(|file| ["--replay".to_owned(), file]),
        );
        args.extend(self.targets);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let passed = workspace.passes("cargo", &args, &[])?;
        Ok(if passed { Exit::Done } else { Exit::CheckFailed })
    }
}
