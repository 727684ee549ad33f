//! `prepare-commit-msg`: judges what pre-commit did not see, and ties the commit to its task.
//!
//! It fires for `--no-verify`, cherry-pick, revert, merge and rebase, where pre-commit does not.

use std::path::Path;
use std::process::ExitCode;

use lane_core::view::View;

use super::Call;
use super::judging;
use super::message;
use super::verdict;
use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;

pub(super) fn run(call: &Call<'_>) -> Result<ExitCode, CliError> {
    if !verdict::take(&call.session)? {
        let judgement = judging::staged(&call.session)?;
        if !judgement.findings.is_empty() {
            return Ok(call.refuse(&judgement.findings, &judgement.staging));
        }
    }
    if let Some(file) = call.args.first()
        && no_editor_will_open()
        && let Some(task) = lane_task(&call.session)?
    {
        message::add_quietly(call.session.repo, Path::new(file), &task)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// git tells its hooks so by an editor that does nothing.
fn no_editor_will_open() -> bool {
    std::env::var_os("GIT_EDITOR").is_some_and(|editor| editor == ":")
}

/// The id of the task whose lane commits here.
pub(super) fn lane_task(session: &Session<'_>) -> Result<Option<String>, CliError> {
    if let Some(binding) = session.binding()? {
        return Ok(Some(binding.task.to_string()));
    }
    let store = session.store().read_only();
    let view = store.view()?;
    if view.lanes()?.is_empty() {
        return Ok(None);
    }
    let checkout = finding_lane::checkout(session.repo)?;
    Ok(finding_lane::of_worktree(&view, None, &checkout)?.map(|lane| lane.task.id.to_string()))
}
