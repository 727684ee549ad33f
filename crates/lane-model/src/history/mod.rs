//! Recorded histories: what processes asked for and were told, judged against one sequential truth.
//!
//! Two judges that share nothing but the [register](crate::history::Holding):
//! - [`check_windows`] asks, key by key and window by window, whether *some* order of the operations explains what
//!   everybody was told (linearizability, by an algorithm that is not ours). It sees no ledger.
//! - [`check_witness`] asks whether *the ledger's* order explains it: a witness for the whole run.
//!
//! What a recorder must keep to, else a judge blames the innocent:
//! - one clock for all processes, monotonic; `invoked` is taken before the process starts, `returned` after it ended;
//! - an operation whose end is not known, that was killed, that ended with "try again" or that was taken provisionally
//!   is [`Outcome::Unknown`]; if its event is known, it may be named all the same;
//! - a refusal by a state that may be old (`as last seen here`, offline) is recorded with an empty ground;
//! - the globs of path keys overlap neither each other nor the scope of a task; locks are of their own, none widens a
//!   lane; no task is blocked, and nobody gives back by `--role` what another holds.

mod ledger;
mod operation;
mod register;
mod windows;
mod witness;

pub use ledger::Entry;
pub use ledger::ledger_of;
pub use operation::Act;
pub use operation::HistoryError;
pub use operation::Operation;
pub use operation::Outcome;
pub use operation::read;
pub use register::Holding;
pub use windows::Unexplained;
pub use windows::Windows;
pub use windows::check_windows;
pub use witness::Fault;
pub use witness::Witness;
pub use witness::check_witness;
