//! Removing one worktree: what it holds is rescued, it is looked at again, and only then it goes.

use lane_core::ground;
use lane_core::id::TaskId;
use lane_core::refusal::Refusal;
use lane_git::Oid;
use lane_git::Repo;

use super::judge::Verdict;
use super::judge::Whose;
use super::judge::judge;
use super::look;
use super::look::Look;
use crate::error::CliError;
use crate::rescue;
use crate::rescue::Rescued;
use crate::session::Session;
use crate::show::paint;

/// What became of a worktree.
pub(super) enum Removed {
    /// It is gone.
    Gone,
    /// It stays as it is, and nothing is wrong.
    InUse(Refusal),
    /// It holds what cannot be kept.
    Refused(Vec<Refusal>),
}

/// Removes it if it may go, and says what was kept where. The turn to make worktrees is the caller's.
///
/// # Errors
/// When something could not be kept, or git does not remove it: then it is there.
pub(super) fn remove(session: &Session<'_>, look: &Look) -> Result<Removed, CliError> {
    match judge(&look.seen) {
        Verdict::InUse(no) => return Ok(Removed::InUse(no)),
        Verdict::Refused(all) => return Ok(Removed::Refused(all)),
        Verdict::Goes { .. } => {}
    }
    let Some(task) = look.seen.whose.task() else {
        return Ok(Removed::Refused(vec![moved(look)]));
    };
    let inside = Repo::open(&look.worktree.path)?;
    let files = rescue::files(session, &inside, task)?;
    // The files' commit is on top of HEAD, and so holds it.
    let head = inside.head()?.oid();
    let rest = look.lonely.iter().copied();
    let tips = files
        .into_iter()
        .chain(rest.filter(|tip| files.is_none() || Some(*tip) != head));
    let mut kept = Vec::new();
    for tip in tips {
        kept.push(rescue::keep(session, task, tip)?);
    }
    tell(look, task, &kept, files);
    if let Some(no) = changed(session, look, files)? {
        return Ok(Removed::Refused(vec![no]));
    }
    session
        .repo
        .worktree_remove(&look.worktree.path, files.is_some() || look.by_force)?;
    Ok(Removed::Gone)
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

/// Looks again, just before it goes: what came meanwhile is not what was judged and kept.
fn changed(session: &Session<'_>, before: &Look, files: Option<Oid>) -> Result<Option<Refusal>, CliError> {
    let list = session.repo.worktree_list()?;
    let at = list.iter().position(|one| one.path == before.worktree.path);
    let Some(at) = at else {
        return Ok(Some(moved(before)));
    };
    let now = look::look(session, &list, at)?;
    let same = now.worktree == before.worktree && now.seen.files == before.seen.files;
    if !same || !matches!(judge(&now.seen), Verdict::Goes { .. }) {
        return Ok(Some(moved(before)));
    }
    let (Whose::Ended(task) | Whose::Unclaimed(task)) = &now.seen.whose else {
        return Ok(Some(moved(before)));
    };
    let again = rescue::files(session, &Repo::open(&now.worktree.path)?, task)?;
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

/// Deletes the branch of a lane that is over, where something else holds its tip and nobody has it checked out. Says whether it
/// went, or why not.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn delete_branch(session: &Session<'_>, branch: &str) -> Result<Result<(), String>, CliError> {
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
            return Ok(match session.repo.delete_branch(branch, tip)? {
                true => Ok(()),
                false => Err("it moved just now".to_owned()),
            });
        }
    }
    Ok(Err("it has commits that nothing else holds".to_owned()))
}
