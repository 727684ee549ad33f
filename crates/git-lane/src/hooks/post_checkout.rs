//! `post-checkout`: tells an agent when it stands in a lane that is not its own, or has left its lane's branch.
//! It never fails a checkout, and stays silent when it cannot know.

use std::process::ExitCode;

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
    if let Some(other) = holder_other_than(&task, &agent) {
        return Ok(Some(format!(
            "this worktree is the lane {} of {other}, and you are {agent}",
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

fn holder_other_than(task: &Task, agent: &lane_core::id::Agent) -> Option<String> {
    task.claim
        .as_ref()
        .filter(|claim| claim.by != *agent)
        .map(|claim| claim.by.to_string())
}
