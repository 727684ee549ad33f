//! `[landing]`: how what is queued comes onto the integration branch.

use serde::Deserialize;
use serde::Serialize;

/// The most times that a landing begins again.
const TRIES_MAX: u32 = 100;

/// How many merges of the integration branch are usual.
const MERGES: u32 = 3;

/// Not written where it is usual: a policy that was adopted before there was this key reads the same.
fn is_usual(merges: &u32) -> bool {
    *merges == MERGES
}

/// How what is queued comes onto the integration branch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Landing {
    /// Who moves the branch.
    pub via: Via,
    /// What a landing makes of the lane's commits.
    pub merge: MergeStyle,
    /// How often a landing begins again when others move the branch or the state meanwhile.
    pub tries: u32,
    /// Whether a person signs what lands.
    pub sign_off: bool,
    /// Whether the lane's worktree and branches go once it has landed.
    pub clean_up: bool,
    /// How often a lane merges the integration branch before it is told to rebase.
    #[serde(skip_serializing_if = "is_usual")]
    pub merges: u32,
    /// Keys that this version does not know, kept.
    #[serde(flatten)]
    pub extra: toml::Table,
}

impl Default for Landing {
    fn default() -> Self {
        Self {
            via: Via::Push,
            merge: MergeStyle::NoFf,
            tries: 5,
            sign_off: false,
            clean_up: true,
            merges: MERGES,
            extra: toml::Table::new(),
        }
    }
}

/// Who moves the integration branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// `git lane land` pushes it.
    Push,
    /// The host merges a pull request; the branch is protected there.
    Host,
}

/// What a landing makes of the lane's commits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MergeStyle {
    /// A merge commit, always.
    NoFf,
    /// The commits themselves, on top of the branch.
    Ff,
}

impl Landing {
    /// The first key whose value cannot be used, and why.
    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        match self.tries {
            1..=TRIES_MAX => Ok(()),
            _ => Err(("tries", format!("must be 1 to {TRIES_MAX}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_landing_is_tried_at_least_once() {
        for (tries, fine) in [(0, false), (1, true), (100, true), (101, false)] {
            let landing = Landing {
                tries,
                ..Landing::default()
            };
            assert_eq!(landing.check().is_ok(), fine, "{tries}");
        }
    }

    #[test]
    fn words_are_as_the_policy_has_them() {
        let landing: Landing = toml::from_str("via = \"host\"\nmerge = \"ff\"\n").unwrap();
        assert_eq!((landing.via, landing.merge), (Via::Host, MergeStyle::Ff));
        assert!(toml::from_str::<Landing>("merge = \"squash\"\n").is_err());
    }
}
