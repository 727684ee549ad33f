//! End-to-end tests: real git through the installed hooks, one binary.

mod anti_patterns;
mod bad_input;
mod board;
mod caches;
mod chaining;
mod checks;
mod delivering;
mod doctor;
mod environments;
mod false_events;
mod following;
mod handoffs;
mod heartbeats;
mod hints_lead_on;
mod hook_table;
mod init;
mod joining;
mod kills;
mod lanes;
mod ledger;
mod notes;
mod odd_handoffs;
mod ownership;
mod past_hooks;
mod paths;
mod plumbing;
mod push;
mod races;
mod replaying;
mod resuming;
mod snapshot;
mod state;
mod stress;
mod trailers;
mod unreadable_state;

use lane_testkit::Sandbox;

/// A sandbox with the binary whose clock moves.
fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_git-lane-frozen"))
}
