//! `git lane abandon`: a task is given up for good, and the changelog says so.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::moves::Verb;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;

use super::changelog;
use super::dependents;
use super::standing;
use crate::commands::Outcome;
use crate::commands::worktrees;
use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;
use crate::unbinding;

/// Give a task up for good, as the orchestrator: it goes to the archive, and what depends on it never becomes ready.
///
/// On a checkout of the branch that lanes land on, an entry is put under Unreleased of the changelog, and not committed;
/// elsewhere it is printed. Branch and worktree stay as they are. With --entry alone, for a task that is abandoned
/// already: only the entry.
#[derive(Debug, clap::Args)]
pub(crate) struct Abandon {
    /// The task
    pub(crate) id: TaskId,
    /// Why: one line
    #[arg(long, value_name = "TEXT", required_unless_present = "entry")]
    pub(crate) why: Option<String>,
    /// Only write the changelog's entry, of a task that is abandoned
    #[arg(long, conflicts_with = "why")]
    pub(crate) entry: bool,
}

pub(in crate::commands) fn run(session: &Session<'_>, args: &Abandon) -> Outcome {
    let before = super::known(session, &args.id)?;
    if let Some(why) = &args.why {
        let payload = Payload::TaskAbandoned {
            task: args.id.clone(),
            why: why.clone(),
        };
        let borrowed = unbinding::borrowed(session, &args.id)?;
        super::put(session, before.as_ref(), Verb::Abandon, &payload)?;
        unbinding::free(&borrowed)?;
        paint::note(&format!(
            "abandoned {}; its branch and worktree stay, and are yours to delete",
            args.id
        ));
        if let Some(task) = &before {
            standing::tell_place(session, task, worktrees::of(session, task)?.as_deref())?;
        }
        dependents::tell(session, &args.id)?;
    }
    changelog::write(session, &abandoned(session, args)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The task, which is abandoned.
fn abandoned(session: &Session<'_>, args: &Abandon) -> Result<Task, CliError> {
    let task = super::known(session, &args.id)?;
    let Some(task) = task else {
        let what = format!("there is no task {}", args.id);
        let list = "git lane task list";
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what).hint(list).into());
    };
    if task.abandoned.is_none() {
        let what = format!("{} is {}, not abandoned", task.id, task.status);
        let abandon = command(&["git", "lane", "abandon", task.id.as_str(), "--why", "TEXT"]);
        return Err(Refusal::new(&ground::NOT_IN_PHASE, what).hint(abandon).into());
    }
    Ok(task)
}
