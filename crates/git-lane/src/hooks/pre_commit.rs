//! `pre-commit`: judges the staged paths. Writes nothing but a note for prepare-commit-msg.

use std::process::ExitCode;

use super::Call;
use super::judging;
use super::verdict;
use crate::error::CliError;

pub(super) fn run(call: &Call<'_>) -> Result<ExitCode, CliError> {
    let judgement = judging::staged(&call.session)?;
    if !judgement.findings.is_empty() {
        return Ok(call.refuse(&judgement.findings, &judgement.staging));
    }
    verdict::keep(&call.session);
    Ok(ExitCode::SUCCESS)
}
