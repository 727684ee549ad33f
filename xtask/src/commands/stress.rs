//! `cargo xtask stress`: the races, kills and merges of the end-to-end tests, in full size.

use std::time::Instant;

use super::Tool;
use crate::Error;
use crate::Exit;
use crate::Workspace;

/// Run the races, kills and merges of the end-to-end tests in full size
///
/// The tests are the ones of every run, and see LANE_STRESS=1: 64 processes race for one task in 200 rounds, 16
/// processes take 50 locks each, 200 commands are killed at random moments, and 120 histories of three clones merge at
/// random. They run one after the other, and print their figures: counts and seconds. Takes several minutes. Exits 5 if one fails.
#[derive(clap::Args)]
pub(super) struct Stress {}

impl Tool for Stress {
    const NAME: &'static str = "stress";

    fn run(self, workspace: &Workspace) -> Result<Exit, Error> {
        let start = Instant::now();
        let passed = workspace.passes("cargo", TESTS, &[("LANE_STRESS", "1")])?;
        anstream::eprintln!("stress: {:.0} s", start.elapsed().as_secs_f64());
        Ok(if passed { Exit::Done } else { Exit::CheckFailed })
    }
}

/// By libtest, which every machine has; one at a time, so that each has the machine to itself.
const TESTS: &[&str] = &[
    "test",
    "--package",
    "lane-e2e",
    "--test",
    "e2e",
    "--",
    "--test-threads=1",
    "--show-output",
    "races::",
    "kills::",
    "merging_clones::",
];
