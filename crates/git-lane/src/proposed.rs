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

/// Notes it, and forgets what is over. A note that cannot be written is no fault: the text is told again then.
pub(crate) fn note(session: &Session<'_>, task: &TaskId, tip: Oid) -> Result<(), CliError> {
    let store = session.store();
    let view = store.view()?;
    let folder = folder(session);
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
    let _ =
        fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(task.as_str()), format!("{tip}\n")));
    Ok(())
}

/// The commit of the task that the host was asked to merge from here.
pub(crate) fn of(session: &Session<'_>, task: &TaskId) -> Option<Oid> {
    let noted = fs::read_to_string(folder(session).join(task.as_str())).ok()?;
    noted.trim().parse().ok()
}

fn folder(session: &Session<'_>) -> PathBuf {
    session.store().local_dir().join("proposed")
}
