//! A lane's worktree: where it is or would be, made when it is not there, and bound to the claim.

use std::path::Path;
use std::path::PathBuf;

use lane_core::event::Payload;
use lane_core::id::TaskId;
use lane_core::policy::Role;
use lane_core::record::Task;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::OsLock;
use lane_git::Repo;
use lane_git::Worktree;
use lane_git::same_place;
use lane_store::Actor;
use lane_store::Binding;
use lane_store::StoreError;

use super::making;
use super::worktree::areas;
use super::worktree::areas::Spot;
use super::worktree::forgotten;
use super::worktree::half_done;
use super::worktree::removing;
use crate::actions;
use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;
use crate::show::paint;

/// In which way a lane is entered.
pub(super) struct Way {
    /// The command that asks, for hints.
    pub(super) verb: &'static str,
    /// The current worktree becomes the lane.
    pub(super) here: bool,
    /// What another agent left uncommitted is taken as it is.
    pub(super) take_over: bool,
    /// A branch of its name that no lane of the task made is taken: only whoever asks for that has it.
    pub(super) take_branch: bool,
    /// The main worktree counts too where it was borrowed for this lane.
    pub(super) where_it_was: bool,
}

/// The task, if it lives.
pub(super) fn live(session: &Session<'_>, id: &TaskId) -> Result<Option<Task>, CliError> {
    let found = session.store().view()?.task(id)?;
    Ok(match found {
        Some(Found::Live(task)) => Some(*task),
        _ => None,
    })
}

/// How long one waits for others of the same clone.
const TURN: std::time::Duration = std::time::Duration::from_secs(300);

/// The turn to make and remove worktrees: two starts of one task would each see a worktree half made by the other. What a killed
/// one left half done is put right first.
pub(super) fn turn(session: &Session<'_>) -> Result<OsLock, CliError> {
    let turn = OsLock::acquire(turn_file(session), TURN)
        .map_err(|e| StoreError::Contention(format!("other starts are under way: {e}")))?;
    half_done::sweep(session);
    Ok(turn)
}

/// Puts right what a killed one left half done, unless somebody is at it.
pub(super) fn put_right(session: &Session<'_>) {
    if half_done::is_any(session)
        && let Ok(_turn) = OsLock::acquire(turn_file(session), std::time::Duration::ZERO)
    {
        half_done::sweep(session);
    }
}

fn turn_file(session: &Session<'_>) -> PathBuf {
    session.store().local_dir().join("start.lock")
}

/// Where the lane's worktree is, or would be.
pub(super) enum Place {
    /// Its branch is checked out there already.
    There(PathBuf),
    /// It has to be made.
    New(PathBuf),
    /// One of its area, made or switched to the lane's branch.
    Areas(Spot),
    /// The current worktree.
    Here(PathBuf),
}

/// Where the lane's worktree is or would be, if it may be entered in this way.
pub(super) fn place(session: &Session<'_>, actor: &Actor, task: &Task, way: &Way) -> Result<Place, CliError> {
    // It is our turn, and a git that an earlier start left behind holds the turn too: nobody is making it now.
    if session
        .repo
        .discard_unfinished_worktree(&own_folder(session, task)?)?
    {
        paint::note("a start that was cut off left a worktree half made; it is made anew");
    }
    forget_lost(session, task)?;
    let list = session.repo.worktree_list()?;
    let has = list.iter().find(|worktree| belongs(session, worktree, task));
    let current = session.repo.work_dir().map(Path::to_owned);
    match (has, current) {
        (Some(other), Some(current)) if way.here && !same_place(&other.path, &current) => {
            Err(checked_out(task, &other.path, true))
        }
        (_, Some(current)) if way.here => Ok(Place::Here(current)),
        // Its own worktree from before; the main one only when --here asks for it.
        (Some(there), _)
            if there.path != list[0].path
                || list[0].bare
                || (way.where_it_was && borrowed_for(session, there, task)) =>
        {
            not_in_use(session, actor, task, there, way)?;
            Ok(Place::There(there.path.clone()))
        }
        (Some(main), _) => Err(checked_out(task, &main.path, false)),
        (None, _) => match areas::of(session, task)? {
            Some(area) => areas::pick(session, task, &area, &[]).map(Place::Areas),
            None => new_place(session, task, &list).map(Place::New),
        },
    }
}

