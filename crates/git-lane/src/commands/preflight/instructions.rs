//! Whether agents are told how to work here: on the integration branch, as the policy in force says.

use std::fs;

use lane_core::text;

use super::Found;
use super::Scene;
use super::ill;
use super::well;
use super::well_with;
use crate::error::CliError;
use crate::instructions;
use crate::instructions::OnBranch;
use crate::instructions::Standing;

/// How much of a name is shown, in characters.
const NAME_CHARS: usize = 80;

pub(super) fn look(scene: &Scene<'_>) -> Result<Found, CliError> {
    let session = &scene.session;
    let Some(there) = OnBranch::look(session)? else {
        return Ok(Found::Skipped("policy comes first".to_owned()));
    };
    let Some(fault) = there.fault() else {
        return match there.newer() {
            Some(version) => well_with(format!("text {version}, of a newer git-lane")),
            None => well(),
        };
    };
    let mend = there.mend(session)?;
    let branch = text::excerpt(there.policy.branch(), NAME_CHARS);
    let path = text::excerpt(&there.path, NAME_CHARS);
    match is_here(scene, &there) {
        true => ill(
            format!(
                "{path} in this worktree tells agents how to work here, and on {branch} it does not: {fault}"
            ),
            mend,
        ),
        false => ill(fault, mend),
    }
}

/// Whether this worktree's file is as the integration branch's is to be.
fn is_here(scene: &Scene<'_>, there: &OnBranch) -> bool {
    let root = scene.session.repo.work_dir();
    let read = root.and_then(|root| fs::read(root.join(&there.path)).ok());
    read.is_some_and(|bytes| instructions::standing(&bytes, &there.wanted) == Ok(Standing::Current))
}
