//! `git lane show`
use super::Outcome;
use crate::session::Session;
use lane_core::id::TaskId;
use std::process::ExitCode;

/// x
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// The task
    pub(crate) id: TaskId,
}
pub(super) fn run(_s: &Session<'_>, _a: &Show) -> Outcome {
    Ok(ExitCode::SUCCESS)
}