/// The task's worktree in this clone, if there is one.
pub(super) fn of(session: &Session<'_>, task: &Task) -> Result<Option<PathBuf>, CliError> {
    let list = session.repo.worktree_list()?;
    let found = list.into_iter().find(|worktree| belongs(session, worktree, task));
    Ok(found.map(|worktree| worktree.path))
}

/// Makes room for a worktree that was lost: git forgets those of this task whose folders are gone, once what their git dirs hold
/// alone is kept.
fn forget_lost(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let path = own_folder(session, task)?;
    let branch = format!("refs/heads/{}", task.branch);
    for lost in session.repo.worktree_list()? {
        let own = lost.branch.as_deref() == Some(branch.as_str()) || same_place(&lost.path, &path);
        if !own || lost.bare || lost.path.symlink_metadata().is_ok() {
            continue;
        }
        if lost.locked || !lost.prunable {
            let what = format!(
                "the worktree {} is gone, and git keeps it locked",
                lost.path.display()
            );
            let unlock = command(&["git", "worktree", "unlock", &lost.path.display().to_string()]);
            return Err(Refusal::input(what).hint(unlock).into());
        }
        removing::forget_lost(session, &lost, &task.id)?;
        paint::note(&format!(
            "the worktree {} is gone, and with it what was not committed; it is made again",
            lost.path.display()
        ));
    }
    Ok(())
}

/// Whether the main worktree was borrowed for this task (`start --here`).
fn borrowed_for(session: &Session<'_>, worktree: &Worktree, task: &Task) -> bool {
    binding_of(session, &worktree.path).is_some_and(|b| b.here && b.task == task.id)
}

/// The binding of the worktree at `path`, by its git dir: where its `.git` is lost, that of another would be found from within.
pub(super) fn binding_of(session: &Session<'_>, path: &Path) -> Option<Binding> {
    let git_dir = match session.repo.git_dir_of(path) {
        Some(git_dir) => git_dir,
        None => Repo::open(path).ok()?.git_dir().to_owned(),
    };
    Binding::read(&git_dir).ok().flatten()
}

/// Whether a worktree is the task's: by its branch, or by its binding while a rebase has HEAD detached.
fn belongs(session: &Session<'_>, worktree: &Worktree, task: &Task) -> bool {
    !worktree.prunable && !worktree.bare && is_of(session, worktree, task)
}

/// The same, also where its folder is gone.
fn is_of(session: &Session<'_>, worktree: &Worktree, task: &Task) -> bool {
    let on_branch = worktree.branch.as_deref() == Some(format!("refs/heads/{}", task.branch).as_str());
    on_branch || (worktree.detached && binding_of(session, &worktree.path).is_some_and(|b| b.task == task.id))
}

/// Where the task's worktree is in `list`, whether its folder is there or not: by its binding, else its place, else its branch.
pub(super) fn registered(
    session: &Session<'_>,
    task: &Task,
    list: &[Worktree],
) -> Result<Option<usize>, CliError> {
    let place = own_folder(session, task)?;
    let bound = |one: &Worktree| binding_of(session, &one.path).is_some_and(|b| b.task == task.id);
    let find = |is: &dyn Fn(&Worktree) -> bool| list.iter().position(|one| !one.bare && is(one));
    Ok(find(&bound)
        .or_else(|| find(&|one| same_place(&one.path, &place)))
        .or_else(|| find(&|one| is_of(session, one, task))))
}

