//! What may be committed and pushed: one pure function per rule, findings out.

mod brought;
mod change;
mod commit;
mod finding;
mod glob_of;
mod pushed;
mod reach;
mod remedy;
mod rules;
mod scene;
#[cfg(test)]
mod trial;

pub use brought::Brought;
pub use brought::Disagreement;
pub use brought::Marked;
pub use brought::Unread;
pub use change::Edit;
pub use commit::judge_commit;
pub use finding::Finding;
pub use glob_of::exact_glob;
pub use pushed::LaneRange;
pub use pushed::judge_pushed;
pub use pushed::judge_pushed_records;
pub use reach::Reach;
pub use reach::ReachError;
pub use remedy::Remedy;
pub use remedy::commands;
pub use remedy::literal;
pub use rules::RULES;
pub use rules::Rule;
pub use scene::Checkout;
pub use scene::LaneScene;
pub use scene::Operation;
pub use scene::Scene;
pub use scene::Staging;
pub use scene::StagingPlace;
