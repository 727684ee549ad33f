//! The kinds of events by name, and the task that each is about.

use super::Payload;
use crate::id::TaskId;

/// The kinds of events, in the order of [`Payload`].
pub const KINDS: &[&str] = &[
    "integration.named",
    "policy.adopted",
    "task.added",
    "task.edited",
    "task.claimed",
    "task.released",
    "task.blocked",
    "task.unblocked",
    "task.done",
    "task.signed",
    "task.checkpointed",
    "task.checked",
    "task.consulted",
    "task.handed-off",
    "task.resumed",
    "task.assigned",
    "task.left",
    "task.judged",
    "task.retried",
    "task.escalated",
    "task.rescoped",
    "task.deprioritised",
    "task.taken-over",
    "task.abandoned",
    "note.added",
    "lock.granted",
    "lock.released",
    "lock.renewed",
    "lock.reclaimed",
    "landing.frozen",
    "landing.thawed",
    "push.approved",
    "push.forced",
    "override.granted",
    "state.republished",
    "state.reconciled",
];

/// The kinds that are on the trail: approvals, acts that take something from others, and overrides. Sorted as [`KINDS`] are.
pub const TRAIL: &[&str] = &[
    "integration.named",
    "policy.adopted",
    "task.signed",
    "task.taken-over",
    "task.abandoned",
    "lock.reclaimed",
    "landing.frozen",
    "landing.thawed",
    "push.approved",
    "push.forced",
    "override.granted",
    "state.republished",
    "state.reconciled",
];

impl Payload {
    /// The `kind` of the event, as written.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::IntegrationNamed { .. } => "integration.named",
            Self::PolicyAdopted { .. } => "policy.adopted",
            Self::TaskAdded { .. } => "task.added",
            Self::TaskEdited { .. } => "task.edited",
            Self::TaskClaimed { .. } => "task.claimed",
            Self::TaskReleased { .. } => "task.released",
            Self::TaskBlocked { .. } => "task.blocked",
            Self::TaskUnblocked { .. } => "task.unblocked",
            Self::TaskDone { .. } => "task.done",
            Self::TaskSigned { .. } => "task.signed",
            Self::TaskCheckpointed { .. } => "task.checkpointed",
            Self::TaskChecked { .. } => "task.checked",
            Self::TaskConsulted { .. } => "task.consulted",
            Self::TaskHandedOff { .. } => "task.handed-off",
            Self::TaskResumed { .. } => "task.resumed",
            Self::TaskAssigned { .. } => "task.assigned",
            Self::TaskLeft { .. } => "task.left",
            Self::TaskJudged { .. } => "task.judged",
            Self::TaskRetried { .. } => "task.retried",
            Self::TaskEscalated { .. } => "task.escalated",
            Self::TaskRescoped { .. } => "task.rescoped",
            Self::TaskDeprioritised { .. } => "task.deprioritised",
            Self::TaskTakenOver { .. } => "task.taken-over",
            Self::TaskAbandoned { .. } => "task.abandoned",
            Self::NoteAdded { .. } => "note.added",
            Self::LockGranted { .. } => "lock.granted",
            Self::LockReleased { .. } => "lock.released",
            Self::LockRenewed { .. } => "lock.renewed",
            Self::LockReclaimed { .. } => "lock.reclaimed",
            Self::LandingFrozen { .. } => "landing.frozen",
            Self::LandingThawed { .. } => "landing.thawed",
            Self::PushApproved { .. } => "push.approved",
            Self::PushForced { .. } => "push.forced",
            Self::OverrideGranted { .. } => "override.granted",
            Self::StateRepublished { .. } => "state.republished",
            Self::StateReconciled { .. } => "state.reconciled",
        }
    }

    /// The task that the event is about.
    pub fn task(&self) -> Option<&TaskId> {
        match self {
            Self::TaskAdded { task } | Self::TaskEdited { task } | Self::TaskRescoped { task, .. } => {
                Some(&task.id)
            }
            Self::TaskClaimed { task, .. }
            | Self::TaskReleased { task, .. }
            | Self::TaskBlocked { task, .. }
            | Self::TaskUnblocked { task }
            | Self::TaskDone { task, .. }
            | Self::TaskSigned { task, .. }
            | Self::TaskChecked { task, .. }
            | Self::TaskConsulted { task, .. }
            | Self::TaskResumed { task }
            | Self::TaskAssigned { task, .. }
            | Self::TaskLeft { task }
            | Self::TaskJudged { task, .. }
            | Self::TaskRetried { task, .. }
            | Self::TaskEscalated { task, .. }
            | Self::TaskDeprioritised { task, .. }
            | Self::TaskTakenOver { task, .. }
            | Self::TaskAbandoned { task, .. }
            | Self::NoteAdded { task, .. } => Some(task),
            Self::TaskCheckpointed { checkpoint } | Self::TaskHandedOff { checkpoint } => {
                Some(&checkpoint.task)
            }
            Self::LockGranted { task, .. } | Self::OverrideGranted { task, .. } => task.as_ref(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trail_is_of_kinds_and_in_their_order() {
        let place = |kind: &&str| KINDS.iter().position(|known| known == kind).unwrap();
        assert!(
            TRAIL
                .iter()
                .map(place)
                .collect::<Vec<_>>()
                .is_sorted_by(|a, b| a < b)
        );
    }

    #[test]
    fn all_kinds_are_listed() {
        let fault = serde_json::from_str::<Payload>(r#"{"kind":"none"}"#).unwrap_err();
        let fault = fault.to_string();
        let (_, known) = fault
            .split_once("expected one of ")
            .expect("serde lists the kinds");
        let known: Vec<&str> = known.split('`').skip(1).step_by(2).collect();
        assert_eq!(known, KINDS);
    }
}