/// What another agent left uncommitted is handed over only when that is asked for, and never in silence.
fn not_in_use(
    session: &Session<'_>,
    actor: &Actor,
    task: &Task,
    worktree: &Worktree,
    way: &Way,
) -> Result<(), CliError> {
    let Some(former) = binding_of(session, &worktree.path).filter(|b| b.agent != actor.by) else {
        return Ok(());
    };
    let dirt = session.repo.dirt(Some(&worktree.path))?;
    if dirt.count == 0 || way.take_over {
        return Ok(());
    }
    let shown: Vec<String> = dirt
        .paths
        .iter()
        .take(5)
        .map(|p| lane_core::text::escape_path(p))
        .collect();
    let what = format!(
        "{} holds {} uncommitted or untracked paths that {} left: {}",
        worktree.path.display(),
        dirt.count,
        former.agent,
        shown.join(", ")
    );
    let take = command(&["git", "lane", way.verb, task.id.as_str(), "--take-over"]);
    Err(Refusal::input(what).hint(take).into())
}

fn checked_out(task: &Task, path: &Path, elsewhere: bool) -> CliError {
    let what = format!("branch {} is checked out in {}", task.branch, path.display());
    let folder = crate::setup::quoted(&path.display().to_string());
    let here = if elsewhere { "" } else { " --here" };
    Refusal::input(what)
        .hint(format!("cd {folder} && git lane start {}{here}", task.id))
        .into()
}

/// Where the task's worktree is made.
fn own_folder(session: &Session<'_>, task: &Task) -> Result<PathBuf, CliError> {
    let root = session.store().view()?.policy()?.lanes.root;
    Ok(session.main_folder()?.join(root).join(task.id.as_str()))
}

/// Where the task's worktree would be made, if nothing is in the way there.
pub(super) fn new_place(session: &Session<'_>, task: &Task, list: &[Worktree]) -> Result<PathBuf, CliError> {
    let path = own_folder(session, task)?;
    let known = |worktree: &&Worktree| worktree.prunable && same_place(&worktree.path, &path);
    if let Some(lost) = list.iter().find(known) {
        let what = format!(
            "git still knows a worktree at {}, and it cannot be used as it is",
            path.display()
        );
        let hint = match is_of(session, lost, task) && task.claim.is_some() {
            true => command(&["git", "lane", "worktree", "rebuild", task.id.as_str()]),
            false => command(&["git", "lane", "worktree", "prune", &path.display().to_string()]),
        };
        return Err(Refusal::input(what).hint(hint).into());
    }
    let empty = std::fs::read_dir(&path).map(|mut entries| entries.next().is_none());
    if path.symlink_metadata().is_ok() && !matches!(empty, Ok(true)) {
        return Err(forgotten::in_the_way(session, &path, task).into());
    }
    Ok(path)
}

/// Whether this agent stands on the task's branch already: what is uncommitted then is its own work for that lane.
pub(super) fn stands_here(
    session: &Session<'_>,
    actor: &Actor,
    id: Option<&TaskId>,
) -> Result<bool, CliError> {
    let Some(id) = id else { return Ok(false) };
    let checkout = finding_lane::checkout(session.repo)?;
    let branch = live(session, id)?.map(|task| lane_rules::Checkout::Branch(task.branch));
    let own = session
        .binding()?
        .is_some_and(|binding| binding.task == *id && binding.agent == actor.by);
    Ok(own && branch.is_some_and(|branch| branch == checkout))
}

