//! `git lane trust`: accepts a task's check commands for this clone.

use std::process::ExitCode;

use lane_core::ground;
use lane_core::record::Check;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;
use serde_json::json;

use super::Outcome;
use super::trusted;
use crate::session::Session;
use crate::show::json;
use crate::show::paint;
use lane_core::id::TaskId;

/// Accept a task's check commands for this clone, after reading them.
///
/// Commands that reached this clone with the state, and that nobody here wrote, run only after this.
#[derive(Debug, clap::Args)]
pub(crate) struct Trust {
    /// The task
    pub(crate) id: TaskId,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Trust) -> Outcome {
    let Some(task) = session.store().view()?.task(&args.id)?.map(Found::into_task) else {
        let what = format!("there is no task {}", args.id);
        return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
            .hint("git lane task list")
            .into());
    };
    let fresh = trusted::accept(session, &task)?;
    let mut listed = Vec::new();
    for criterion in task.acceptance.values() {
        if let (Some(Check::Command(words)), Some(digest)) = (&criterion.check, trusted::digest(criterion)) {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            listed.push(json!({ "command": words, "digest": digest, "new": fresh.contains(&digest) }));
            if !args.json {
                let word = if fresh.contains(&digest) {
                    "accepted"
                } else {
                    "known   "
                };
                paint::out(&format!("{word}  $ {}", text::escape(&command(&words))));
            }
        }
    }
    if args.json {
        json::out(&json!({ "task": task.id.as_str(), "commands": listed }));
    } else if listed.is_empty() {
        paint::note(&format!("{} has no commands of its own", task.id));
    }
    Ok(ExitCode::SUCCESS)
}
