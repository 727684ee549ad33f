//! End-to-end tests: real git through the installed hooks, one binary.

mod acceptance_named;
mod adopting;
mod anti_patterns;
mod attributes;
mod bad_input;
mod board;
mod caches;
mod chaining;
mod chaos;
mod checks;
mod clones;
mod combining;
mod decisions;
mod delivering;
mod delivering_together;
mod doctor;
mod doctor_policy;
mod driver;
mod driver_faults;
mod driver_words;
mod environments;
mod false_events;
mod following;
mod gate_bytes;
mod gate_choices;
mod gate_commit;
mod gate_compared;
mod gate_faults;
mod gate_forms;
mod gate_handoff;
mod gate_mends;
mod gate_processes;
mod gate_push;
mod gate_receipts;
mod gate_rust;
mod gate_rust_files;
mod gate_scripts;
mod gated;
mod guard;
mod guard_registered;
mod handoffs;
mod heartbeats;
mod hints_lead_on;
mod hook_table;
mod init;
mod joining;
mod kills;
mod lanes;
mod ledger;
mod merge_command;
mod merging;
mod merging_clones;
mod notes;
mod odd_handoffs;
mod outages;
mod ownership;
mod pace;
mod parallel_lanes;
mod past_hooks;
mod paths;
mod plumbing;
mod preflight;
mod provisional;
mod publishing;
mod push;
mod races;
mod records;
mod remotes;
mod replaying;
mod resuming;
mod rollback;
mod served_by_branch;
mod snapshot;
mod state;
mod stress;
mod trailers;
mod unreadable_state;
mod workspaces;

use lane_testkit::Sandbox;

/// A sandbox with the binary whose clock moves.
fn sandbox() -> Sandbox {
    Sandbox::new(env!("CARGO_BIN_EXE_git-lane-frozen"))
}
