//! `prepare-commit-msg`: judges what pre-commit did not see, and ties the commit to its task.
//!
//! It fires for `--no-verify`, cherry-pick, revert, merge and rebase, where pre-commit does not.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use lane_core::view::View;
use lane_rules::Operation;

use super::Call;
use super::judging;
use super::message;
use super::verdict;
use super::verdict::Seen;
use crate::error::CliError;
use crate::finding_lane;
use crate::session::Session;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let seen = verdict::take(&call.session)?;
    if seen != Seen::Same {
        let judgement = judging::staged_during(&call.session, operation(call))?;
        if let Some(code) = call.refused(&judgement.findings, &judgement.staging) {
            return Ok(code);
        }
        if seen == Seen::Nothing {
            call.advise(&judgement.findings, &judgement.staging);
        }
    }
    let add = if no_editor_will_open() {
        message::add_quietly
    } else if is_rebase(&call.session) {
        // A rebase fires no commit-msg, also where it opens an editor.
        message::add_edited
    } else {
        return Ok(ExitCode::SUCCESS);
    };
    if let Some(file) = call.args.first()
        && let Some(task) = lane_task(&call.session)?
    {
        add(call.session.repo, Path::new(file), &task)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What is under way. A clean revert shows by nothing but the message that it prepared.
fn operation(call: &Call<'_>) -> Option<Operation> {
    let repo = call.session.repo;
    let reverts = || {
        let prepared = fs::read_to_string(repo.git_dir().join("MERGE_MSG")).ok()?;
        let message = fs::read_to_string(call.args.first()?).ok()?;
        let same = message.starts_with(prepared.trim_end()) && prepared.contains("\nThis reverts commit ");
        same.then_some(Operation::Revert)
    };
    judging::operation(repo).or_else(reverts)
}

/// git tells its hooks so by an editor that does nothing.
fn no_editor_will_open() -> bool {
    std::env::var_os("GIT_EDITOR").is_some_and(|editor| editor == ":")
}

fn is_rebase(session: &Session<'_>) -> bool {
    matches!(session.repo.operation(), Some(lane_git::Operation::Rebase { .. }))
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
