//! Removing one worktree: what it holds is rescued, it is moved aside and looked at again, and only then it goes.

use std::path::Path;

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_git::Oid;
use lane_git::Worktree;

use super::half_done::Aside;
use super::judge::Verdict;
use super::judge::judge;
use super::look;
use super::look::Look;
use super::resting;
use crate::error::CliError;
use crate::landed::Asks;
use crate::landed::Branch;
use crate::rescue;
use crate::rescue::Rescued;
use crate::session::Session;
use crate::show::paint;

/// What became of a worktree.
pub(super) enum Removed {
    /// It is gone.
    Gone,
    /// It stays for its area, and on what: a phrase.
    Rests(String),
    /// It stays as it is, and nothing is wrong.
    InUse(Refusal),
    /// It holds what cannot be kept.
    Refused(Vec<Refusal>),
}

/// Removes it if it may go, or leaves it to its area, and says what was kept where. The turn to make worktrees is the caller's.
///
/// # Errors
/// When something could not be kept, or git does not remove it: then it is there.
pub(super) fn remove(session: &Session<'_>, look: &Look) -> Result<Removed, CliError> {
    match judge(&look.seen) {
        Verdict::InUse(no) => return Ok(Removed::InUse(no)),
        Verdict::Refused(all) => return Ok(Removed::Refused(all)),
        Verdict::Rests { .. } => return resting::leave(session, look),
        Verdict::Goes { .. } => {}
    }
    let Some(task) = look.seen.whose.task() else {
        return Ok(Removed::Refused(vec![moved(look)]));
    };
    let files = keep(session, look, task)?;
    session.source.failpoint("worktree-rescued");
    let path = &look.worktree.path;
    if look.seen.is_gone {
        // git passes over an empty one only once it is not there.
        if let Err(e) = std::fs::remove_dir(path)
            && e.kind() != std::io::ErrorKind::NotFound
        {
            return Err(CliError::io(
                format!("{} could not be removed", path.display()),
                e,
            ));
        }
        session.repo.worktree_forget(path)?;
        return Ok(Removed::Gone);
    }
    if look.by_force {
        // Submodules name their folder by its path, so it stays where it is.
        if let Some(no) = changed(session, look, path, files)? {
            return Ok(Removed::Refused(vec![no]));
        }
        session.repo.worktree_remove(path, true)?;
        return Ok(Removed::Gone);
    }
    let aside = Aside::of(session, path)?;
    session.source.failpoint("worktree-aside");
    match changed(session, look, aside.folder(), files) {
        Ok(None) => aside.finish(session)?,
        Ok(Some(no)) => {
            aside.put_back()?;
            return Ok(Removed::Refused(vec![no]));
        }
        Err(fault) => {
            aside.put_back()?;
            return Err(fault);
        }
    }
    Ok(Removed::Gone)
}

/// Lets git forget a worktree whose folder is gone, once what its git dir holds alone is kept for `task`.
///
/// # Errors
/// When something could not be kept, or git does not forget it.
pub(in crate::commands) fn forget_lost(
    session: &Session<'_>,
    lost: &Worktree,
    task: &TaskId,
) -> Result<(), CliError> {
    let look = look::look_in(session, (lost, false), &lost.path)?;
    if let Some(why) = &look.seen.unreadable {
        let what = format!("{}: what it held cannot be looked at: {why}", look.seen.path);
        return Err(Refusal::new(&ground::WORKTREE_BUSY, what).into());
    }
    keep(session, &look, look.seen.whose.task().unwrap_or(task))?;
    session.source.failpoint("worktree-rescued");
    Ok(session.repo.worktree_forget(&lost.path)?)
}

