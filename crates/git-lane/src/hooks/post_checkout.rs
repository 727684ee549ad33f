//! `post-checkout`: tells an agent when it stands in a lane that is not its own, or has left its lane's branch.
//! It never fails a checkout, and stays silent when it cannot know.

use std::process::ExitCode;

use lane_core::id::Agent;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_rules::Checkout;
use serde_json::json;

use super::Call;
use crate::error::CliError;
use crate::finding_lane;
use crate::show::paint;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    match word(call) {
        Ok(Some(line)) if call.as_json => {
            paint::note(&json!({ "hook": call.name, "ok": true, "warnings": [line] }).to_string());
        }
        Ok(Some(line)) => paint::warning(&line),
        _ => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn word(call: &Call<'_>) -> Result<Option<String>, CliError> {
    let session = &call.session;
    let Some(binding) = session.binding()? else {
        return Ok(None);
    };
    let store = session.store().read_only();
    let view = store.view()?;
    let Some(task) = view.task(&binding.task)?.map(Found::into_task) else {
        return Ok(None);
    };
    let agent = session.agent()?;
    if let Some(whose) = turn_of_another(&task, &agent) {
        return Ok(Some(format!(
            "this worktree is the lane {}{whose}, and you are {agent}",
            task.id
        )));
    }
    let checkout = finding_lane::checkout(session.repo)?;
    Ok(match checkout {
        Checkout::Branch(branch) if branch != task.branch => Some(format!(
            "this worktree is the lane {} on branch {}; commits on {branch} will be refused",
            task.id, task.branch
        )),
        _ => None,
    })
}

/// Whose turn it is to commit there, unless it is the agent's.
fn turn_of_another(task: &Task, agent: &Agent) -> Option<String> {
    let claim = task.claim.as_ref()?;
    match task.committer() {
        Some(one) if one.agent == *agent => None,
        Some(one) if task.assigned.is_some() && task.status.is_handed_off() => {
            Some(format!(", in {} by {}", task.status, one.agent))
        }
        Some(one) => Some(format!(" of {}", one.agent)),
        None if claim.by == *agent => None,
        None => Some(format!(" of {}, in {}", claim.by, task.status)),
    }
}
