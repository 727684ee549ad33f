//! `git lane consult`: a source was consulted for a task, which is kept with what its checks showed.

use std::process::ExitCode;

use lane_core::apply::Write;
use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::text;

use super::Outcome;
use super::check;
use crate::evidence;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// Record that a source was consulted for a task: what was asked, and for what.
///
/// It is your word, kept with the task and shown by `resume`, `task show` and `show`; the newest 32 are remembered. The
/// policy may ask for one before a lane's first commit, and after a failure. Others learn of it with the next push.
#[derive(Debug, clap::Args)]
pub(crate) struct Consult {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    /// What was consulted, like docs.rs: one line
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub(crate) source: String,
    /// What was looked for: one line
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    pub(crate) query: String,
    /// It stands in for a source that could not be had
    #[arg(long)]
    pub(crate) fallback: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Consult) -> Outcome {
    let task = evidence::spoken_for(session, &session.store().view()?, args.id.as_ref())?;
    check::may_record(session, &task)?;
    let payload = Payload::TaskConsulted {
        task: task.id.clone(),
        source: args.source.clone(),
        query: args.query.clone(),
        fallback: args.fallback,
    };
    let committed = publishing::later(session, &session.actor(Role::Worker)?, &payload)?;
    let kept = committed.writes.iter().find_map(|write| match write {
        Write::Results(results) => results.consult.keys().next_back().cloned(),
        _ => None,
    });
    paint::out(&format!(
        "{} {} for {}: {}",
        kept.unwrap_or_default(),
        text::escape(&args.source),
        task.id,
        text::escape(&args.query)
    ));
    Ok(ExitCode::SUCCESS)
}
