//! `[pipeline]`, `[limits]` and `[capacity]`: through which stages work goes, how patient each is, and how many are at it.

use serde::Deserialize;
use serde::Serialize;

use super::Role;
use crate::record::Phase;
use crate::record::Stage;
use crate::time::Span;

/// The most retries that a policy allows.
const RETRIES_MAX: u32 = 100;

/// The shortest limit: less than a minute is no time for anybody.
const LIMIT_MIN_SECS: i64 = 60;

/// `[capacity]`: the size of the pool that all roles share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Capacity {
    /// The most agents at work at once: lanes in progress, reviews and tests.
    pub total: u32,
}

impl Default for Capacity {
    fn default() -> Self {
        Self { total: 6 }
    }
}

/// `[pipeline]`: the stages that are switched on, and what happens when one fails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Pipeline {
    /// Names of stages: `self-review`, `review`, `testing`. Their order is fixed.
    pub stages: Vec<String>,
    /// How often a stage is tried again before it is escalated.
    pub retries: u32,
    /// Whether authors may approve their own work.
    pub own_approval: bool,
}

impl Default for Pipeline {
    fn default() -> Self {
        Self {
            stages: vec!["review".to_owned(), "testing".to_owned()],
            retries: 1,
            own_approval: false,
        }
    }
}

impl Pipeline {
    /// Whether the stage is passed: those that no policy can leave out always are.
    pub fn has(&self, stage: Stage) -> bool {
        match stage {
            Stage::Implementation | Stage::Landing => true,
            Stage::SelfReview | Stage::Review | Stage::Testing => {
                self.stages.iter().any(|name| name == stage.name())
            }
        }
    }

    /// The stages that judge what was handed off, in order: those that are switched on.
    pub fn judging(&self) -> Vec<Stage> {
        Stage::OPTIONAL
            .into_iter()
            .filter(|stage| self.has(*stage))
            .collect()
    }

    /// The first phase from `phase` on whose stage is switched on.
    pub fn onwards(&self, phase: Phase) -> Phase {
        match phase {
            // The author judges in the phase of the review, even where nobody else does.
            Phase::Review if !self.has(Stage::Review) && !self.has(Stage::SelfReview) => {
                self.onwards(Phase::Testing)
            }
            Phase::Testing if !self.has(Stage::Testing) => Phase::Queued,
            other => other,
        }
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let unknown = self
            .stages
            .iter()
            .find_map(|name| Some((name, name.parse::<Stage>().err()?)));
        if let Some((name, fault)) = unknown {
            return Err(("stages", format!("{:?}: {fault}", crate::text::excerpt(name, 64))));
        }
        if self.retries > RETRIES_MAX {
            return Err(("retries", format!("must be at most {RETRIES_MAX}")));
        }
        Ok(())
    }
}

/// `[limits]`: how long each duty may take. A limit ends a hold's patience, not its work: past it others may take over
/// what is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// An attempt of a worker; absent = only the lease ends it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<Span>,
    /// A review; absent = as long as a lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reviewer: Option<Span>,
    /// A test; absent = as long as a lease.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tester: Option<Span>,
}

impl Limits {
    /// The limit of a role, if it has one of its own.
    pub fn of(&self, role: Role) -> Option<Span> {
        match role {
            Role::Worker => self.worker,
            Role::Reviewer => self.reviewer,
            Role::Tester => self.tester,
            Role::Orchestrator | Role::Integrator | Role::Maintainer => None,
        }
    }

    /// Whether nothing is limited.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn check(&self) -> Result<(), (&'static str, String)> {
        let limits = [
            ("worker", self.worker),
            ("reviewer", self.reviewer),
            ("tester", self.tester),
        ];
        let short = limits
            .iter()
            .find(|(_, span)| span.is_some_and(|span| span.secs() < LIMIT_MIN_SECS));
        match short {
            Some((name, _)) => Err((name, "must be at least 1m".to_owned())),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(stages: &[&str]) -> Pipeline {
        Pipeline {
            stages: stages.iter().map(|name| (*name).to_owned()).collect(),
            ..Pipeline::default()
        }
    }

    #[test]
    fn what_is_switched_off_is_skipped_forward() {
        for (stages, review, testing) in [
            (&["review", "testing"][..], Phase::Review, Phase::Testing),
            (&["review"], Phase::Review, Phase::Queued),
            (&["testing"], Phase::Testing, Phase::Testing),
            (&["self-review"], Phase::Review, Phase::Queued),
            (&[], Phase::Queued, Phase::Queued),
        ] {
            let pipeline = with(stages);
            assert_eq!(pipeline.onwards(Phase::Review), review, "{stages:?}");
            assert_eq!(pipeline.onwards(Phase::Testing), testing, "{stages:?}");
            assert_eq!(pipeline.onwards(Phase::InProgress), Phase::InProgress);
        }
    }

    #[test]
    fn stages_that_nobody_knows_and_times_that_nobody_can_keep_are_faults() {
        assert!(with(&["review", "lunch"]).check().is_err());
        assert!(with(&["landing"]).check().is_err());
        assert!(with(&["self-review", "review", "testing"]).check().is_ok());
        let limits = Limits {
            tester: Some(Span::from_secs(59)),
            ..Limits::default()
        };
        assert_eq!(limits.check().unwrap_err().0, "tester");
    }
}
