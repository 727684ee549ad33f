//! `commit-msg`: adds the trailer when an editor was open; one that is there stays.

use std::path::Path;
use std::process::ExitCode;

use super::Call;
use super::message;
use super::prepare_commit_msg::lane_task;
use crate::error::CliError;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let Some(file) = call.args.first().map(Path::new) else {
        return Ok(ExitCode::SUCCESS);
    };
    // The usual commit has its trailer already: nothing is opened for it.
    let has =
        std::fs::read(file).is_ok_and(|text| message::task_named(&String::from_utf8_lossy(&text)).is_some());
    if !has && let Some(task) = lane_task(&call.session)? {
        message::add_edited(call.session.repo, file, &task)?;
    }
    Ok(ExitCode::SUCCESS)
}
