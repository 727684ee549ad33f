//! Commands that really run, and the checks of a policy: real processes, real signals, real pipes.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod declared;
mod gates;
mod ladders;
mod memory;
mod receipts;

#[cfg(unix)]
mod climbs;
#[cfg(unix)]
mod endings;
#[cfg(unix)]
mod groups;
#[cfg(unix)]
mod outputs;
#[cfg(unix)]
mod place;
mod pristine;
#[cfg(unix)]
mod services;
#[cfg(unix)]
mod surroundings;
