//! Evidence: what a lane delivers, taken from git, from runs and from the ledger.

mod at_lane;
mod delivery;
mod ledger;
mod runs;
mod text;

pub(crate) use at_lane::AtLane;
pub(crate) use at_lane::spoken_for;
pub(crate) use delivery::Delivery;
pub(crate) use delivery::base_of;
pub(crate) use ledger::checkpoint_as_said;
pub(crate) use ledger::outcomes_as_said;
pub(crate) use runs::Asked;
pub(crate) use runs::asked;
pub(crate) use runs::run;
pub(crate) use text::handoff_text;
