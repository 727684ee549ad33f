//! The core's rules as tests on values: tables enumerated, properties sampled, no clock and no disk.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod acceptance_due;
mod audit;
mod chance;
mod contract;
mod delivered;
mod events;
mod evidence;
mod family;
mod fixture;
mod gate_runs;
mod hostile_input;
mod invariants;
mod landings;
mod lock_rules;
mod lock_terms;
mod moves;
mod moves_table;
mod needs_table;
mod notes;
mod order;
mod places;
mod plan;
mod proofs;
mod properties;
mod pushes;
mod ready_agrees;
mod schema;
mod settings;
mod spoilt;
mod spoilt_landings;
mod spoilt_stages;
mod stages;
mod takeover;
mod teams;
mod turns;
