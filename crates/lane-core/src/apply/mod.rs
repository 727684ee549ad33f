//! `apply`: the only place where a transition is judged. Total and pure: time, ids and chance are in the event.

mod archive;
mod contract;
mod evidence;
mod family;
mod follow;
mod grant;
mod judging;
mod landing;
mod leading;
mod leases;
mod needs;
mod pushes;
mod settings;
mod telling;
mod transition;

pub use evidence::acceptance_is_due;
pub use evidence::unproven;
pub use evidence::unproven_by;
pub use evidence::unshown_before;
pub use family::open_children;
pub use family::parts_first;
pub(crate) use grant::Compared;
pub use judging::is_past;
pub use judging::patience;
pub use judging::standing_handoff;
pub use judging::time_is_over_at;
pub use judging::work_is_over_at;
pub use needs::open_dependencies;
pub use needs::without_dependencies;
pub use transition::unmet;

use thiserror::Error;

use crate::event::Event;
use crate::event::Payload;
use crate::event::RULES;
use crate::glob::GlobError;
use crate::ground;
use crate::id::LockId;
use crate::id::OverrideId;
use crate::policy::Adopted;
use crate::record::Checkpoint;
use crate::record::Exception;
use crate::record::Lock;
use crate::record::Meta;
use crate::record::Note;
use crate::record::Results;
use crate::record::Task;
use crate::refusal::Refusal;
use crate::view::Unreadable;
use crate::view::View;

/// One record that an event writes or removes.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// The head record.
    Meta(Box<Meta>),
    /// The adopted policy.
    Policy(Box<Adopted>),
    /// A live task.
    Task(Box<Task>),
    /// A task that leaves the queue for the archive.
    Archive(Box<Task>),
    /// A live lock.
    Lock(Box<Lock>),
    /// A lock that is gone.
    DropLock(LockId),
    /// A checkpoint or handoff of a live task.
    Checkpoint(Box<Checkpoint>),
    /// One that leaves for the archive with its task.
    ArchiveCheckpoint(Box<Checkpoint>),
    /// The results of a live task's checks.
    Results(Box<Results>),
    /// Those that leave for the archive with their task.
    ArchiveResults(Box<Results>),
    /// A note.
    Note(Box<Note>),
    /// An override.
    Exception(Box<Exception>),
    /// An override that is gone.
    DropException(OverrideId),
}

/// Why an event is not applied.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum Rejection {
    /// The state says no.
    #[error("{}", .0.what)]
    Refused(Box<Refusal>),
    /// A record that the decision needs cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl From<GlobError> for Rejection {
    fn from(error: GlobError) -> Self {
        Refusal::from(error).into()
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

/// What an event writes, or why it is not taken.
pub type Verdict = Result<Vec<Write>, Rejection>;

/// Judges `event` on the state that it would follow, and says what it writes.
pub fn apply(view: &dyn View, event: &Event) -> Verdict {
    if event.rules != RULES {
        return Err(Refusal::input(format!(
            "the event was judged by rules {}, not {RULES}",
            event.rules
        ))
        .into());
    }
    may_act(view, event)?;
    match &event.what {
        Payload::IntegrationNamed { branch } => settings::integration_named(view, branch),
        Payload::PolicyAdopted { policy } => settings::policy_adopted(view, policy),
        Payload::StateRepublished { found, restored } => settings::republished(found.as_deref(), restored),
        Payload::StateReconciled {
            rev, base, given_up, ..
        } => settings::reconciled(rev, base, given_up),
        Payload::OverrideGranted { id, path, why, task } => {
            settings::override_granted(view, event, id, path, why, task.as_ref())
        }
        Payload::LandingFrozen { why } => settings::frozen(view, event, why),
        Payload::LandingThawed { why } => settings::thawed(view, event, why),
        Payload::PushApproved { id, change, why } => pushes::approved(view, event, (id, change, why)),
        Payload::PushForced { id, change } => pushes::forced(view, event, id, change),
        Payload::TaskAdded { task } => contract::added(view, event, task),
        Payload::TaskEdited { task } => contract::edited(view, event, task),
        Payload::LockGranted { .. } => leases::granted(view, event),
        Payload::LockReleased { lock } => leases::released(view, event, lock),
        Payload::LockRenewed { locks, seen } => leases::renewed(view, event, locks, *seen),
        Payload::LockReclaimed { lock, note } => leases::reclaimed(view, event, lock, note),
        Payload::TaskCheckpointed { checkpoint } => evidence::checkpointed(view, event, checkpoint),
        Payload::TaskChecked { .. } => evidence::checked(view, event),
        Payload::TaskConsulted { .. } => evidence::consulted(view, event),
        Payload::NoteAdded { task, text } => evidence::noted(view, event, task, text),
        Payload::TaskRescoped { .. }
        | Payload::TaskAssigned { .. }
        | Payload::TaskLeft { .. }
        | Payload::TaskJudged { .. }
        | Payload::TaskRetried { .. }
        | Payload::TaskEscalated { .. }
        | Payload::TaskDeprioritised { .. }
        | Payload::TaskTakenOver { .. }
        | Payload::TaskAbandoned { .. }
        | Payload::TaskClaimed { .. }
        | Payload::TaskReleased { .. }
        | Payload::TaskBlocked { .. }
        | Payload::TaskUnblocked { .. }
        | Payload::TaskDone { .. }
        | Payload::TaskSigned { .. }
        | Payload::TaskHandedOff { .. }
        | Payload::TaskResumed { .. } => transition::moved(view, event),
    }
}

/// Whether the policy lets the agent act in the role that the event names. What follows of itself is nobody's duty:
/// the adoption of a committed policy, a sign of life; and who may override is a list of its own.
fn may_act(view: &dyn View, event: &Event) -> Result<(), Rejection> {
    let of_itself = matches!(
        event.what,
        Payload::PolicyAdopted { .. }
            | Payload::LockRenewed { .. }
            | Payload::OverrideGranted { .. }
            | Payload::PushForced { .. }
    );
    if of_itself || view.policy()?.allows(event.role, &event.by) {
        return Ok(());
    }
    let what = format!("the policy does not let {} act as {}", event.by, event.role);
    Err(Refusal::new(&ground::ROLE_NOT_ALLOWED, what)
        .hint("git lane policy show")
        .into())
}