/// The current worktree can become a lane: nothing of an earlier job is half done in it. Untracked files may stay.
pub(super) fn here_is_free(session: &Session<'_>) -> Result<(), CliError> {
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

/// Makes or finds the worktree and binds it.
pub(super) fn settle_in(
    session: &Session<'_>,
    actor: &Actor,
    task: &Task,
    way: &Way,
    turn: &OsLock,
) -> Result<PathBuf, CliError> {
    let path = match place(session, actor, task, way)? {
        Place::Here(path) => {
            switch_here(session, task)?;
            path
        }
        Place::There(path) => {
            let there = Repo::open(&path)?;
            let former = Binding::read(there.git_dir()).ok().flatten();
            if former.is_none()
                && (same_place(&path, &own_folder(session, task)?) || areas::adopt(session, task, &path)?)
            {
                // One that a killed start made and nobody was told of.
                making::fill_submodules(&path);
            }
            if let Some(former) = former.filter(|binding| binding.agent != actor.by) {
                paint::note(&format!("{} was {}'s before", path.display(), former.agent));
            }
            path
        }
        Place::New(path) => {
            making::worktree(session, task, &path, None, turn)?;
            path
        }
        Place::Areas(spot) => areas::enter(session, task, spot, turn)?,
    };
    bind(&path, actor, task, way.here)?;
    Ok(path)
}

/// Gives the lane's worktree back to its author, who acts there when the environment names nobody, once somebody who
/// reviewed or tested it is through. What they left uncommitted keeps their name on it.
pub(super) fn hand_back(session: &Session<'_>, actor: &Actor, id: &TaskId) -> Result<(), CliError> {
    let Some(claim) = live(session, id)?.and_then(|task| task.claim) else {
        return Ok(());
    };
    if claim.by == actor.by || claim.clone != actor.clone {
        return Ok(());
    }
    for (dir, binding) in lane_store::bound_worktrees(session.repo)? {
        if binding.task != *id || binding.agent != actor.by {
            continue;
        }
        let worktree = Repo::open(&dir)?;
        if worktree.work_dir().is_none_or(|folder| !folder.is_dir()) || worktree.is_dirty(None)? {
            continue;
        }
        let binding = Binding {
            agent: claim.by.clone(),
            ..binding
        };
        binding.write(&dir)?;
    }
    Ok(())
}

fn switch_here(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    if let Some(binding) = session.binding()?
        && binding.task != task.id
        && let Some(other) = live(session, &binding.task)?
        && other
            .claim
            .as_ref()
            .is_some_and(|claim| claim.fence == binding.fence)
    {
        let what = format!("this worktree is the lane {} of {}", other.id, binding.agent);
        let release = command(&["git", "lane", "release", other.id.as_str(), "--why", "TEXT"]);
        return Err(Refusal::input(what).hint(release).into());
    }
    let checkout = finding_lane::checkout(session.repo)?;
    if checkout == lane_rules::Checkout::Branch(task.branch.clone()) {
        return Ok(());
    }
    making::branch(session, task)?;
    Ok(session.repo.switch(&task.branch, None)?)
}

/// Binds the worktree to the claim.
pub(super) fn bind(path: &Path, actor: &Actor, task: &Task, here: bool) -> Result<(), CliError> {
    let worktree = Repo::open(path)?;
    // One that was made for a lane stays one, also when its lane is taken up again with --here.
    let old = Binding::read(worktree.git_dir())?;
    let made_for_lane = old.as_ref().is_some_and(|old| !old.here);
    let borrowed_before = old.is_some_and(|old| old.here && old.task == task.id);
    let binding = Binding {
        task: task.id.clone(),
        agent: actor.by.clone(),
        fence: task.claim.as_ref().map_or(0, |claim| claim.fence),
        branch: task.branch.clone(),
        here: (here && !made_for_lane) || borrowed_before,
    };
    Ok(binding.write(worktree.git_dir())?)
}

/// What follows when a worktree could not be entered: a claim that is fresh and has none yet is given back.
pub(super) fn leave(session: &Session<'_>, task: &Task, fresh: bool) {
    if fresh && !is_bound(session, task) {
        give_back(session, task);
    }
}

/// Whether some worktree is bound to this very claim: then it is not half made.
fn is_bound(session: &Session<'_>, task: &Task) -> bool {
    let fence = task.claim.as_ref().map(|claim| claim.fence);
    let bound = lane_store::bound_worktrees(session.repo).unwrap_or_default();
    bound
        .iter()
        .any(|(_, b)| b.task == task.id && Some(b.fence) == fence)
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
