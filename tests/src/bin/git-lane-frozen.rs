//! `git-lane` with a clock that a test moves, and failpoints. The same library, another source of time and chance.

use std::process::ExitCode;

fn main() -> ExitCode {
    git_lane::run(&lane_testkit::Frozen, std::env::args_os())
}
