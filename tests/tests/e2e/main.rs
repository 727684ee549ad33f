//! End-to-end tests: real git through the installed hooks, one binary.

mod lanes;

use lane_testkit::Sandbox;

/// A sandbox with the binary whose clock moves.
fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_git-lane-frozen"))
}
