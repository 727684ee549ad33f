//! `git lane return`: work goes back to its author, with what was found.

use std::process::ExitCode;

use lane_core::apply::standing_handoff;
use lane_core::event::JudgeVerb;
use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::moves::Verb;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::record::Verdict;
use lane_core::view::View as _;

use super::standing;
use crate::commands::Outcome;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// Send work back to its author, with what was found: from review, from the queue, or escalated.
///
/// The role is the one that the task's phase asks for: the reviewer's, the integrator's, or the orchestrator's. From
/// review and from the queue it counts as a failure of that stage, and goes to the orchestrator where no retry is left.
#[derive(Debug, clap::Args)]
pub(crate) struct Return {
    /// The task
    pub(crate) id: TaskId,
    /// What was found: one line; may be repeated
    #[arg(long = "finding", visible_alias = "why", value_name = "TEXT", required = true)]
    pub(crate) findings: Vec<String>,
}

pub(in crate::commands) fn run(session: &Session<'_>, args: Return) -> Outcome {
    let before = super::known(session, &args.id)?;
    let tip = match &before {
        Some(task) => judged(session, task)?,
        None => "0".repeat(40),
    };
    let payload = Payload::TaskJudged {
        task: args.id.clone(),
        verb: JudgeVerb::Return,
        verdict: Box::new(Verdict {
            ready: false,
            tip,
            class: None,
            conflict: None,
            findings: args.findings,
            fixed: Vec::new(),
            extra: toml::Table::new(),
            made: None,
        }),
        checkpoint: None,
    };
    super::put(session, before.as_ref(), Verb::Return, &payload)?;
    let now = super::known(session, &args.id)?;
    let back = now.as_ref().is_some_and(|task| task.status == Phase::InProgress);
    let holder = now.and_then(|task| task.claim);
    paint::note(&match holder.filter(|_| back) {
        Some(claim) => format!("returned {} to {}", args.id, claim.by),
        None => format!(
            "returned {}, and no retry is left: the orchestrator decides",
            args.id
        ),
    });
    standing::tell(session, &args.id)?;
    Ok(ExitCode::SUCCESS)
}

/// The commit that is spoken of: what was handed off, else the branch's tip, else where it would begin.
fn judged(session: &Session<'_>, task: &Task) -> Result<String, CliError> {
    let store = session.store();
    let view = store.view()?;
    if let Some(handoff) = standing_handoff(&view, task)? {
        return Ok(handoff.tip);
    }
    for branch in [&task.branch, &view.meta()?.integration] {
        if !branch.is_empty() && !integration::tips(session.repo, branch)?.is_empty() {
            // Of what is here and on the remote the further one.
            return Ok(integration::start_point(session.repo, branch)?.to_string());
        }
    }
    Ok("0".repeat(40))
}
