//! This clone's own integration branch after a landing: brought along where that disturbs nobody.

use lane_core::refusal::command;
use lane_git::Oid;

use super::queue::Place;
use crate::error::CliError;
use crate::session::Session;
use crate::setup;
use crate::show::paint;

/// Brings the checkout along if it is clean, the ref alone where it is checked out nowhere; what cannot be is said and left.
///
/// # Errors
/// When git cannot be asked.
pub(super) fn bring(session: &Session<'_>, place: &Place, commit: Oid) -> Result<(), CliError> {
    let repo = session.repo;
    let Some(here) = repo.find_ref(&format!("refs/heads/{}", place.main))? else {
        return Ok(());
    };
    if here == commit {
        return Ok(());
    }
    if !repo.is_ancestor(here, commit)? {
        paint::note(&format!(
            "{} has commits here that are nowhere else, and stays as it is",
            place.main
        ));
        return Ok(());
    }
    let Some(path) = &place.checkout else {
        session.store().advance_branch(&place.main, here, commit)?;
        return Ok(());
    };
    let shown = lane_core::text::escape_path(path.as_os_str().as_encoded_bytes());
    let why = match repo.is_dirty(Some(path))? {
        true => "it has uncommitted files",
        false => match repo.forward(path, commit) {
            Ok(()) => return Ok(()),
            Err(_) => "git refused",
        },
    };
    paint::note(&format!("{} at {shown} stays behind: {why}", place.main));
    let folder = setup::quoted(&path.display().to_string());
    let merge = command(&["merge", "--ff-only", &commit.to_string()]);
    paint::hint(&format!("git -C {folder} {merge}"));
    Ok(())
}
