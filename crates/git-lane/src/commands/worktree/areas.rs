//! `[lanes] per = "area"`: which worktree of its area a task's lane takes, and taking it.

use std::path::Path;
use std::path::PathBuf;

use lane_core::id::AreaName;
use lane_core::id::TaskId;
use lane_core::policy::Per;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::view::View as _;
use lane_git::Onto;
use lane_git::OsLock;
use lane_git::Repo;
use lane_git::Worktree;
use lane_git::same_place;
use lane_store::AreaMark;

use super::judge::Verdict;
use super::judge::Whose;
use super::judge::judge;
use super::look::Look;
use super::look::look;
use super::look::shown;
use super::removing;
use super::removing::delete_branch;
use super::resting;
use crate::commands::making;
use crate::error::CliError;
use crate::session::Session;
use crate::show::paint;

/// How many worktrees an area may have in one clone.
const LANES_MAX: u32 = 100;

/// A worktree of an area that a lane may take.
pub(in crate::commands) struct Spot {
    path: PathBuf,
    mark: AreaMark,
    state: State,
}

/// What is there now.
enum State {
    /// Nothing.
    New,
    /// git knows it, and its folder is gone.
    Lost(Worktree),
    /// It is there, and no lane is in it.
    Rests(Box<Look>),
}

/// The area whose worktrees this task's lane takes: none where it has one of its own.
///
/// # Errors
/// When the policy cannot be read.
pub(in crate::commands) fn of(session: &Session<'_>, task: &Task) -> Result<Option<AreaName>, CliError> {
    let per = session.store().view()?.policy()?.lanes.per;
    Ok(task.area.clone().filter(|_| per == Per::Area))
}

/// The first worktree of the area in which no lane is and that can be emptied, or the first that can be made. Those that are
/// `passed` over are none.
///
/// # Errors
/// When the worktrees cannot be looked at, or all are taken.
pub(in crate::commands) fn pick(
    session: &Session<'_>,
    task: &Task,
    area: &AreaName,
    passed: &[PathBuf],
) -> Result<Spot, CliError> {
    let list = session.repo.worktree_list()?;
    let marks: Vec<Option<AreaMark>> = list.iter().map(|one| mark_of(session, one)).collect();
    for lane in 1..=LANES_MAX {
        let mark = AreaMark {
            area: area.clone(),
            lane,
            task: task.id.clone(),
        };
        let is_it = |known: &Option<AreaMark>| {
            known
                .as_ref()
                .is_some_and(|known| (&known.area, known.lane) == (area, lane))
        };
        let found = match marks.iter().position(is_it) {
            Some(at) if passed.contains(&list[at].path) => None,
            Some(at) => free(session, &list, at)?.map(|state| (list[at].path.clone(), state)),
            None => fresh(session, &mark, &list)?.map(|path| (path, State::New)),
        };
        if let Some((path, state)) = found {
            return Ok(Spot { path, mark, state });
        }
    }
    let what = format!("all {LANES_MAX} worktrees of the area {area} are taken");
    Err(Refusal::input(what).hint("git lane worktree list").into())
}

/// Where a worktree of the area can be made, though others rest, with its mark.
///
/// # Errors
/// See [`pick`].
pub(super) fn new_place(
    session: &Session<'_>,
    task: &Task,
    area: &AreaName,
) -> Result<(PathBuf, Option<AreaMark>), CliError> {
    let all: Vec<PathBuf> = session
        .repo
        .worktree_list()?
        .into_iter()
        .map(|one| one.path)
        .collect();
    let spot = pick(session, task, area, &all)?;
    Ok((spot.path, Some(spot.mark)))
}

fn mark_of(session: &Session<'_>, worktree: &Worktree) -> Option<AreaMark> {
    let git_dir = session.repo.git_dir_of(&worktree.path)?;
    AreaMark::read(&git_dir).ok().flatten()
}

/// How one that is marked can be taken, if it can.
fn free(session: &Session<'_>, list: &[Worktree], at: usize) -> Result<Option<State>, CliError> {
    if at == 0 {
        return Ok(None);
    }
    let mut look = look(session, list, at)?;
    look.take();
    let worktree = &list[at];
    Ok(match judge(&look.seen) {
        Verdict::Rests { .. } => Some(State::Rests(Box::new(look))),
        Verdict::Goes { .. } if look.seen.is_gone && worktree.prunable && !worktree.locked => {
            Some(State::Lost(worktree.clone()))
        }
        _ => None,
    })
}

