//! Roles, and which agents may act in them.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use thiserror::Error;

use crate::id::Agent;

/// The duty that somebody acts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Decides what is worked on and by whom.
    Orchestrator,
    /// Works on one lane.
    Worker,
    /// Judges what a worker delivered.
    Reviewer,
    /// Runs what proves it.
    Tester,
    /// Brings lanes together on the integration branch.
    Integrator,
    /// Owns the policy, the gates and the exceptions.
    Maintainer,
}

/// A word that names no role.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("no such role; there are {}", Role::ALL.map(Role::name).join(", "))]
pub struct RoleNameError;

impl Role {
    /// All roles, in the order of a task's life.
    pub const ALL: [Self; 6] = [
        Self::Orchestrator,
        Self::Worker,
        Self::Reviewer,
        Self::Tester,
        Self::Integrator,
        Self::Maintainer,
    ];

    /// The role's name as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Orchestrator => "orchestrator",
            Self::Worker => "worker",
            Self::Reviewer => "reviewer",
            Self::Tester => "tester",
            Self::Integrator => "integrator",
            Self::Maintainer => "maintainer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Role {
    type Err = RoleNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.name() == text)
            .ok_or(RoleNameError)
    }
}

/// Whether a pattern of the policy names this agent. `*` stands for any run of characters.
pub fn matches_agent(pattern: &str, agent: &Agent) -> bool {
    let mut pieces = pattern.split('*');
    let Some(rest) = pieces.next().and_then(|first| agent.as_str().strip_prefix(first)) else {
        return false;
    };
    let tail: Vec<&str> = pieces.collect();
    let Some((last, middle)) = tail.split_last() else {
        return rest.is_empty();
    };
    let mut rest = rest;
    for piece in middle {
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_names_agents() {
        let agent = |name| Agent::new(name).unwrap();
        for (pattern, name, expected) in [
            ("*", "agent-a", true),
            ("agent-*", "agent-a", true),
            ("agent-*", "person:a@b", false),
            ("person:*@corp.example", "person:a@corp.example", true),
            ("person:*@corp.example", "person:a@corp.example.evil", false),
            ("agent-a", "agent-a", true),
            ("agent-a", "agent-ab", false),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxcyyb", false),
            ("", "agent-a", false),
        ] {
            assert_eq!(matches_agent(pattern, &agent(name)), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn every_role_reads_back() {
        for role in Role::ALL {
            assert_eq!(role.name().parse(), Ok(role));
        }
        assert_eq!("boss".parse::<Role>(), Err(RoleNameError));
    }
}
