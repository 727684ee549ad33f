//! The records of the state, one file each. Field order is the order in the file; unknown keys are kept.

mod acceptance;
mod contract;
mod exception;
mod lock;
mod meta;
mod phase;
mod task;

pub use acceptance::Acceptance;
pub use acceptance::Check;
pub use contract::LIST_MAX;
pub use contract::TaskFault;
pub use contract::line_fault;
pub use contract::task_branch_fault;
pub use exception::Exception;
pub use lock::Lock;
pub use lock::LockMode;
pub use meta::FORMAT;
pub use meta::Meta;
pub use phase::Phase;
pub use task::Blocked;
pub use task::Claim;
pub use task::Completion;
pub use task::Kind;
pub use task::Priority;
pub use task::Risk;
pub use task::Task;

use serde::Deserialize;
use serde::Serialize;

use crate::id::Agent;
use crate::id::CloneId;

/// Who holds something: an agent in one clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The agent's name.
    pub agent: Agent,
    /// The clone that it acts in.
    pub clone: CloneId,
}
