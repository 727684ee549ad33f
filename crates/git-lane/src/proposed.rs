//! What this clone has asked the host to merge: the commit of each task whose pull request it told the text of. It is
//! not told a second time while it waits there.

use std::fs;
use std::path::PathBuf;

use lane_core::id::TaskId;
use lane_core::view::Found;
use lane_core::view::View as _;
use lane_git::Oid;

use crate::error::CliError;
use crate::session::Session;

/// More than a commit's name and the end of its line, in bytes.
const NOTE_MAX: u64 = 100;

/// Notes it, and forgets what is over. A note that cannot be written is no fault: the text is told again then.
pub(crate) fn note(session: &Session<'_>, task: &TaskId, tip: Oid) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let folder = folder(session);
    if folder.symlink_metadata().is_ok_and(|found| !found.is_dir()) {
        return Ok(());
    }
    for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let live = match TaskId::new(&name) {
            Ok(id) => matches!(view.task(&id)?, Some(Found::Live(_))),
            Err(_) => false,
        };
        if !live {
            let _ = fs::remove_file(entry.path());
        }
    }
    let file = folder.join(task.as_str());
    // What is there is not written through: it might be a link.
    let _ = fs::create_dir_all(&folder)
        .and_then(|()| match file.symlink_metadata() {
            Ok(_) => fs::remove_file(&file),
            Err(_) => Ok(()),
        })
        .and_then(|()| fs::write(&file, format!("{tip}\n")));
    Ok(())
}

/// The commit of the task that the host was asked to merge from here.
pub(crate) fn of(session: &Session<'_>, task: &TaskId) -> Option<Oid> {
    let folder = folder(session);
    let file = folder.join(task.as_str());
    let (found, within) = (file.symlink_metadata().ok()?, folder.symlink_metadata().ok()?);
    if !found.is_file() || found.len() > NOTE_MAX || !within.is_dir() {
        return None;
    }
    let noted = fs::read_to_string(file).ok()?;
    noted.trim().parse().ok()
}

fn folder(session: &Session<'_>) -> PathBuf {
    session.store().local_dir().join("proposed")
}
