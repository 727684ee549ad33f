//! `git lane lock`: widens this worktree's lane, or takes a lock of your own.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::policy::Role;
use lane_core::record::LockMode;
use lane_core::view::View as _;

use super::Outcome;
use crate::actions;
use crate::finding_lane;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use crate::show::when;
use lane_core::time::Span;

/// Lock paths: for this worktree's lane, else for yourself.
///
/// In a lane this is how it is widened: granted if nobody else holds any path of the globs and the task's area and
/// out-of-scope allow it. Quote the globs; `x` covers x and all below it.
#[derive(Debug, clap::Args)]
pub(crate) struct Lock {
    /// What to lock
    #[arg(required = true, value_name = "GLOB")]
    pub(crate) globs: Vec<String>,
    /// What for: one line
    #[arg(long, value_name = "TEXT")]
    pub(crate) objective: String,
    /// How long without a sign of life (default: the policy's lease)
    #[arg(long, value_name = "TIME")]
    pub(crate) ttl: Option<Span>,
    /// Let others share it
    #[arg(long)]
    pub(crate) shared: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Lock) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    let binding = session.binding()?;
    let checkout = finding_lane::checkout(session.repo)?;
    let store = session.store();
    let committed = publishing::put(session, &actor, &mut |view| {
        let lane = finding_lane::of_worktree(view, binding.as_ref(), &checkout).map_err(unreadable)?;
        // A person beside somebody's lane takes a lock of their own; a holder widens the lane.
        let task = lane.map(|lane| lane.task).filter(|task| {
            binding.is_some()
                || task
                    .claim
                    .as_ref()
                    .is_some_and(|c| c.is_held_by(&actor.by, &actor.clone))
        });
        Ok(Payload::LockGranted {
            lock: actions::fresh_lock(session, view)?,
            task: task.map(|task| task.id),
            scope: args.globs.clone(),
            mode: if args.shared {
                LockMode::Shared
            } else {
                LockMode::Exclusive
            },
            objective: args.objective.clone(),
            lease: args.ttl,
        })
    })?;
    if let Payload::LockGranted { lock, task, .. } = &committed.event.what {
        paint::out(lock.as_str());
        let lane = task.as_ref().map_or(String::new(), |task| format!(" for {task}"));
        let found = store.view()?.locks()?.into_iter().find(|l| l.id == *lock);
        let until = found
            .map(|l| format!(" until {}", when::moment(l.expires, session.source.now())))
            .unwrap_or_default();
        paint::note(&format!("locked {}{lane}{until}", args.globs.join(" ")));
    }
    Ok(ExitCode::SUCCESS)
}

fn unreadable(error: crate::error::CliError) -> lane_store::StoreError {
    match error {
        crate::error::CliError::Store(store) => store,
        other => lane_core::refusal::Refusal::input(other.to_string()).into(),
    }
}
