//! What remains of a lane that has landed: its worktree and its branches.

use lane_core::record::Task;
use lane_core::refusal::command;

use crate::error::CliError;
use crate::session::Session;
use crate::setup;
use crate::show::paint;

/// Says which worktree and branch remain.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn after_landing(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let wanted = format!("refs/heads/{}", task.branch);
    let mut list = session.repo.worktree_list()?.into_iter();
    let there = list.find(|one| one.branch.as_ref() == Some(&wanted) && !one.prunable && !one.bare);
    if let Some(one) = there {
        let folder = setup::quoted(&one.path.display().to_string());
        paint::note(&format!("the lane's worktree and branch {} remain", task.branch));
        paint::hint(&format!("git worktree remove {folder}"));
    } else if session.repo.find_ref(&wanted)?.is_some() {
        paint::note(&format!("branch {} remains", task.branch));
        paint::hint(&command(&["git", "branch", "-d", &task.branch]));
    }
    Ok(())
}
