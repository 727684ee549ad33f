//! `commit-msg`: adds the trailer when an editor was open; one that is there stays. What was copied from a hint and says
//! nothing is no subject of a lane's commit.

use std::path::Path;
use std::process::ExitCode;

use lane_core::ground;
use lane_core::refusal::Refusal;
use lane_rules::Finding;
use lane_rules::Remedy;
use lane_rules::Staging;

use super::Call;
use super::message;
use super::prepare_commit_msg::lane_task;
use crate::error::CliError;
use crate::placeholders::SUBJECT;

pub(super) fn run(call: &mut Call<'_>) -> Result<ExitCode, CliError> {
    let Some(file) = call.args.first().map(Path::new) else {
        return Ok(ExitCode::SUCCESS);
    };
    // The usual commit has its trailer already: nothing is opened for it.
    let text = std::fs::read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let (has, says_nothing) = (
        message::task_named(&text).is_some(),
        message::subject_is_placeholder(&text),
    );
    if (says_nothing || !has)
        && let Some(task) = lane_task(&call.session)?
    {
        if says_nothing {
            return Ok(call.refuse(&[placeholder()], &Staging::default()));
        }
        message::add_edited(call.session.repo, file, &task)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn placeholder() -> Finding {
    let what = format!(
        "the subject is {SUBJECT}, which stands in our hints for words of your own: say what the commit changes, such \
         as 'parser: empty groups are read'"
    );
    let others = Remedy::Run("git log --format=%s -n 5".to_owned());
    Finding::whole(Refusal::new(&ground::PLACEHOLDER, what), vec![others])
}