/// Keeps what a worktree holds that nobody else has, and says so. Gives the commit of its files.
///
/// # Errors
/// When something could not be kept.
pub(super) fn keep(session: &Session<'_>, look: &Look, task: &TaskId) -> Result<Option<Oid>, CliError> {
    let inside = look.open(session)?;
    let files = match look.seen.is_gone {
        true => rescue::staged_files(session, &inside.repo, task)?,
        false => rescue::files(session, &inside.repo, task)?,
    };
    // The files' commit is on top of HEAD, and so holds it.
    let head = inside.repo.head()?.oid();
    let rest = look.lonely.iter().copied();
    let tips = files
        .into_iter()
        .chain(rest.filter(|tip| files.is_none() || Some(*tip) != head));
    let mut kept = Vec::new();
    for tip in tips {
        kept.push(rescue::keep(session, task, tip)?);
    }
    tell(look, task, &kept, files);
    Ok(files)
}

fn tell(look: &Look, task: &TaskId, kept: &[Rescued], files: Option<Oid>) {
    for one in kept {
        let what = match files == Some(one.tip) {
            true => format!("{} uncommitted or untracked files", look.seen.files),
            false => "commits that nobody else has".to_owned(),
        };
        paint::note(&format!(
            "{task}: {what} are kept in {} ({})",
            one.name,
            one.tip.short()
        ));
    }
}

/// Looks again, just before it goes: what came meanwhile is not what was judged and kept. Its files are in `folder` now.
///
/// # Errors
/// When it cannot be looked at.
pub(super) fn changed(
    session: &Session<'_>,
    before: &Look,
    folder: &Path,
    files: Option<Oid>,
) -> Result<Option<Refusal>, CliError> {
    let list = session.repo.worktree_list()?;
    let Some(worktree) = list.iter().find(|one| one.path == before.worktree.path) else {
        return Ok(Some(moved(before)));
    };
    let mut now = look::look_in(session, (worktree, false), folder)?;
    now.as_before(before);
    // That its folder is elsewhere for a moment is our doing.
    let registered = |worktree: &Worktree| Worktree {
        prunable: false,
        ..worktree.clone()
    };
    let same = registered(&now.worktree) == registered(&before.worktree)
        && (&now.seen.whose, now.seen.files) == (&before.seen.whose, before.seen.files);
    let may = matches!(judge(&now.seen), Verdict::Goes { .. } | Verdict::Rests { .. });
    if !same || !may {
        return Ok(Some(moved(before)));
    }
    let Some(task) = now.seen.whose.task() else {
        return Ok(Some(moved(before)));
    };
    let again = rescue::files(session, &now.open(session)?.repo, task)?;
    let tree = |commit: Option<Oid>| {
        commit
            .map(|oid| session.repo.commit(oid).map(|c| c.tree))
            .transpose()
    };
    Ok((tree(again)? != tree(files)?).then(|| moved(before)))
}

fn moved(look: &Look) -> Refusal {
    let what = format!("{}: something changed in it just now", look.seen.path);
    Refusal::new(&ground::WORKTREE_BUSY, what).hint("git lane worktree list")
}

/// Deletes the branch of a lane that is over, where something else holds its tip and nobody has it checked out. What only
/// branches of a remote hold, as they were last seen, is kept here first below `refs/rescue/FOLDER`: they may be gone by now.
/// Says whether it went, or why not.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn delete_branch(
    session: &Session<'_>,
    folder: &str,
    branch: &str,
) -> Result<Result<(), String>, CliError> {
    let name = format!("refs/heads/{branch}");
    let Some(tip) = session.repo.find_ref(&name)? else {
        return Ok(Ok(()));
    };
    let list = session.repo.worktree_list()?;
    if let Some(there) = list.iter().find(|one| one.branch.as_ref() == Some(&name)) {
        return Ok(Err(format!("it is checked out in {}", look::shown(&there.path))));
    }
    let integration = crate::integration::name(&session.store())?;
    if branch == integration {
        return Ok(Err("lanes land on it".to_owned()));
    }
    for other in look::held_elsewhere(session)? {
        if session.repo.is_ancestor(tip, other)? {
            if Branch::look(session, Asks::Nobody)?
                .having(session.repo, tip)?
                .is_none()
            {
                rescue::keep_in(session, folder, tip)?;
            }
            return Ok(match session.repo.delete_branch(branch, tip)? {
                true => Ok(()),
                false => Err("it moved just now".to_owned()),
            });
        }
    }
    Ok(Err("it has commits that nothing else holds".to_owned()))
}
