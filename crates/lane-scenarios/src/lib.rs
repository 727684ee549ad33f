//! What merging must hold: a table of scenarios through real git, and random histories of clones. Tests only.
//!
//! A scenario is a file of `scenarios/`: a base, what two sides do to it, and what must be true afterwards. It is played
//! through git with one of several drivers, by several operations, with the sides both ways round; the verdict is
//! computed from what git left behind.

mod edit;
mod fact;
pub mod history;
mod outline;
mod play;
mod scenario;
mod stage;
mod table;
mod validity;
mod verdict;
mod way;

pub use play::Cell;
pub use play::Operation;
pub use play::play;
pub use scenario::Scenario;
pub use scenario::all;
pub use stage::Stage;
pub use table::markdown;
pub use validity::fault;
pub use verdict::Verdict;
pub use way::Way;
