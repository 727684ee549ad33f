//! End-to-end tests: real git through the installed hooks, one binary.

mod following;
mod hints_lead_on;
mod hook_table;
mod lanes;
mod ownership;
mod past_hooks;
mod paths;
mod push;
mod trailers;
mod unreadable_state;

use lane_testkit::Sandbox;

/// A sandbox with the binary whose clock moves.
fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_git-lane-frozen"))
}
