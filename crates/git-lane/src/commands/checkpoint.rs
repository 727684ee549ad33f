//! `git lane checkpoint`: records how far a lane is, so that whoever goes on need not guess.

use std::process::ExitCode;

use lane_core::apply::open_dependencies;
use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Checkpoint as Record;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View;

use super::Outcome;
use super::check;
use crate::error::CliError;
use crate::evidence;
use crate::session::Session;
use crate::show::paint;

/// Record how far the lane is; `git lane resume` shows it to whoever goes on.
///
/// The branch's tip and tree are taken from git; what is done, pending and next is your word. It says the whole:
/// nothing carries over from the checkpoint before. Uncommitted work is not in it. Prints its id.
#[derive(Debug, clap::Args)]
#[command(group(
    clap::ArgGroup::new("said").required(true).multiple(true).args(["done", "pending", "blockers", "next"])
))]
pub(crate) struct Checkpoint {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    /// What is done: one line; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub(crate) done: Vec<String>,
    /// What is left to do: one line; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub(crate) pending: Vec<String>,
    /// What stands in the way: one line; may be repeated
    #[arg(long = "blocker", value_name = "TEXT")]
    pub(crate) blockers: Vec<String>,
    /// The command to go on with: kept and shown, never run
    #[arg(long, value_name = "COMMAND")]
    pub(crate) next: Option<String>,
}

pub(super) fn run(session: &Session<'_>, args: &Checkpoint) -> Outcome {
    let store = session.store();
    let view = store.view()?;
    let task = evidence::spoken_for(session, &view, args.id.as_ref())?;
    check::may_record(session, &task)?;
    let tip = evidence::tip_of(session.repo, &task, view.policy()?.lanes.mode)?;
    let tip = tip.ok_or_else(|| nothing_yet(&task))?;
    let tree = session.repo.commit(tip)?.tree;
    let actor = session.actor(Role::Worker)?;
    let committed = store.transact(&actor, &mut |view| {
        // Decided anew on each state: another checkpoint may have come between.
        let now = view
            .task(&task.id)?
            .map_or_else(|| task.clone(), Found::into_task);
        Ok(Payload::TaskCheckpointed {
            checkpoint: Box::new(Record {
                depends_satisfied: open_dependencies(view, &now)?.is_empty(),
                done: args.done.clone(),
                pending: args.pending.clone(),
                blockers: args.blockers.clone(),
                next: args.next.clone(),
                ..Record::next(&now, now.status, tip.to_string(), tree.to_string())
            }),
        })
    })?;
    if let Payload::TaskCheckpointed { checkpoint } = &committed.event.what {
        paint::out(checkpoint.checkpoint.as_str());
        paint::note(&format!("checkpoint of {} at {}", checkpoint.task, tip.short()));
    }
    Ok(ExitCode::SUCCESS)
}

fn nothing_yet(task: &Task) -> CliError {
    let what = format!(
        "{} has no commit yet: there is no branch {}",
        task.id, task.branch
    );
    let resume = command(&["git", "lane", "resume", task.id.as_str()]);
    Refusal::input(what).hint(resume).into()
}
