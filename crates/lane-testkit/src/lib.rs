//! Hermetic repositories, a movable clock and failpoints for the tests. Nothing here is in a released binary.

mod frozen;
mod output;
mod sandbox;
mod workspaces;

pub use frozen::CLOCK_VAR;
pub use frozen::FAILPOINT_VAR;
pub use frozen::Frozen;
pub use output::Output;
pub use sandbox::Place;
pub use sandbox::START;
pub use sandbox::Sandbox;
