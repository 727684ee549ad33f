//! `git lane handoff`: writes what a lane delivers, taken from git and from runs, and moves its task on.

use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::moves::Verb;
use lane_core::policy::Role;
use lane_core::record::Checkpoint;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_rules::Rewritten;
use lane_store::Code;

use super::Outcome;
use super::check;
use super::prepared;
use super::prepared::Prepared;
use super::prepared::Words;
use crate::delivery;
use crate::error::CliError;
use crate::evidence;
use crate::evidence::AtLane;
use crate::publishing;
use crate::session::Session;
use crate::show::json;
use crate::show::moves_next::after_handoff;
use crate::show::paint;

/// Deliver a task: commits, files and results are taken from git and from runs, and the task moves on.
///
/// Acceptance checks whose result for this tree is missing are run first; with the stage `testing` they are not: run `git lane check`
/// before, `git lane test ID --pass` runs what is still missing. Then come regression checks at the merge base and those of
/// the gate that no receipt shows. A check that fails refuses the handoff. What the gate's checks came to is a part of the record. A later commit,
/// amend or rebase makes the handoff stale: hand off again. Branch and state go to the shared remote in one push, all
/// or none, and the pre-push hooks run; without a shared remote the branch can be pushed as soon as it matches.
#[derive(Debug, clap::Args)]
pub(crate) struct Handoff {
    /// The task (default: this worktree's, else the only one that you hold)
    pub(crate) id: Option<TaskId>,
    #[command(flatten)]
    pub(crate) words: Words,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Handoff) -> Outcome {
    let store = session.store();
    let task = evidence::spoken_for(session, &store.view()?, args.id.as_ref())?;
    check::may_record(session, &task)?;
    let at = AtLane::find(session, &task)?;
    let said = args.words.again();
    let head = ["git", "lane", "handoff", task.id.as_str()];
    let again: Vec<&str> = head.into_iter().chain(said.iter().map(String::as_str)).collect();
    let again = command(&again);
    let prepared = match Prepared::of(session, (&task, &at), &args.words, (Verb::Handoff, &again))? {
        Ok(prepared) => prepared,
        Err(code) => return Ok(code),
    };
    let actor = session.actor(Role::Worker)?;
    let code = Code {
        tip: at.tip,
        to: format!("refs/heads/{}", task.branch),
        over: None,
    };
    let committed = publishing::deliver(session, &actor, Some(&code), &mut |view| {
        let status = view.policy()?.pipeline.onwards(Phase::Review);
        Ok(Payload::TaskHandedOff {
            checkpoint: Box::new(prepared.checkpoint(view, status)?),
        })
    });
    let committed = committed.map_err(|fault| prepared::mended(fault, &again))?;
    if let Payload::TaskHandedOff { checkpoint } = &committed.event.what {
        let record = store.view()?.checkpoint(&task.id, &checkpoint.checkpoint)?;
        let record = record.as_ref().unwrap_or(checkpoint);
        print(session, args, (&task, record), prepared.rewritten()?.as_ref())?;
        delivery::tell_owners(session, &actor, record, prepared.changes());
    }
    Ok(ExitCode::SUCCESS)
}

fn print(
    session: &Session<'_>,
    args: &Handoff,
    (task, record): (&Task, &Checkpoint),
    rewritten: Option<&Rewritten>,
) -> Result<(), CliError> {
    if args.json {
        json::out(&serde_json::to_value(record).unwrap_or_default());
    } else {
        for line in evidence::handoff_text(session.repo, task, record, rewritten) {
            paint::out(&line);
        }
    }
    paint::note(&format!(
        "{} is in {}; its locks are kept until it is done or resumed",
        task.id, record.status
    ));
    let pipeline = session.store().view()?.policy()?.pipeline;
    let next = after_handoff(task, record.status, &pipeline);
    next.iter().for_each(|next| paint::note(next));
    let link = publishing::link(session, &session.store())?;
    match (link, lane_store::remote_name(session.repo)?) {
        (Some(link), _) => paint::note(&format!(
            "branch {} and state are on {}",
            task.branch,
            link.remote()
        )),
        (None, Some(remote)) => paint::hint(&command(&["git", "push", "--", &remote, &task.branch])),
        (None, None) => {}
    }
    Ok(())
}
