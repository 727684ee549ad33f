//! What is made for a lane: its branch, its worktree, and the submodules in it.

use std::path::Path;

use lane_core::record::Task;
use lane_core::refusal::command;
use lane_git::OsLock;
use lane_git::Repo;
use lane_store::AreaMark;

use super::left_here;
use super::worktree::half_done;
use crate::error::CliError;
use crate::integration;
use crate::lane_tip::LaneTip;
use crate::session::Session;
use crate::setup::exclude;
use crate::show::paint;

fn branch_exists(repo: &Repo, task: &Task) -> Result<bool, CliError> {
    Ok(repo.find_ref(&format!("refs/heads/{}", task.branch))?.is_some())
}

fn begin(session: &Session<'_>) -> Result<lane_git::Oid, CliError> {
    let branch = integration::name(&session.store())?;
    Ok(integration::named_start(session, &branch)?.1)
}

/// Makes the task's worktree, on its branch; `mark` says which area keeps it afterwards.
///
/// # Errors
/// When git cannot; what it left of it goes with the next one's turn.
pub(super) fn worktree(
    session: &Session<'_>,
    task: &Task,
    path: &Path,
    mark: Option<&AreaMark>,
    turn: &OsLock,
) -> Result<(), CliError> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|e| CliError::io(format!("{} could not be made", parent.display()), e))?;
    }
    branch(session, task)?;
    exclude::keep_out(session, path)?;
    let note = half_done::Note::making(session, path)?;
    session.repo.worktree_add(path, &task.branch, None, Some(turn))?;
    if let Some(mark) = mark {
        mark.write(Repo::open(path)?.git_dir())?;
    }
    fill_submodules(path);
    note.done();
    Ok(())
}

/// Checks out the submodules that this clone has, and says how those come that it has not. The lane is whole without.
pub(super) fn fill_submodules(path: &Path) {
    let folder = crate::setup::quoted(&path.display().to_string());
    let opened = Repo::open(path).map_err(CliError::from);
    match opened.and_then(|repo| Ok(repo.fill_submodules()?)) {
        Ok(left) => {
            for one in left {
                let inner = lane_core::text::escape_path(&one.path);
                let why = lane_core::text::excerpt(&one.why, 200);
                paint::note(&format!("submodule {inner} is not checked out: {why}"));
                let words = ["submodule", "update", "--init", "--recursive", "--", &inner];
                paint::hint(&format!("git -C {folder} {}", command(&words)));
            }
        }
        Err(fault) => paint::warning(&format!(
            "the submodules of {} could not be looked at: {fault}",
            path.display()
        )),
    }
}

/// The lane's branch, where there is none yet: from where the shared remote has it, else from the integration branch.
pub(super) fn branch(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if branch_exists(session.repo, task)? {
        return Ok(());
    }
    let left = match task.attempts > 1 || task.checkpoints > 0 {
        true => LaneTip::look(session, task)?.there,
        false => None,
    };
    let from = match left {
        Some(there) if session.repo.has_object(there)? => {
            paint::note(&format!(
                "branch {} begins where it is on the remote",
                task.branch
            ));
            there
        }
        _ => {
            // An attempt that nobody made a checkpoint of need not have committed anything.
            if task.checkpoints > 0 {
                left_here::tell_missing(session, task)?;
            }
            begin(session)?
        }
    };
    Ok(session.store().create_branch(&task.branch, from)?)
}
