//! `cargo xtask chaos`: many clones over one remote, random commands, kills and outages, and the checks afterwards.

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::build;

/// Run random histories of many clones, with kills and outages, and check what is left
///
/// In each history processes in several clones of one remote give random commands. Some are killed: at a failpoint, or
/// by SIGKILL at any moment, alone or with their children. The remote goes away, refuses, hangs, or does what it is
/// asked and does not answer; clocks are skewed; git packs and collects beside. Afterwards every clone syncs, and then:
/// one holder for a task and no path under two exclusive locks at any event; every acknowledged event there, once, in
/// an order that respects real time; all copies alike; `git lane verify --full` everywhere.
///
/// Prints the figures on stdout. A history that fails is kept, with its seed, and ends the run, which then exits 5. A
/// seed gives the same commands and faults again; which of them meet is up to the machine.
#[derive(clap::Args)]
pub(super) struct Chaos {
    /// The seed of an earlier run, in place of a fresh one
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// How many faults shall strike, over all histories
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    faults: u64,
    /// Clones of the remote in each history
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    clones: u32,
    /// Processes at a time in each clone
    #[arg(long, default_value_t = 3, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=64))]
    processes: u32,
    /// Keep the folder of every history, not only of one that fails
    #[arg(long)]
    keep: bool,
}

const BINARY: &[&str] = &["--package", "lane-e2e", "--bin", "git-lane-frozen"];
const ENGINE: &[&str] = &[
    "run",
    "--quiet",
    "--package",
    "lane-chaos",
    "--example",
    "chaos",
    "--",
];

impl Tool for Chaos {
    const NAME: &'static str = "chaos";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let binary = build::binary(workspace, BINARY, "git-lane-frozen")?;
        let mut args: Vec<String> = ENGINE.iter().map(|&arg| arg.to_owned()).collect();
        let mut option = |name: &str, value: String| args.extend([name.to_owned(), value]);
        option("--binary", binary.to_string_lossy().into_owned());
        option("--faults", self.faults.to_string());
        option("--clones", self.clones.to_string());
        option("--processes", self.processes.to_string());
        if let Some(seed) = self.seed {
            option("--seed", seed.to_string());
        }
        if self.keep {
            args.push("--keep".to_owned());
        }
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let passed = workspace.passes("cargo", &args, &[])?;
        Ok(if passed { Exit::Done } else { Exit::CheckFailed })
    }
}
