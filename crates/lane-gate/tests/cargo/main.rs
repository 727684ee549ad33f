//! Tiny real workspaces: what cargo, rustfmt and the runners of tests really say about them. No network, no registry.

#![allow(clippy::unwrap_used)] // the lint's exception for tests does not see functions beside them

mod format;
mod metadata;
mod place;
mod runners;
mod ways;
