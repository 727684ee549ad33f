//! `git lane start`: claim, branch, worktree, binding; prints the worktree.

use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Mode;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Repo;
use lane_git::Worktree;
use lane_store::Actor;
use lane_store::Binding;

use super::Outcome;
use super::claim;
use crate::actions;
use crate::error::CliError;
use crate::finding_lane;
use crate::integration;
use crate::session::Session;
use crate::show::paint;

/// Take a task and print the worktree to work in: claim, branch, worktree, binding.
///
/// With --here the current worktree becomes the lane (one agent per clone). A task that you hold already gets its
/// worktree back. Work that an earlier holder left on the branch or in the worktree is kept.
#[derive(Debug, clap::Args)]
pub(crate) struct Start {
    /// The task (default: the best ready one)
    pub(crate) id: Option<TaskId>,
    /// Bind this worktree instead of making one
    #[arg(long)]
    pub(crate) here: bool,
}

pub(super) fn run(session: &Session<'_>, args: &Start) -> Outcome {
    let actor = session.actor(Role::Worker)?;
    if session.repo.work_dir().is_none() && args.here {
        return Err(CliError::setup(
            "a bare repository has no worktree to bind",
            "git lane start",
        ));
    }
    has_worktrees(session, args)?;
    if args.here {
        here_is_free(session)?;
    }
    if let Some(id) = &args.id
        && let Some(task) = task(session, id)?
    {
        // What can be known beforehand is refused before anything is claimed.
        place(session, &task, args.here)?;
    }
    let (task, fresh) = hold(session, &actor, args.id.as_ref())?;
    match settle_in(session, &actor, &task, args.here) {
        Ok(path) => {
            paint::out(&path.display().to_string());
            paint::note(&format!("branch {}; commit and push there as usual", task.branch));
            if !args.here {
                paint::hint(&format!(
                    "cd {}",
                    crate::setup::quoted(&path.display().to_string())
                ));
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(fault) => {
            if fresh {
                give_back(session, &task);
            }
            Err(fault)
        }
    }
}

fn task(session: &Session<'_>, id: &TaskId) -> Result<Option<Task>, CliError> {
    let found = session.store().view()?.task(id)?;
    Ok(match found {
        Some(Found::Live(task)) => Some(*task),
        _ => None,
    })
}

/// The task, held by this agent: claimed now, or before. Says whether it was now.
fn hold(session: &Session<'_>, actor: &Actor, id: Option<&TaskId>) -> Result<(Task, bool), CliError> {
    if let Some(id) = id
        && let Some(task) = task(session, id)?
        && task
            .claim
            .as_ref()
            .is_some_and(|claim| claim.is_held_by(&actor.by, &actor.clone))
    {
        paint::note(&format!("{} is yours already", task.id));
        return Ok((task, false));
    }
    let committed = actions::claim(session, actor, id)?;
    let task = claim::claimed(&committed).cloned();
    let task = task.ok_or_else(|| Refusal::input("the claim wrote no task"))?;
    claim::announce(session, &committed, &task);
    Ok((task, true))
}

/// A claim whose worktree could not be made is given back, so that nobody waits for it.
fn give_back(session: &Session<'_>, task: &Task) {
    let why = "its worktree could not be made".to_owned();
    let payload = Payload::TaskReleased {
        task: task.id.clone(),
        why,
    };
    match actions::put(session, Role::Worker, &payload) {
        Ok(_) => paint::warning(&format!("{} was released again", task.id)),
        Err(fault) => paint::warning(&format!("{} is still claimed: {fault}", task.id)),
    }
}

/// Where the lane's worktree is, or would be.
enum Place {
    /// Its branch is checked out there already.
    There(PathBuf),
    /// It has to be made.
    New(PathBuf),
    /// The current worktree.
    Here(PathBuf),
}

fn place(session: &Session<'_>, task: &Task, here: bool) -> Result<Place, CliError> {
    let wanted = format!("refs/heads/{}", task.branch);
    let list = session.repo.worktree_list()?;
    let has: Option<&Worktree> = list
        .iter()
        .find(|w| w.branch.as_deref() == Some(wanted.as_str()) && !w.prunable);
    let current = session.repo.work_dir().map(Path::to_owned);
    match (has, current) {
        (Some(other), Some(current)) if here && !same(&other.path, &current) => {
            Err(checked_out(task, &other.path, true))
        }
        (_, Some(current)) if here => Ok(Place::Here(current)),
        // Its own worktree from before, main worktree included only when asked by --here.
        (Some(there), _) if there.path != list[0].path || list[0].bare => {
            Ok(Place::There(there.path.clone()))
        }
        (Some(main), _) => Err(checked_out(task, &main.path, false)),
        (None, _) => new_place(session, task).map(Place::New),
    }
}

fn same(a: &Path, b: &Path) -> bool {
    a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn checked_out(task: &Task, path: &Path, elsewhere: bool) -> CliError {
    let what = format!("branch {} is checked out in {}", task.branch, path.display());
    let folder = crate::setup::quoted(&path.display().to_string());
    let here = if elsewhere { "" } else { " --here" };
    Refusal::input(what)
        .hint(format!("cd {folder} && git lane start {}{here}", task.id))
        .into()
}

fn new_place(session: &Session<'_>, task: &Task) -> Result<PathBuf, CliError> {
    let root = session.store().view()?.policy()?.lanes.root;
    let path = session.main_folder().join(root).join(task.id.as_str());
    let empty = std::fs::read_dir(&path).map(|mut entries| entries.next().is_none());
    if path.symlink_metadata().is_ok() && !matches!(empty, Ok(true)) {
        let what = format!("{} is in the way of the worktree for {}", path.display(), task.id);
        let folder = crate::setup::quoted(&path.display().to_string());
        return Err(Refusal::input(what)
            .hint(format!("mv {folder} {folder}.aside"))
            .into());
    }
    Ok(path)
}

/// The current worktree can become a lane: nothing of an earlier job is half done in it. Untracked files may stay.
fn here_is_free(session: &Session<'_>) -> Result<(), CliError> {
    let dirt = session.repo.dirt(None)?;
    let changed = dirt.count - dirt.untracked;
    if changed == 0 {
        return Ok(());
    }
    let shown: Vec<String> = dirt
        .paths
        .iter()
        .take(changed.min(5))
        .map(|p| lane_core::text::escape_path(p))
        .collect();
    let what = format!(
        "this worktree has {changed} uncommitted changes: {}",
        shown.join(", ")
    );
    Err(Refusal::input(what).hint("git status").into())
}

/// In mode A there are no worktrees: the claim is all.
fn has_worktrees(session: &Session<'_>, args: &Start) -> Result<(), CliError> {
    if args.here || session.store().view()?.policy()?.lanes.mode == Mode::B {
        return Ok(());
    }
    let id = args.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let what = "the policy's mode is A: one branch, no worktrees";
    Err(Refusal::input(what)
        .hint(format!("git lane claim {id}").trim_end())
        .into())
}

/// Makes or finds the worktree and binds it.
fn settle_in(session: &Session<'_>, actor: &Actor, task: &Task, here: bool) -> Result<PathBuf, CliError> {
    let path = match place(session, task, here)? {
        Place::Here(path) => {
            switch_here(session, task)?;
            path
        }
        Place::There(path) => path,
        Place::New(path) => {
            make(session, task, &path)?;
            path
        }
    };
    bind(&path, actor, task)?;
    Ok(path)
}

fn branch_exists(repo: &Repo, task: &Task) -> Result<bool, CliError> {
    Ok(repo.find_ref(&format!("refs/heads/{}", task.branch))?.is_some())
}

fn begin(session: &Session<'_>) -> Result<lane_git::Oid, CliError> {
    let branch = integration::name(&session.store())?;
    integration::start_point(session.repo, &branch)
}

fn make(session: &Session<'_>, task: &Task, path: &Path) -> Result<(), CliError> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)
            .map_err(|e| CliError::io(format!("{} could not be made", parent.display()), e))?;
    }
    let start = if branch_exists(session.repo, task)? {
        None
    } else {
        Some(begin(session)?)
    };
    Ok(session.repo.worktree_add(path, &task.branch, start)?)
}

fn switch_here(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if let Some(binding) = session.binding()?
        && binding.task != task.id
        && let Some(other) = self::task(session, &binding.task)?
        && other
            .claim
            .as_ref()
            .is_some_and(|claim| claim.fence == binding.fence)
    {
        let what = format!("this worktree is the lane {} of {}", other.id, binding.agent);
        let release =
            lane_core::refusal::command(&["git", "lane", "release", other.id.as_str(), "--why", "TEXT"]);
        return Err(Refusal::input(what).hint(release).into());
    }
    let checkout = finding_lane::checkout(session.repo)?;
    if checkout == lane_rules::Checkout::Branch(task.branch.clone()) {
        return Ok(());
    }
    // The old binding would refuse the new branch's commits; it is replaced right after.
    Binding::remove(session.repo.git_dir())?;
    let start = if branch_exists(session.repo, task)? {
        None
    } else {
        Some(begin(session)?)
    };
    Ok(session.repo.switch(&task.branch, start)?)
}

fn bind(path: &Path, actor: &Actor, task: &Task) -> Result<(), CliError> {
    let worktree = Repo::open(path)?;
    let binding = Binding {
        task: task.id.clone(),
        agent: actor.by.clone(),
        fence: task.claim.as_ref().map_or(0, |claim| claim.fence),
        branch: task.branch.clone(),
    };
    Ok(binding.write(worktree.git_dir())?)
}
