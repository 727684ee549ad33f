//! Whether this worktree stands where it belongs: its lane, its branch, its path.

use lane_core::policy::Role;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_rules::Checkout;
use lane_store::Binding;

use super::Found;
use super::Scene;
use super::clean::name_of;
use super::clean::way_out;
use super::ill;
use super::probes::as_found;
use super::well_with;
use crate::commands::doctor;
use crate::error::CliError;
use crate::finding_lane;
use crate::session;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    if let Some((what, mend)) = session::moved(session.repo) {
        return ill(what, mend);
    }
    if let Some(ill) = doctor::worktree::lane(session)? {
        return Ok(as_found(Some(ill)));
    }
    if let Some(operation) = session.repo.operation() {
        let what = format!("a {} is under way here", name_of(&operation));
        return ill(what, way_out(&operation));
    }
    let checkout = finding_lane::checkout(session.repo)?;
    match session.binding()? {
        Some(binding) => bound(scene, &binding, &checkout),
        None => well_with(match checkout {
            Checkout::Branch(branch) => format!("no lane; on {branch}"),
            Checkout::Detached => "no lane; HEAD is detached".to_owned(),
        }),
    }
}

/// A lane's worktree: its branch is checked out, and a worker is the one who holds it.
fn bound(scene: &Scene<'_>, binding: &Binding, checkout: &Checkout) -> Result<Found, CliError> {
    let (task, branch) = (&binding.task, &binding.branch);
    if *checkout != Checkout::Branch(branch.clone()) {
        let stands = match checkout {
            Checkout::Branch(other) => format!("on {other}"),
            Checkout::Detached => "at a detached HEAD".to_owned(),
        };
        return ill(
            format!("this worktree is the lane {task} on branch {branch}, and stands {stands}"),
            command(&["git", "switch", branch]),
        );
    }
    let lanes = scene.session.store().view()?.lanes()?;
    let agent = scene.session.agent()?;
    let other = lanes.iter().find(|lane| lane.task == *task && lane.by != agent);
    match other {
        Some(lane) if scene.role == Role::Worker => ill(
            format!(
                "this worktree is the lane {task} of {}, and you are {agent}",
                lane.by
            ),
            "git lane ready",
        ),
        _ => well_with(format!("the lane {task}, on {branch}")),
    }
}
