//! `git lane override`: a path may pass against the rules, for a time, with a reason, on the record.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::OverrideId;
use lane_core::policy::Role;
use lane_core::refusal::Refusal;

use super::Outcome;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;

/// Let a path pass against the rules, for whom the policy names
#[derive(Debug, clap::Args)]
pub(crate) struct Override {
    /// The path, or a glob
    pub(crate) path: String,
    /// Why: one line, kept in the ledger
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
}

pub(super) fn run(session: &Session<'_>, args: &Override) -> Outcome {
    let actor = session.actor(Role::Maintainer)?;
    let task = session.binding()?.map(|binding| binding.task);
    let committed = publishing::put(session, &actor, &mut |_| {
        let id =
            OverrideId::new(&session.source.short_id("O-")).map_err(|e| Refusal::input(e.to_string()))?;
        Ok(Payload::OverrideGranted {
            id,
            path: args.path.clone(),
            why: args.why.clone(),
            task: task.clone(),
        })
    })?;
    if let Payload::OverrideGranted { id, .. } = &committed.event.what {
        paint::out(id.as_str());
        paint::note(&format!(
            "{} may pass in your commits from this clone; it is on the record",
            lane_core::text::escape(&args.path)
        ));
    }
    Ok(ExitCode::SUCCESS)
}
