//! `git lane rescope`: a contract is settled anew, and the task goes back to the queue.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::moves::Verb;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;

use super::standing;
use crate::commands::Outcome;
use crate::commands::changes;
use crate::commands::changes::Changes;
use crate::commands::contract;
use crate::commands::task_edit;
use crate::commands::trusted;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use crate::unbinding;

/// Settle a task's contract anew, as the orchestrator: it goes back to the queue, and its failures count anew.
///
/// For a task that is escalated, to do, or blocked and held by nobody. It takes the options of `git lane task edit`; what
/// is not named stays. Branch and worktree stay as they are.
#[derive(Debug, clap::Args)]
pub(crate) struct Rescope {
    /// The task
    pub(crate) id: TaskId,
    /// Why: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    #[command(flatten)]
    pub(crate) changes: Changes,
}

pub(in crate::commands) fn run(session: &Session<'_>, args: &Rescope) -> Outcome {
    let Some(old) = super::known(session, &args.id)? else {
        let what = format!("there is no task {}", args.id);
        let list = "git lane task list";
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what).hint(list).into());
    };
    let new = changes::changed(session, &args.changes, &old)?.unwrap_or_else(|| old.clone());
    if new.id != old.id {
        let what = format!("the id stays {}: add another task instead", old.id);
        return Err(CliError::Usage(what));
    }
    let borrowed = unbinding::borrowed(session, &old.id)?;
    put(session, args, &old, &new)?;
    unbinding::free(&borrowed)?;
    trusted::accept(session, &task_edit::written(&old, &new))?;
    if new.acceptance != old.acceptance {
        contract::warn_of_checks(session, &new);
    }
    paint::note(&format!("rescoped {}: its failures count anew", old.id));
    standing::tell(session, &old.id)?;
    Ok(ExitCode::SUCCESS)
}

fn put(session: &Session<'_>, args: &Rescope, old: &Task, new: &Task) -> Result<(), CliError> {
    let actor = session.actor(super::role(session, Some(old), Verb::Rescope)?)?;
    publishing::put(session, &actor, &mut |view| {
        let now = view.task(&old.id)?.map(Found::into_task);
        let Some(now) = now.filter(|now| old.is_contract_of(now)) else {
            let what = format!("{} changed while it was rescoped", old.id);
            let show = command(&["git", "lane", "task", "show", old.id.as_str()]);
            return Err(Refusal::new(&ground::EDITED_MEANWHILE, what).hint(show).into());
        };
        Ok(Payload::TaskRescoped {
            task: Box::new(new.with_life_of(&now)),
            why: args.why.clone(),
        })
    })?;
    Ok(())
}
