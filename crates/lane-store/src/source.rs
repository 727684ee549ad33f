//! Where time and chance come from, and who acts: handed in, so that tests can hold both still.

use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::short;
use lane_core::policy::Role;
use lane_core::time::Timestamp;

/// Time and chance.
pub trait Source {
    /// The clock.
    fn now(&self) -> Timestamp;
    /// Random bytes.
    fn fill(&self, bytes: &mut [u8]);
    /// A named point of a transaction that a test may stop at. Does nothing outside test builds.
    fn failpoint(&self, _name: &str) {}
}

impl dyn Source + '_ {
    /// 32 hex digits.
    pub fn nonce(&self) -> String {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        bytes.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// A short id that agents can type.
    pub fn short_id(&self, prefix: &str) -> String {
        let mut bytes = [0; 4];
        self.fill(&mut bytes);
        short(prefix, bytes)
    }
}

/// Who acts, where, in which duty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The agent.
    pub by: Agent,
    /// The clone.
    pub clone: CloneId,
    /// The role.
    pub role: Role,
}
