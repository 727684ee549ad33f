//! Evidence: what a lane delivers, taken from git, from runs and from the ledger.

mod at_lane;
mod before;
mod delivery;
mod ledger;
mod named;
mod resume_point;
mod resume_text;
mod rewritten;
mod runs;
mod text;

pub(crate) use at_lane::AtLane;
pub(crate) use at_lane::spoken_for;
pub(crate) use before::Before;
pub(crate) use delivery::Delivery;
pub(crate) use ledger::checkpoint_as_said;
pub(crate) use ledger::outcomes_as_said;
pub(crate) use ledger::proofs_as_said;
pub(crate) use ledger::verdicts_as_said;
pub(crate) use resume_point::ResumePoint;
pub(crate) use resume_point::tip_of;
pub(crate) use resume_text::lines as resume_lines;
pub(crate) use rewritten::rewritten;
pub(crate) use runs::Asked;
pub(crate) use runs::asked;
pub(crate) use runs::gates_fault;
pub(crate) use runs::read_gates;
pub(crate) use runs::run;
pub(crate) use text::gate_lines;
pub(crate) use text::handoff_text;
