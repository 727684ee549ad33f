//! The claim protocol as a model: agents in clones over one remote, with races, crashes, leases and offline work.
//!
//! What is real: every decision is [`lane_core::apply::apply`] over [`lane_core::memory::Memory`]. What is modelled is
//! the protocol around it, as `docs/decisions/0005-publishing.md` has it: decide on the local state, push (a
//! compare-and-swap by fast-forward), move the tracking ref, move the local ref, answer. Between any two of these a
//! process may be killed.
//!
//! What is left out: waiters whose decisions one process pushes together, reconciliation after a rollback, clocks that
//! differ, and the renewal of a lease by signs of life.

mod book;
mod event;
mod explore;
mod local;
mod properties;
mod step;
mod world;

pub use explore::Claims;
pub use explore::Found;
pub use explore::Mutant;
pub use explore::Scale;
pub use explore::Summary;
pub use explore::explore;
pub use properties::ACKNOWLEDGED_STAYS;
pub use properties::DISJOINT;
pub use properties::FENCED;
pub use properties::ONCE;
pub use properties::ONE_HOLDER;
pub use properties::TRACKED_IS_PREFIX;
pub use step::Action;
pub use step::Op;
pub use world::World;
