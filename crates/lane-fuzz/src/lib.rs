//! Hostile inputs for everything that reads text, and the properties and bounds that must hold for each.
//!
//! A target is a file in `targets/` and a line in [`TARGETS`]. The suite runs each for a fixed number of cases;
//! `cargo xtask fuzz` runs them for as long as it is told, with a fresh seed.

mod check;
mod inputs;
mod run;
mod shapes;
mod target;
mod targets;

pub use run::Failure;
pub use run::Limits;
pub use run::Outcome;
pub use run::judge;
pub use run::run;
pub use shapes::shapes;
pub use target::MAX_CASE;
pub use target::MAX_PEAK;
pub use target::Target;
pub use targets::TARGETS;
