//! `git lane task edit`: a contract changes, by options, from a file, or in the editor.

use std::io::Write as _;
use std::process::Command;
use std::process::ExitCode;

use lane_core::codec;
use lane_core::event::Payload;
use lane_core::ground;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use tempfile::NamedTempFile;

use super::Outcome;
use super::changes;
use super::changes::Changes;
use super::contract;
use super::trusted;
use crate::error::CliError;
use crate::publishing;
use crate::session::Session;
use crate::show::paint;
use lane_core::id::TaskId;

/// Change a task's contract: in the editor, from a file, or by options.
///
/// Status and claim change by their own commands. An edit that is not valid changes nothing.
#[derive(Debug, clap::Args)]
pub(crate) struct TaskEdit {
    /// The task
    pub(crate) id: TaskId,
    #[command(flatten)]
    pub(crate) changes: Changes,
}

pub(super) fn run(session: &Session<'_>, args: &TaskEdit) -> Outcome {
    let old = match session.store().view()?.task(&args.id)? {
        Some(found) => found.into_task(),
        None => {
            let what = format!("there is no task {}", args.id);
            return Err(Refusal::new(&ground::NO_SUCH_TASK, what)
                .hint("git lane task list")
                .into());
        }
    };
    let Edited { task: new, draft } = edited(session, args, &old)?;
    let outcome = match draft {
        Some(_) => changes::another_branch(session, &old, &new).and_then(|()| put(session, &old, &new)),
        None => put(session, &old, &new),
    };
    if let (Err(fault), Some(draft)) = (&outcome, draft) {
        return Err(keep(draft, &old, fault));
    }
    outcome?;
    trusted::accept(session, &written(&old, &new))?;
    if new.acceptance != old.acceptance {
        contract::warn_of_checks(session, &new);
    }
    paint::note(&format!("edited {}", old.id));
    Ok(ExitCode::SUCCESS)
}

/// The task with those criteria alone that this edit wrote: a command that came with the state is read first.
pub(super) fn written(old: &Task, new: &Task) -> Task {
    let mut written = new.clone();
    let known: Vec<_> = old
        .acceptance
        .values()
        .map(|criterion| &criterion.check)
        .collect();
    written
        .acceptance
        .retain(|_, criterion| !known.contains(&&criterion.check));
    written
}

/// A contract as it was edited, and the file that it was written in, which is kept until it is taken.
struct Edited {
    task: Task,
    draft: Option<NamedTempFile>,
}

fn put(session: &Session<'_>, old: &Task, new: &Task) -> Result<(), CliError> {
    if new.id != old.id {
        return Err(CliError::Usage(format!(
            "the id stays {}: add another task instead",
            old.id
        )));
    }
    let actor = session.actor(Role::Orchestrator)?;
    publishing::put(session, &actor, &mut |view| {
        let now = view.task(&old.id)?.map(Found::into_task);
        // A claim or a release meanwhile is in nobody's way.
        let Some(now) = now.filter(|now| old.is_contract_of(now)) else {
            let what = format!("{} changed while it was edited", old.id);
            let again = command(&["git", "lane", "task", "edit", old.id.as_str()]);
            return Err(Refusal::new(&ground::NOT_IN_PHASE, what).hint(again).into());
        };
        Ok(Payload::TaskEdited {
            // A file says nothing about the life; what it says all the same is `apply`'s to refuse.
            task: Box::new(if new.with_life_of(old) == *new {
                new.with_life_of(&now)
            } else {
                new.clone()
            }),
        })
    })?;
    Ok(())
}

/// What was written in the editor is not lost with the refusal.
fn keep(draft: NamedTempFile, old: &Task, fault: &CliError) -> CliError {
    let sentence = crate::show::error::sentence(fault);
    match draft.keep() {
        Ok((_, path)) => {
            let path = path.display().to_string();
            let again = command(&["git", "lane", "task", "edit", old.id.as_str(), "--from", &path]);
            Refusal::input(format!("{sentence}; what you wrote is in {path}"))
                .hint(again)
                .into()
        }
        Err(_) => CliError::Usage(sentence),
    }
}

fn edited(session: &Session<'_>, args: &TaskEdit, old: &Task) -> Result<Edited, CliError> {
    match changes::changed(session, &args.changes, old)? {
        Some(task) => Ok(Edited { task, draft: None }),
        None => in_editor(session, old),
    }
}

/// Opens git's editor on the record. What was written is kept when it cannot be taken.
fn in_editor(session: &Session<'_>, old: &Task) -> Result<Edited, CliError> {
    let failed = |e| CliError::io("the task could not be put into a file to edit", e);
    let text = codec::encode(old).map_err(|e| CliError::Usage(e.to_string()))?;
    let mut file = tempfile::Builder::new()
        .prefix("git-lane-")
        .suffix(".toml")
        .tempfile()
        .map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    let editor = editor(session)?;
    // As git does: the editor is a line for the shell, the file its argument.
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), "sh"])
        .arg(file.path())
        .status();
    let status =
        status.map_err(|e| CliError::io(format!("the editor {editor:?} could not be started"), e))?;
    let written = contract::read(file.path())?;
    if !status.success() {
        return Err(CliError::Usage(format!(
            "the editor {editor:?} failed, so nothing changed"
        )));
    }
    match contract::parse(&written) {
        Ok(task) => Ok(Edited {
            task,
            draft: Some(file),
        }),
        Err(fault) => Err(keep(file, old, &fault)),
    }
}

fn editor(session: &Session<'_>) -> Result<String, CliError> {
    let variable = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let configured = session.repo.config_get("core.editor")?;
    Ok(variable("GIT_EDITOR")
        .or(configured)
        .or_else(|| variable("VISUAL"))
        .or_else(|| variable("EDITOR"))
        .unwrap_or_else(|| "vi".to_owned()))
}
