//! Folders of lanes that git has forgotten as worktrees: said, with the command that has a worktree with their files again.

use std::path::Path;
use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::forgotten_by;
use lane_git::same_place;

use super::look::shown;
use crate::error::CliError;
use crate::session::Session;
use crate::setup::quoted;
use crate::show::paint;

/// How many names beside a folder are tried.
const NAMES_MAX: usize = 100;

/// That something which is no worktree has the place of the task's, with the command that goes on from there: what is in it is
/// moved away and, where it is a worktree that git forgot, copied over the new one.
pub(in crate::commands) fn in_the_way(session: &Session<'_>, path: &Path, task: &Task) -> Refusal {
    let folder = quoted(&path.display().to_string());
    let aside = quoted(&free_name(path).display().to_string());
    if !is_ours(session, path) {
        let what = format!("{} is in the way of the worktree for {}", shown(path), task.id);
        return Refusal::input(what).hint(format!("mv {folder} {aside}"));
    }
    let what = format!(
        "{} is no worktree any more: git has forgotten it, and its files are there; what was only staged is not",
        shown(path)
    );
    let again = match task.claim.is_some() {
        true => command(&["git", "lane", "worktree", "rebuild", task.id.as_str()]),
        false => command(&["git", "lane", "start", task.id.as_str()]),
    };
    let steps = [
        format!("mv {folder} {aside}"),
        format!("rm {aside}/.git"),
        again,
        format!("cp -Rp {aside}/. {folder}"),
    ];
    Refusal::input(what).hint(steps.join(" && "))
}

/// Says which folders below the root of the lanes are no worktrees any more.
///
/// # Errors
/// When the policy cannot be read.
pub(super) fn tell(session: &Session<'_>) -> Result<(), CliError> {
    let root = session.store().view()?.policy()?.lanes.root;
    let entries = std::fs::read_dir(session.main_folder()?.join(root));
    let mut folders: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    folders.sort();
    for path in folders.into_iter().filter(|path| is_ours(session, path)) {
        paint::note(&format!(
            "{} is no worktree any more: git has forgotten it, and its files are there",
            shown(&path)
        ));
        let id = path.file_name().and_then(|name| TaskId::new(name.to_str()?).ok());
        let task = match id {
            Some(id) => session.store().view()?.task(&id)?.map(|_| id),
            None => None,
        };
        // Who holds the task has it back by that, and is told how.
        if let Some(id) = task {
            paint::hint(&command(&["git", "lane", "start", id.as_str()]));
        }
    }
    Ok(())
}

fn is_ours(session: &Session<'_>, path: &Path) -> bool {
    let (Some(main), Ok(own)) = (forgotten_by(path), session.main_folder()) else {
        return false;
    };
    same_place(&main, &own) || same_place(&main, session.repo.common_dir())
}

fn free_name(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default();
    let other = |number: usize| {
        let mut other = name.to_owned();
        match number {
            1 => other.push(".aside"),
            _ => other.push(format!(".aside-{number}")),
        }
        path.with_file_name(other)
    };
    let free = (1..NAMES_MAX).find(|number| other(*number).symlink_metadata().is_err());
    other(free.unwrap_or(NAMES_MAX))
}
