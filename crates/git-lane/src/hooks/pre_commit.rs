//! `pre-commit`: judges the staged paths, then climbs as far as the gates ask for. Writes nothing but a note for
//! prepare-commit-msg, and receipts.

use std::process::ExitCode;

use super::Call;
use super::judging;
use super::staged_gate;
use super::verdict;
use crate::error::CliError;
use crate::gate;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let session = &call.session;
    let operation = judging::operation(session.repo);
    let (judgement, gates) =
        judging::staged_with(session, operation, |main| gate::before_commits(session, main))?;
    if let Some(code) = call.refused(&judgement.findings, &judgement.staging) {
        return Ok(code);
    }
    if let Some(code) = staged_gate::refused(call, operation, gates)? {
        return Ok(code);
    }
    call.advise(&judgement.findings, &judgement.staging);
    verdict::keep(session);
    Ok(ExitCode::SUCCESS)
}
