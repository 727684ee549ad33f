//! A worktree of an area between two tasks: emptied of what the former left, at the tip where new lanes begin.

use std::path::Path;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_core::refusal::command;
use lane_core::text;
use lane_git::Oid;
use lane_git::Onto;
use lane_git::Repo;
use lane_store::AreaMark;
use lane_store::Binding;

use super::look::Look;
use super::look::shown;
use super::removing::Removed;
use super::removing::changed;
use super::removing::keep;
use crate::error::CliError;
use crate::finding_lane;
use crate::integration;
use crate::rescue;
use crate::session::Session;

/// Leaves an area's worktree at rest: what its former task left is kept, and it is on the area's own branch, at the tip where new
/// lanes begin. That branch never has commits of its own from here: where it has, HEAD is detached at the tip. The turn to make
/// worktrees is the caller's.
///
/// # Errors
/// When something could not be kept, or git cannot switch: then the next task of the area looks at it again.
pub(super) fn leave(session: &Session<'_>, look: &Look) -> Result<Removed, CliError> {
    let (Some(mark), Some(last)) = (&look.mark, look.seen.whose.task()) else {
        return Ok(Removed::Refused(vec![busy(look, "it is no area's")]));
    };
    let main = integration::name(&session.store())?;
    let (named, tip) = integration::named_start(session, &main)?;
    if !look.suits(session, tip)? {
        return Ok(Removed::Refused(vec![busy(look, MOVE)]));
    }
    if let Some(no) = empty(session, look)? {
        return Ok(Removed::Refused(vec![no]));
    }
    let (onto, said) = match branch(session, &look.worktree.path, mark, tip)? {
        Ok(branch) => (Some(branch.clone()), branch),
        Err(why) => (None, format!("{} ({named}), detached: {why}", tip.short())),
    };
    let onto = onto.as_deref().map_or(Onto::Commit(tip), Onto::Branch);
    switch(&look.worktree.path, onto)?;
    let mark = AreaMark {
        task: last.clone(),
        ..mark.clone()
    };
    mark.write(Repo::open(&look.worktree.path)?.git_dir())?;
    Ok(Removed::Rests(said))
}

/// Switches a worktree that was emptied. It is nobody's lane before it is on another branch.
///
/// # Errors
/// When a file that is ignored stands in the way, or git cannot.
pub(super) fn switch(path: &Path, onto: Onto<'_>) -> Result<(), CliError> {
    let worktree = Repo::open(path)?;
    Binding::remove(worktree.git_dir())?;
    Ok(worktree.switch_beside_ignored(onto)?)
}

/// The branch on which it rests, at `tip`; or why it cannot be on that.
fn branch(
    session: &Session<'_>,
    path: &Path,
    mark: &AreaMark,
    tip: Oid,
) -> Result<Result<String, String>, CliError> {
    let branch = mark.branch();
    let name = format!("refs/heads/{branch}");
    let store = session.store();
    if let Some(task) = finding_lane::task_of_branch(&store.view()?, &branch)? {
        return Ok(Err(format!("{branch} is the branch of {task}")));
    }
    let list = session.repo.worktree_list()?;
    let mut others = list.iter().filter(|one| one.path != path);
    if let Some(other) = others.find(|one| one.branch.as_ref() == Some(&name)) {
        return Ok(Err(format!("{branch} is checked out in {}", shown(&other.path))));
    }
    let at = session.repo.find_ref(&name)?;
    if at == Some(tip) {
        return Ok(Ok(branch));
    }
    if let Some(at) = at {
        if !session.repo.is_ancestor(at, tip)? {
            return Ok(Err(format!("{branch} has commits of its own")));
        }
        if !session.repo.delete_branch(&branch, at)? {
            return Ok(Err(format!("{branch} moved just now")));
        }
    }
    Ok(match store.create_branch(&branch, tip) {
        Ok(()) => Ok(branch),
        Err(fault) => Err(fault.to_string()),
    })
}

/// Takes out of a worktree that stays what its former task left in it, once that is kept under a rescue ref; what is ignored stays.
/// Says what stands against it: then nothing was taken out, or all that was is kept.
///
/// Nothing is discarded: each file goes only once it was moved aside and is byte for byte what the rescue commit has of it, and what
/// HEAD has is written only where nothing is. Who writes meanwhile finds their file again, and the worktree is not taken. What
/// remains: bytes that a process writes into a file that it had open, after that was compared; what is staged after the second look
/// and then changed in its file again; and the moment in which git's own `switch` has looked at a file and writes it. What is written
/// after the last look and stands in nobody's way is carried along.
///
/// # Errors
/// When something could not be kept, or taken out.
pub(super) fn empty(session: &Session<'_>, look: &Look) -> Result<Option<Refusal>, CliError> {
    let Some(task) = look.seen.whose.task() else {
        return Ok(Some(busy(look, "it is no lane's")));
    };
    let path = &look.worktree.path;
    let files = keep(session, look, task)?;
    session.source.failpoint("worktree-rescued");
    if let Some(no) = changed(session, look, path, files)? {
        return Ok(Some(no));
    }
    let worktree = Repo::open(path)?;
    let Some(kept) = files else {
        return Ok(None);
    };
    let head = worktree.head()?.oid();
    let before = head.map(|head| worktree.commit(head)).transpose()?;
    let changes = worktree.compare_trees(
        before.map(|commit| commit.tree),
        Some(worktree.commit(kept)?.tree),
    )?;
    if let Some(other) = worktree.take_out(&changes)? {
        let what = format!("{} was written to just now", text::escape_path(&other));
        return Ok(Some(busy(look, &what)));
    }
    session.source.failpoint("worktree-emptied");
    worktree.unstage_all()?;
    let missing = changes.iter().filter(|change| change.old.is_some());
    let missing: Vec<&[u8]> = missing.map(|change| change.path.as_slice()).collect();
    worktree.put_missing(&missing)?;
    let left = rescue::files(session, &worktree, task)?;
    Ok(left.map(|_| busy(look, "files in it were changed just now")))
}

/// Why one is not switched.
pub(super) const MOVE: &str =
    "its submodules would have to move, and git leaves them behind when it switches";

pub(super) fn busy(look: &Look, why: &str) -> Refusal {
    let status = command(&["git", "-C", &look.seen.path, "status"]);
    Refusal::new(&ground::WORKTREE_BUSY, format!("{}: {why}", look.seen.path)).hint(status)
}
