//! What publishing did besides the decision itself, for the caller to say.

use lane_core::id::Agent;

use super::given_up::GivenUp;

/// What happened on the way.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Whether the remote was asked.
    pub asked: bool,
    /// How often somebody else was faster.
    pub races: u32,
    /// How many events of others came.
    pub received: usize,
    /// How many events the remote took from this clone.
    pub sent: usize,
    /// How many events of another side were decided again and hold.
    pub taken_again: usize,
    /// Events of this clone that the new state does not allow.
    pub given_up: Vec<GivenUp>,
    /// The last event that is ahead of this clock: its number, its author, by how many seconds.
    pub ahead: Option<(u64, Agent, i64)>,
    /// Whether a side that this clone believed was reconciled in another clone.
    pub reconciled_by_others: bool,
    /// Whether records that were edited by hand were made again from their events.
    pub mended: bool,
    /// Whether unpublished events of a clock that was ahead have the time of now instead.
    pub was_ahead: bool,
    /// The integration branch, when the policy in force came from a commit of it that is not here and it could not be fetched.
    pub policy_unseen: Option<String>,
    /// The ref that the remote took instead of the usual one.
    pub served_by: Option<String>,
}
