//! Folders of lanes that git has forgotten as worktrees: said, with the command that has a worktree with their files again.

use std::path::Path;
use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::record::Phase;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;
use lane_git::forgotten_by;
use lane_git::same_place;
use serde_json::Value;
use serde_json::json;

use super::look::shown;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;
use crate::setup::quoted;
use crate::show::json as as_data;
use crate::show::paint;

/// How many names beside a folder are tried.
const NAMES_MAX: usize = 100;

/// That something which is no worktree has the place of the task's, with the command that goes on from there: what is in it is
/// moved away and, where it is a worktree that git forgot, copied over the new one.
pub(in crate::commands) fn in_the_way(session: &Session<'_>, path: &Path, task: &Task) -> Refusal {
    if !is_ours(session, path) {
        let (folder, aside) = places(path);
        let what = format!("{} is in the way of the worktree for {}", shown(path), task.id);
        return Refusal::input(what).hint(format!("mv {folder} {aside}"));
    }
    let what = format!("{}; what was only staged is not", sentence(path));
    let again = match task.claim.is_some() {
        true => command(&["git", "lane", "worktree", "rebuild", task.id.as_str()]),
        false => command(&["git", "lane", "start", task.id.as_str()]),
    };
    Refusal::input(what).hint(again_with_files(path, &again))
}

/// A folder that is no worktree any more.
pub(super) struct Forgotten {
    path: PathBuf,
    /// The task that it is called after, if there is or was such a one.
    task: Option<(TaskId, Phase)>,
    /// What is said of it, with the command that leads on.
    no: Refusal,
}

/// Which folders below the root of the lanes are no worktrees any more.
///
/// # Errors
/// When the policy, a task or a ref cannot be read.
pub(super) fn all(session: &Session<'_>) -> Result<Vec<Forgotten>, CliError> {
    let root = session.store().view()?.policy()?.lanes.root;
    let entries = std::fs::read_dir(session.main_folder()?.join(root));
    let mut folders: Vec<PathBuf> = entries
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path())
        .collect();
    folders.sort();
    let ours = folders.into_iter().filter(|path| is_ours(session, path));
    ours.map(|path| one(session, path)).collect()
}

fn one(session: &Session<'_>, path: PathBuf) -> Result<Forgotten, CliError> {
    let id = path.file_name().and_then(|name| TaskId::new(name.to_str()?).ok());
    let found = match &id {
        Some(id) => session.store().view()?.task(id)?,
        None => None,
    };
    let no = match &found {
        // Who holds the task has it back by that, and is told how.
        Some(Found::Live(task)) => {
            Refusal::input(sentence(&path)).hint(command(&["git", "lane", "start", task.id.as_str()]))
        }
        Some(Found::Archived(task)) => {
            let what = format!("{}; {} is {}", sentence(&path), task.id, task.status);
            Refusal::input(what).hint(beside_what_landed(session, &path, Some(task))?)
        }
        None => Refusal::input(sentence(&path)).hint(beside_what_landed(session, &path, None)?),
    };
    let task = found.map(Found::into_task).map(|task| (task.id, task.status));
    Ok(Forgotten { path, task, no })
}

/// The command that has a worktree with the folder's files again, in which git says how they differ from what became of the task:
/// from where it landed, else from its branch, else from the integration branch.
fn beside_what_landed(session: &Session<'_>, path: &Path, task: Option<&Task>) -> Result<String, CliError> {
    let repo = session.repo;
    let landed = task.and_then(|task| task.completion.as_ref()?.landed.parse::<Oid>().ok());
    let branch = match task {
        Some(task) => repo.find_ref(&format!("refs/heads/{}", task.branch))?,
        None => None,
    };
    let main = || integration::start_point(repo, &integration::name(&session.store())?);
    let from = match landed {
        Some(landed) if repo.has_object(landed)? => Some(landed),
        // Where there is none of them, git begins at HEAD.
        _ => branch.or_else(|| main().ok()),
    };
    let (folder, from) = (path.display().to_string(), from.map(|from| from.to_string()));
    let mut add = vec!["git", "worktree", "add", "--detach", &folder];
    add.extend(from.as_deref());
    Ok(again_with_files(path, &command(&add)))
}

/// Moves the folder beside, makes the worktree `again` in its place, and copies the files over it.
fn again_with_files(path: &Path, again: &str) -> String {
    let (folder, aside) = places(path);
    format!("mv {folder} {aside} && rm {aside}/.git && {again} && cp -Rp {aside}/. {folder}")
}

/// The folder, and a free place beside it, as a shell takes them.
fn places(path: &Path) -> (String, String) {
    let place = |path: &Path| quoted(&path.display().to_string());
    (place(path), place(&free_name(path)))
}

fn sentence(path: &Path) -> String {
    let path = shown(path);
    format!("{path} is no worktree any more: git has forgotten it, and its files are there")
}

impl Forgotten {
    /// Says so.
    pub(super) fn tell(&self) {
        paint::note(&self.no.what);
        self.no.hints.iter().for_each(|hint| paint::hint(hint));
    }

    /// The same as data, with the keys of a worktree. What only git could say of it is null.
    pub(super) fn as_data(&self) -> Value {
        json!({
            "path": shown(&self.path),
            "main": false,
            "branch": null,
            "head": null,
            "task": self.task.as_ref().map(|(id, _)| id.as_str()),
            "area": null,
            "holder": null,
            "phase": self.task.as_ref().map(|(_, phase)| phase.to_string()),
            "uncommitted": null,
            "unpushed": null,
            "ignored": null,
            "ignored_kept": [],
            "nested": [],
            "submodules": [],
            "busy": null,
            "locked": false,
            "gone": false,
            "forgotten": true,
            "prune": "stays",
            "refusals": [as_data::refusal(&self.no)],
        })
    }
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