/// The folder of an area's lane, if nothing is in its place: no worktree, no file, and no task that would have it as its own.
fn fresh(session: &Session<'_>, mark: &AreaMark, list: &[Worktree]) -> Result<Option<PathBuf>, CliError> {
    let path = folder(session, mark)?;
    // A git that a killed one left behind holds the turn too: nobody is making it now.
    let cut_off = session.repo.discard_unfinished_worktree(&path)?;
    if !cut_off && list.iter().any(|one| same_place(&one.path, &path)) {
        return Ok(None);
    }
    if let Ok(id) = TaskId::new(&mark.name())
        && session.store().view()?.task(&id)?.is_some()
    {
        return Ok(None);
    }
    let is_empty = std::fs::read_dir(&path).is_ok_and(|mut entries| entries.next().is_none());
    Ok((path.symlink_metadata().is_err() || is_empty).then_some(path))
}

fn folder(session: &Session<'_>, mark: &AreaMark) -> Result<PathBuf, CliError> {
    let root = session.store().view()?.policy()?.lanes.root;
    Ok(session.main_folder()?.join(root).join(mark.name()))
}

/// Marks a worktree on the task's branch that a start made for the area and was killed before it was marked; says whether it was.
///
/// # Errors
/// When the mark cannot be read or written.
pub(in crate::commands) fn adopt(session: &Session<'_>, task: &Task, path: &Path) -> Result<bool, CliError> {
    let Some(area) = of(session, task)? else {
        return Ok(false);
    };
    let there = Repo::open(path)?;
    if AreaMark::read(there.git_dir())?.is_some() {
        return Ok(true);
    }
    for lane in 1..=LANES_MAX {
        let mark = AreaMark {
            area: area.clone(),
            lane,
            task: task.id.clone(),
        };
        if same_place(&folder(session, &mark)?, path) {
            mark.write(there.git_dir())?;
            return Ok(true);
        }
    }
    Ok(false)
}

/// Makes the worktree, or switches it to the task's branch, and gives its path. One that cannot be taken after all is passed over.
///
/// # Errors
/// When none can be made.
pub(in crate::commands) fn enter(
    session: &Session<'_>,
    task: &Task,
    mut spot: Spot,
    turn: &OsLock,
) -> Result<PathBuf, CliError> {
    making::branch(session, task)?;
    let mut passed = Vec::new();
    loop {
        let Spot { path, mark, state } = spot;
        let look = match state {
            State::Rests(look) => look,
            State::New => {
                making::worktree(session, task, &path, Some(&mark), turn)?;
                return Ok(path);
            }
            State::Lost(lost) => {
                removing::forget_lost(session, &lost, &task.id)?;
                making::worktree(session, task, &path, Some(&mark), turn)?;
                return Ok(path);
            }
        };
        let why = match take(session, task, &look, &mark) {
            Ok(None) => return Ok(path),
            Ok(Some(no)) => no.what,
            Err(fault) => fault.to_string(),
        };
        paint::note(&format!("{} is passed over: {why}", shown(&path)));
        passed.push(path);
        spot = pick(session, task, &mark.area, &passed)?;
    }
}

/// Empties it and switches it to the task's branch, or says why not.
fn take(
    session: &Session<'_>,
    task: &Task,
    look: &Look,
    mark: &AreaMark,
) -> Result<Option<Refusal>, CliError> {
    let path = &look.worktree.path;
    let tip = session.repo.find_ref(&format!("refs/heads/{}", task.branch))?;
    if let Some(tip) = tip
        && !look.suits(session, tip)?
    {
        return Ok(Some(resting::busy(look, resting::MOVE)));
    }
    if let Some(no) = resting::empty(session, look)? {
        return Ok(Some(no));
    }
    resting::switch(path, Onto::Branch(&task.branch))?;
    session.source.failpoint("worktree-switched");
    mark.write(Repo::open(path)?.git_dir())?;
    making::fill_submodules(path);
    if let Some(last) = look.seen.whose.task().filter(|last| **last != task.id) {
        paint::note(&format!("{} was {last}'s before", shown(path)));
    }
    if let (Whose::Ended(last), Some(branch)) = (&look.seen.whose, &look.lane_branch)
        && *branch != task.branch
        && let Err(why) = delete_branch(session, last.as_str(), branch)?
    {
        paint::note(&format!("branch {branch} stays: {why}"));
    }
    Ok(None)
}
