//! The table of targets. A new one: a file in `targets/`, its `mod` line, its line in [`TARGETS`].

mod captured;
mod event;
mod glob;
mod handoff;
mod lock;
mod merge;
mod name;
mod path;
mod policy;
mod removed;
mod task;
mod text;
mod time;

use crate::Target;

/// Every target, in alphabetical order.
pub const TARGETS: &[Target] = &[
    captured::TARGET,
    event::TARGET,
    glob::TARGET,
    handoff::TARGET,
    lock::TARGET,
    merge::TARGET,
    name::TARGET,
    path::TARGET,
    policy::TARGET,
    removed::TARGET,
    task::TARGET,
    text::TARGET,
    time::TARGET,
];
