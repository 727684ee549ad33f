//! The records of the state, one file each. Field order is the order in the file; unknown keys are kept.

mod exception;
mod lock;
mod meta;
mod phase;
mod task;

pub use exception::Exception;
pub use lock::Lock;
pub use lock::LockMode;
pub use meta::FORMAT;
pub use meta::Meta;
pub use phase::Phase;
pub use task::Acceptance;
pub use task::Blocked;
pub use task::Check;
pub use task::Claim;
pub use task::Completion;
pub use task::Kind;
pub use task::LIST_MAX;
pub use task::Priority;
pub use task::Risk;
pub use task::Task;
pub use task::TaskFault;
pub use task::line_fault;
pub use task::task_branch_fault;

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
