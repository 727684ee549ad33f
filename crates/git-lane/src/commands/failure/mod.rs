//! The verbs for what went wrong: an attempt that failed, work that is sent back, and what the orchestrator decides.

pub(crate) mod abandon;
mod changelog;
mod dependents;
pub(crate) mod deprioritise;
pub(crate) mod escalate;
pub(crate) mod rescope;
pub(crate) mod retry;
pub(crate) mod send_back;
mod standing;
pub(crate) mod take_over;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;

use crate::actions;
use crate::error::CliError;
use crate::session::Session;

// A task and a reason. No doc comment: it would hide the commands' own help.
#[derive(Debug, clap::Args)]
pub(crate) struct Because {
    /// The task
    pub(crate) id: TaskId,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

/// The task as it is now, live or not.
fn known(session: &Session<'_>, id: &TaskId) -> Result<Option<Task>, CliError> {
    Ok(session.store().view()?.task(id)?.map(Found::into_task))
}

/// The role that the table's row implies, its first. Who may not act in it does so in another that the row has, but in none
/// that decides over others: that one is named by who means it.
pub(in crate::commands) fn role(
    session: &Session<'_>,
    task: Option<&Task>,
    verb: Verb,
) -> Result<Role, CliError> {
    let Some(task) = task else {
        return Ok(moves::implied_role(verb));
    };
    let policy = session.store().view()?.policy()?;
    let agent = session.agent()?;
    let row = moves::find(Situation::of(task, &policy), verb);
    let implied = row.map_or_else(|| moves::implied_role_from(task.status, verb), |row| row.by[0]);
    if policy.allows(implied, &agent) {
        return Ok(implied);
    }
    let decides = |role: &Role| matches!(role, Role::Orchestrator | Role::Maintainer);
    let others = row.map_or(&[][..], |row| row.by).iter();
    let other = others
        .copied()
        .find(|role| !decides(role) && policy.allows(*role, &agent));
    Ok(other.unwrap_or(implied))
}

/// Puts a move in the role that its row implies.
fn put(session: &Session<'_>, task: Option<&Task>, verb: Verb, payload: &Payload) -> Result<(), CliError> {
    actions::put(session, role(session, task, verb)?, payload)?;
    Ok(())
}
