//! What is true of a task that has ended, for whoever would go on with it: where its work is, and what became of its worktree.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::text;
use lane_core::view::Found;
use lane_core::view::View as _;

use super::worktrees;
use crate::error::CliError;
use crate::integration;
use crate::rescue::RESCUED;
use crate::session::Session;

/// How many refs are named.
const NAMED: usize = 3;
/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 100;
/// How much of a commit's id is shown, in characters.
const SHORT: usize = 12;

/// The refusal that says so, where the task has ended.
///
/// # Errors
/// When the state or git cannot be asked.
pub(super) fn of(session: &Session<'_>, id: &TaskId) -> Result<Option<Refusal>, CliError> {
    match session.store().view()?.task(id)? {
        Some(Found::Archived(task)) => refusal(session, &task).map(Some),
        _ => Ok(None),
    }
}

fn refusal(session: &Session<'_>, task: &Task) -> Result<Refusal, CliError> {
    let id = &task.id;
    let mut what = match &task.completion {
        Some(end) => {
            let main = text::excerpt(&integration::name(&session.store())?, NAME_CHARS);
            let landed: String = end.landed.chars().take(SHORT).collect();
            format!(
                "{id} has landed on {main} ({}) and is archived",
                text::escape(&landed)
            )
        }
        None => format!("{id} is {} and archived", task.status),
    };
    match worktrees::of(session, task)? {
        Some(path) => {
            let path = text::escape_path(path.as_os_str().as_encoded_bytes());
            what +=
                &format!("; its worktree {path} is being cleaned up, or goes with `git lane worktree prune`");
        }
        None => what += "; it has no worktree here any more",
    }
    let kept = session.repo.refs_under(&format!("{RESCUED}/{id}/"))?;
    if !kept.is_empty() {
        let names = kept.iter().take(NAMED);
        let mut names: Vec<String> = names.map(|(name, _)| text::excerpt(name, NAME_CHARS)).collect();
        if let Some(more @ 1..) = kept.len().checked_sub(NAMED) {
            names.push(format!("{more} more"));
        }
        what += &format!("; what was kept of it is in {}", names.join(", "));
    }
    let no = Refusal::new(&ground::NOT_IN_PHASE, what).hint("git lane next");
    Ok(match kept.is_empty() {
        true => no,
        false => no.hint("git lane worktree list --rescued"),
    })
}
