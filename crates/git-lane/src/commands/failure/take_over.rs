//! `git lane take-over`: the orchestrator takes a lane from its holder and goes on in it.

use std::cell::Cell;
use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::moves;
use lane_core::moves::Situation;
use lane_core::moves::Verb;
use lane_core::policy::Mode;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::View as _;
use lane_store::Actor;

use super::Because;
use crate::actions;
use crate::commands::Outcome;
use crate::commands::claim;
use crate::commands::resume;
use crate::commands::resume::Taking;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

pub(in crate::commands) fn run(session: &Session<'_>, args: &Because) -> Outcome {
    let task = super::known(session, &args.id)?;
    let role = super::role(session, task.as_ref(), Verb::TakeOver)?;
    let actor = session.actor(role)?;
    let store = session.store();
    let policy = store.view()?.policy()?;
    let can = |task: &&Task| moves::find(Situation::of(task, &policy), Verb::TakeOver).is_some();
    let Some(task) = task.as_ref().filter(can) else {
        // Nothing to enter: the refusal says why.
        take(session, &actor, args)?;
        return Ok(ExitCode::SUCCESS);
    };
    if policy.lanes.mode == Mode::A {
        let task = take(session, &actor, args)?;
        resume::report(session, task, None, false)?;
        return Ok(ExitCode::SUCCESS);
    }
    let taken = Cell::new(false);
    let entered = resume::entered(session, &actor, task, Taking::Held, &|_| {
        let task = take(session, &actor, args)?;
        taken.set(true);
        Ok((task, false))
    });
    match entered {
        Ok((task, path)) => resume::report(session, task, Some(path), false)?,
        Err(fault) => {
            if taken.get() {
                paint::warning(&format!(
                    "{} is yours, and its worktree could not be entered",
                    args.id
                ));
            }
            return Err(fault);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The task, in the hands of whoever acts.
fn take(session: &Session<'_>, actor: &Actor, args: &Because) -> Result<Task, CliError> {
    let committed = publishing::put(session, actor, &mut |view| {
        Ok(Payload::TaskTakenOver {
            task: args.id.clone(),
            lock: actions::fresh_lock(session, view)?,
            why: args.why.clone(),
        })
    })?;
    let task = claim::claimed(&committed).cloned();
    let task = task.ok_or_else(|| Refusal::input("the move wrote no task"))?;
    paint::note(&format!("took {} over: its failures count anew", task.id));
    claim::announce(session, &committed, &task);
    Ok(task)
}
