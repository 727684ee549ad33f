//! Where an approval was given: in which clone, and whether that is the very one in which the agent works whom it lets go on.

use lane_core::event::Event;
use lane_core::event::Payload;
use lane_core::id::Agent;
use lane_core::id::CloneId;
use lane_core::id::TaskId;
use lane_core::record::ApprovedPush;
use lane_core::view::View;
use lane_git::Oid;
use lane_store::Entry;
use lane_store::StoreError;

use crate::error::CliError;
use crate::session::Session;

/// How many agents are named.
const NAMED: usize = 3;

/// What a line of the trail says more of an approval, of its use, of a signature and of an override; none of anything else. Names are
/// claims where nothing is signed, so this is no proof: whoever works in a clone can act in it under any name.
///
/// # Errors
/// When the state as it was then cannot be read.
pub(crate) fn where_given(session: &Session<'_>, entry: &Entry) -> Result<Option<String>, CliError> {
    let event = &entry.event;
    let task = match &event.what {
        Payload::PushForced { id, .. } => {
            let Some(before) = parent(session, entry.commit)? else {
                return Ok(None);
            };
            let meta = session.store().view_at(before)?.meta()?;
            return Ok(meta.push.get(id).map(|approved| used(approved, event)));
        }
        Payload::PushApproved { .. } => None,
        Payload::OverrideGranted { task, .. } => task.as_ref(),
        Payload::TaskSigned { task, .. } => Some(task),
        _ => return Ok(None),
    };
    let store = session.store();
    let view = store.view_at(entry.commit)?;
    let agents = at_work(&view, &event.clone, &event.by, task)?;
    let own = own(&agents).map_or(String::new(), |own| format!(", {own}"));
    Ok(Some(format!("in clone {}{own}", event.clone)))
}

/// The agents that hold a lane (this task's, if one is named) in a clone, other than who acts there.
///
/// # Errors
/// When the state cannot be read.
pub(crate) fn at_work(
    view: &dyn View,
    clone: &CloneId,
    by: &Agent,
    task: Option<&TaskId>,
) -> Result<Vec<Agent>, StoreError> {
    let mut agents: Vec<Agent> = view
        .lanes()?
        .into_iter()
        .filter(|lane| lane.clone == *clone && lane.by != *by && !lane.by.is_person())
        .filter(|lane| task.is_none_or(|task| lane.task == *task))
        .map(|lane| lane.by)
        .collect();
    agents.sort();
    agents.dedup();
    Ok(agents)
}

/// `the own clone of agent-a`, as what follows a clone's name; none where nobody is at work there.
pub(crate) fn own(agents: &[Agent]) -> Option<String> {
    let mut names: Vec<String> = agents.iter().take(NAMED).map(ToString::to_string).collect();
    if let Some(more @ 1..) = agents.len().checked_sub(NAMED) {
        names.push(format!("{more} more"));
    }
    (!names.is_empty()).then(|| format!("the own clone of {}", names.join(", ")))
}

/// Who approved what is used now, and where.
pub(crate) fn approved_in(approved: &ApprovedPush, by: &Agent, clone: &CloneId) -> String {
    let own = match approved.clone == *clone && !by.is_person() && approved.by != *by {
        true => ", the agent's own",
        false => "",
    };
    format!("approved by {} in clone {}{own}", approved.by, approved.clone)
}

fn used(approved: &ApprovedPush, event: &Event) -> String {
    approved_in(approved, &event.by, &event.clone)
}

fn parent(session: &Session<'_>, commit: Oid) -> Result<Option<Oid>, CliError> {
    Ok(session.repo.commit(commit)?.parents.first().copied())
}
