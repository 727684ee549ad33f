//! Publishing: what the team must agree on goes through the remote's fast-forward check before it counts here.
//!
//! One process of a clone talks with the remote at a time and works for all that wait
//! (docs/decisions/0005-publishing.md).

mod adopt;
mod again;
mod alarm;
mod deliver;
mod exchange;
mod given_up;
mod incoming;
mod legal;
mod line;
mod link;
mod pace;
mod policy_origin;
mod reconcile;
mod report;
mod requests;
mod turn;
mod waiting;

pub use adopt::Begun;
pub use given_up::GivenUp;
pub use given_up::forget_given_up;
pub use given_up::given_up;
pub use incoming::grows;
pub use link::Link;
pub use link::shared_state_refs;
pub use report::Report;
pub use turn::Code;
pub use turn::Published;
