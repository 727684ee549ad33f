//! `cargo xtask bench`: whole processes against the design's budgets.

use std::path::Path;
use std::path::PathBuf;

use super::Tool;
use super::install;
use crate::Error;
use crate::Exit;
use crate::Workspace;
use crate::bench;
use crate::bench::Plan;
use crate::bench::Report;
use crate::bench::gate::Ask;
use crate::bench::gate::Part;
use crate::build;

/// Measure whole commands against their budgets, side by side
///
/// Builds git-lane for release and makes repositories in a temporary folder. `commit` times a whole `git commit` in
/// repositories of 40 and 50,000 files: without hooks, with hooks that do nothing, with ours as a person and as a lane,
/// and with other hook managers. `state` times claim, release, lock and ready in states of 100, 10,000 and 100,000
/// live tasks. `merge` plays the merge scenarios, and times a whole `git merge` of 1, 100 and 1,000 tasks, with our driver,
/// git's own merges, and mergiraf where it is on PATH. `ledger` times one more event, and proofs of ledgers of 1,000, 10,000 and 100,000 events. `gate` times a gate whose results are all known,
/// counts what share of the tests' time the newest commits would have saved by testing what they affect, and puts a fault
/// into each crate in turn to see that no failing test would have been left out (with `--whole` by running all tests for
/// each, which takes an hour). `landing` lands lanes, and exchanges while fifteen wait and
/// others merge a thousand commits, beside the same by plain git. `sync` has 8 clones of one remote, and 64 processes of
/// one clone, claim distinct tasks at once. The ways are run in turn, round by round, after a warm-up; what counts are
/// medians. Prints Markdown on stdout; a missed budget is said on stderr and exits 1.
#[derive(clap::Args)]
pub(super) struct Bench {
    /// What is measured
    which: Which,
    /// How often each thing is done
    #[arg(long, default_value_t = 40, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rounds: u32,
    /// Get peers that are not on PATH from their registries, for this run
    #[arg(long)]
    peers: bool,
    /// Put the tables into docs/benchmarks.md
    #[arg(long)]
    write: bool,
    /// Of `gate`, these parts only
    #[arg(long)]
    part: Vec<Part>,
    /// Of `gate`, how many commits of the history
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    commits: u32,
    /// Of `gate`, run the tests to the last for each fault, to see how many fail
    #[arg(long)]
    whole: bool,
    /// Of `gate`, the fault to begin with: each takes minutes, and a run that was stopped goes on there
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    from_fault: u32,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Which {
    /// A whole `git commit`, by its hooks
    Commit,
    /// A gate with nothing to do, and what testing the affected packages saves and misses
    Gate,
    /// One lane brought onto the integration branch, and what others merged, beside plain git
    Landing,
    /// append, verify, bytes on disk, by the number of events
    Ledger,
    /// The merge scenarios, and a whole `git merge`, by the driver
    Merge,
    /// claim, release, lock, ready, by the number of tasks
    State,
    /// Claims of many clones on one remote, and of many processes in one clone
    Sync,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::Gate => "gate",
            Self::Landing => "landing",
            Self::Ledger => "ledger",
            Self::Merge => "merge",
            Self::State => "state",
            Self::Sync => "sync",
        }
    }

    /// Reports, each under the name of its section of the page.
    fn run(self, plan: &Plan, gate: &Ask<'_>) -> Result<Vec<(&'static str, Report)>, Error> {
        let report = match self {
            Self::Gate => return bench::gate::run(gate, plan),
            Self::Commit => bench::commit::run(plan),
            Self::Landing => bench::landing::run(plan),
            Self::Ledger => bench::ledger::run(plan),
            Self::Merge => bench::merge::run(plan),
            Self::State => bench::state::run(plan),
            Self::Sync => bench::sync::run(plan),
        };
        Ok(vec![(self.name(), report?)])
    }
}

/// The program that writes long ledgers, and how it is built.
const SEEDER: &[&str] = &["--release", "--package", "lane-store", "--example", "ledger"];

/// The program that plays the merge scenarios.
const PLAYER: &[&str] = &["--package", "lane-scenarios", "--example", "merging"];

const WARM_UP: usize = 4;
const PAGE: &str = "docs/benchmarks.md";

impl Tool for Bench {
    const NAME: &'static str = "bench";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let helper = match self.which {
            Which::Ledger => build::binary(workspace, SEEDER, "ledger")?,
            Which::Merge => build::binary(workspace, PLAYER, "merging")?,
            Which::Commit | Which::Gate | Which::Landing | Which::State | Which::Sync => PathBuf::new(),
        };
        let binary = match self.which {
            Which::Gate if !bench::gate::times_commands(&self.part) => PathBuf::new(),
            _ => build::binary(workspace, install::RELEASE, "git-lane")?,
        };
        let plan = Plan {
            helper,
            binary,
            rounds: usize::try_from(self.rounds).unwrap_or(usize::MAX),
            warm_up: WARM_UP,
            peers: self.peers,
        };
        let gate = Ask {
            workspace,
            parts: &self.part,
            commits: usize::try_from(self.commits).unwrap_or(usize::MAX),
            whole: self.whole,
            from_fault: usize::try_from(self.from_fault).unwrap_or(usize::MAX),
        };
        let reports = self.which.run(&plan, &gate)?;
        for (section, report) in &reports {
            anstream::println!("{}\n", report.text.trim_end());
            if self.write {
                bench::write_section(&workspace.root().join(PAGE), section, &report.text)?;
                anstream::eprintln!("written to {}", Path::new(PAGE).display());
            }
        }
        let missed: Vec<&String> = reports.iter().flat_map(|(_, report)| &report.missed).collect();
        for miss in &missed {
            anstream::eprintln!("budget missed: {miss}");
        }
        Ok(if missed.is_empty() {
            Exit::Done
        } else {
            Exit::Findings
        })
    }
}
