//! A finding: what a rule has against a change.

use lane_core::policy::Level;
use lane_core::refusal::Refusal;

use crate::remedy::Remedy;

/// One finding. Its refusal says why and who stands in the way; its remedies are the ways on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The path that it is about; none when it is about the whole change.
    pub path: Option<Vec<u8>>,
    /// The commit that it is about, when it is about one that exists.
    pub commit: Option<String>,
    /// Ground, sentence, holder.
    pub refusal: Refusal,
    /// The ways on, most fitting first.
    pub remedies: Vec<Remedy>,
    /// Whether it refuses, or is said only.
    pub level: Level,
}

impl Finding {
    /// A finding about the whole change.
    pub fn whole(refusal: Refusal, remedies: Vec<Remedy>) -> Self {
        Self {
            path: None,
            commit: None,
            refusal,
            remedies,
            level: Level::Refuse,
        }
    }

    /// A finding about one path.
    pub fn path(path: &[u8], refusal: Refusal, remedies: Vec<Remedy>) -> Self {
        Self {
            path: Some(path.to_vec()),
            commit: None,
            refusal,
            remedies,
            level: Level::Refuse,
        }
    }

    /// The same, of this level.
    #[must_use]
    pub fn at(self, level: Level) -> Self {
        Self { level, ..self }
    }

    /// Whether anything stands in the way: advice does not.
    pub fn refuses(&self) -> bool {
        self.level == Level::Refuse
    }
}
