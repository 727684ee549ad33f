//! `pre-applypatch`: judges what `git am` is about to commit. `rebase --apply` comes through here too.

use std::process::ExitCode;

use super::Call;
use super::judging;
use crate::error::CliError;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let judgement = judging::staged(&call.session)?;
    if let Some(code) = call.refused(&judgement.findings, &judgement.staging) {
        return Ok(code);
    }
    call.advise(&judgement.findings, &judgement.staging);
    Ok(ExitCode::SUCCESS)
}
