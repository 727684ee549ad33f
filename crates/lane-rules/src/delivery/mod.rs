//! The verdict on what a lane delivers: the table of delivery rules. A rule is a file; what it finds is data.

mod facts;

use lane_core::ground::Ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;

pub use facts::Changed;
pub use facts::Delivered;
pub use facts::Evidence;
pub use facts::GateSaid;
pub use facts::Moment;
pub use facts::Removed;
pub use facts::What;

use crate::finding::Finding;
use crate::levels::level_of;
use crate::reach::ReachError;

/// A rule about what is delivered.
pub struct DeliveryRule {
    /// The ground of its findings.
    pub ground: &'static Ground,
    judge: fn(&Delivered<'_>, &Adopted) -> Result<Vec<Finding>, ReachError>,
}

/// All delivery rules, sorted by id.
pub static DELIVERY: &[DeliveryRule] = &[];

/// All findings against what is delivered, each with the level that the policy gives its rule. What is no lane's has
/// findings that advise only.
///
/// # Errors
/// When a glob of the policy cannot be read.
pub fn judge_delivery(delivered: &Delivered<'_>, policy: &Adopted) -> Result<Vec<Finding>, ReachError> {
    let mut found = Vec::new();
    for rule in DELIVERY {
        let level = level_of(rule.ground, policy);
        let level = match delivered.task {
            Some(_) => level,
            None => level.min(Level::Advice),
        };
        if level > Level::Off {
            let judged = (rule.judge)(delivered, policy)?;
            found.extend(judged.into_iter().map(|one| one.at(level)));
        }
    }
    Ok(found)
}
