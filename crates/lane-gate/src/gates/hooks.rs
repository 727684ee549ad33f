//! `[hooks]`: up to which rung the hooks climb by themselves.

use super::GatesError;
use super::fields::Fields;

/// The highest rung that a hook climbs, for each of its moments: 1, 2, 3, or 0 for none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hooks {
    /// What is staged, before a commit; 0 when absent in the file.
    pub pre_commit: u8,
    /// A task when it is handed off, and its branch when it is pushed afterwards; 3 when absent.
    pub handoff: u8,
    /// What is pushed to the integration branch; 3 when absent.
    pub integration: u8,
}

impl Default for Hooks {
    fn default() -> Self {
        Self {
            pre_commit: 0,
            handoff: 3,
            integration: 3,
        }
    }
}

impl Fields<'_> {
    pub(super) fn hooks(&self) -> Result<Hooks, GatesError> {
        let absent = Hooks::default();
        Ok(Hooks {
            pre_commit: self.rung_or_none("pre_commit", absent.pre_commit)?,
            handoff: self.rung_or_none("handoff", absent.handoff)?,
            integration: self.rung_or_none("integration", absent.integration)?,
        })
    }

    fn rung_or_none(&self, field: &'static str, absent: u8) -> Result<u8, GatesError> {
        let Some(value) = self.value(field) else {
            return Ok(absent);
        };
        let rung = value.as_integer().filter(|rung| (0..=3).contains(rung));
        rung.and_then(|rung| u8::try_from(rung).ok())
            .ok_or_else(|| self.fault(field, "must be 0, 1, 2 or 3; 0 is for no rung"))
    }
}
