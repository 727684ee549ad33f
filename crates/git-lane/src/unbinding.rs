//! Freeing the worktrees that a lane borrowed (`start --here`) once it ended. One that was made for the lane stays
//! bound, and goes with it.

use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::view::View as _;
use lane_rules::Checkout;
use lane_store::Binding;
use lane_store::bound_worktrees;

use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;
use crate::setup::Report;

/// The git dirs of the worktrees that `id` borrowed under the claim that holds now.
pub(crate) fn borrowed(session: &Session<'_>, id: &TaskId) -> Result<Vec<PathBuf>, CliError> {
    let task = session.store().view()?.task(id)?;
    let Some(claim) = task.and_then(|found| found.into_task().claim) else {
        return Ok(Vec::new());
    };
    let is_ours = |b: &Binding| b.here && b.task == *id && b.fence == claim.fence;
    let bound = bound_worktrees(session.repo)?.into_iter();
    Ok(bound.filter(|(_, b)| is_ours(b)).map(|(dir, _)| dir).collect())
}

/// Unbinds them, after the lane has ended.
pub(crate) fn free(borrowed: &[PathBuf]) -> Result<(), CliError> {
    for dir in borrowed {
        Binding::remove(dir)?;
    }
    Ok(())
}

/// Frees this worktree when it was borrowed by a lane that is over, and its branch has been left.
pub(crate) fn leave_over(session: &Session<'_>, dry_run: bool) -> Result<Option<Report>, CliError> {
    let Some(binding) = session.binding()?.filter(|binding| binding.here) else {
        return Ok(None);
    };
    if finding_lane::checkout(session.repo)? == Checkout::Branch(binding.branch.clone()) {
        return Ok(None);
    }
    let task = session.store().view()?.task(&binding.task)?;
    let claim = task.and_then(|found| found.into_task().claim);
    if claim.is_some_and(|claim| claim.fence == binding.fence) {
        return Ok(None);
    }
    if !dry_run {
        Binding::remove(session.repo.git_dir())?;
    }
    let what = format!("this worktree is free of {}, whose lane is over", binding.task);
    Ok(Some(Report::made(what)))
}
