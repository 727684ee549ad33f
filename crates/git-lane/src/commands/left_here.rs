//! What of a lane only one clone has: said where it stays behind, and where it is missing.

use lane_core::id::CheckpointId;
use lane_core::record::Task;
use lane_core::refusal::command;
use lane_core::view::View as _;
use lane_git::Oid;

use crate::delivery;
use crate::error::CliError;
use crate::range::COMMITS_MAX;
use crate::session::Session;
use crate::show::paint;

/// Says that commits of a lane are in this clone only, and the command that brings them to the others beside its branch: that
/// one stays at what was handed off, for a push of more would be refused.
///
/// # Errors
/// When git or a record cannot be read.
pub(super) fn tell(session: &Session<'_>, task: &Task, tip: Oid) -> Result<(), CliError> {
    let repo = session.repo;
    let store = session.store();
    let view = store.view()?;
    let (Some(remote), Some(clone)) = (lane_store::remote_name(repo)?, lane_store::known_clone_id(repo))
    else {
        return Ok(());
    };
    let mut known: Vec<Oid> = delivery::handed_off(&view, task).into_iter().collect();
    for (name, oid) in repo.refs_under("refs/remotes/")? {
        known.extend(
            name.starts_with(&format!("refs/remotes/{remote}/"))
                .then_some(oid),
        );
    }
    known.retain(|oid| repo.has_object(*oid).unwrap_or(false));
    let left = repo.rev_list(&[tip], &known, COMMITS_MAX)?.len();
    if left == 0 {
        return Ok(());
    }
    let commits = match left {
        1 => "1 commit".to_owned(),
        n => format!("{n} commits"),
    };
    paint::note(&format!(
        "in this clone only ({clone}): {commits} of {} after the handoff, up to {}",
        task.id,
        tip.short()
    ));
    let to = format!("{tip}:refs/heads/{}-{clone}", task.branch);
    paint::hint(&command(&["git", "push", "--", &remote, &to]));
    Ok(())
}

/// Says that a lane with checkpoints begins anew, and where the last of them was made.
///
/// # Errors
/// When a record cannot be read.
pub(super) fn tell_missing(session: &Session<'_>, task: &Task) -> Result<(), CliError> {
    let last = CheckpointId::nth(task.checkpoints);
    let record = session.store().view()?.checkpoint(&task.id, &last).ok().flatten();
    let at = record.as_ref().map_or_else(String::new, |record| {
        let tip = record.tip.get(..8).unwrap_or(&record.tip);
        let made = record.made.as_ref();
        let whose = made.map_or_else(String::new, |made| {
            format!(", made by {} in clone {}", made.by, made.clone)
        });
        format!(" at {}{whose}", lane_core::text::escape(tip))
    });
    paint::warning(&format!(
        "branch {} is nowhere to be found, and begins anew: its last checkpoint is {last}{at}, and was never pushed",
        task.branch
    ));
    let ask = command(&["git", "lane", "note", task.id.as_str(), "TEXT"]);
    paint::hint(&format!("{ask}  # asks for a push of {}", task.branch));
    Ok(())
}
