//! The gates: in force on the integration branch, and as they lie in this worktree.

use lane_gate::GATES_PATH;

use super::Found;
use super::Scene;
use super::well_with;
use crate::commands::doctor;
use crate::error::CliError;
use crate::evidence::gates_fault;

/// What the integration branch has. No file is a declaration of nothing.
pub(super) fn in_force(scene: &Scene<'_>) -> Result<Found, CliError> {
    let gates = scene.gates()?;
    let (checks, services) = (gates.checks().count(), gates.services().count());
    well_with(format!("checks: {checks}, services: {services}"))
}

/// What was changed in this worktree and is not in force.
pub(super) fn here(scene: &Scene<'_>) -> Result<Found, CliError> {
    let found = doctor::policy::changed_here(&scene.session, GATES_PATH, gates_fault)?;
    Ok(super::probes::as_found(found))
}
