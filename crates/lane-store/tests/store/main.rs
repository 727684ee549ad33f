//! The store's rules on real repositories, for events that a command line reaches by many steps only.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod evidence;
mod history;
