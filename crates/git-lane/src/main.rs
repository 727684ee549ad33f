//! The `git-lane` binary: hands the real clock and real chance to the library, and exits with its code.

use std::process::ExitCode;

use git_lane::Real;

fn main() -> ExitCode {
    git_lane::run(&Real, std::env::args_os())
}
