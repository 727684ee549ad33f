//! The records of the state, one file each. Field order is the order in the file; unknown keys are kept.

mod acceptance;
mod checkpoint;
mod contract;
mod exception;
mod gate_run;
mod judged;
mod landed;
mod lock;
mod meta;
mod note;
mod phase;
mod push;
mod results;
pub mod schema;
mod stage;
mod task;

pub use acceptance::Acceptance;
pub use acceptance::COMMAND_CHARS;
pub use acceptance::Check;
pub use acceptance::Purpose;
pub use checkpoint::CHECKPOINTS_MAX;
pub use checkpoint::Cause;
pub use checkpoint::Checkpoint;
pub use checkpoint::CheckpointFault;
pub use checkpoint::Made;
pub use checkpoint::Omitted;
pub use checkpoint::Removal;
pub(crate) use checkpoint::is_object;
pub use contract::LIST_MAX;
pub use contract::TaskFault;
pub use contract::line_fault;
pub use contract::task_branch_fault;
pub use exception::Exception;
pub use gate_run::GATE_RUNS_MAX;
pub use gate_run::GateRun;
pub use gate_run::GateVerdict;
pub use judged::Assigned;
pub use judged::Class;
pub use judged::Conflict;
pub use judged::Mark;
pub use judged::Trouble;
pub use judged::Verdict;
pub use landed::Frozen;
pub use landed::Known;
pub use landed::Landing;
pub use landed::Signed;
pub use lock::Lock;
pub use lock::LockMode;
pub use meta::FORMAT;
pub use meta::Meta;
pub use note::NOTE_BYTES;
pub use note::Note;
pub use note::NoteFault;
pub use note::check_note;
pub use note::mentions;
pub use phase::Phase;
pub use push::ApprovedPush;
pub use push::Forced;
pub use push::PUSHES_MAX;
pub use results::ALL_LINES_BYTES;
pub use results::CONSULTS_MAX;
pub use results::Consult;
pub use results::FAILURES_MAX;
pub use results::Failure;
pub use results::LINES_BYTES;
pub use results::NO_TESTS;
pub use results::Outcome;
pub use results::OutcomeFault;
pub use results::Results;
pub use stage::Stage;
pub use stage::StageNameError;
pub use task::Abandoned;
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
