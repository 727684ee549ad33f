//! This clone's random id: made once, kept in the common git dir, never shared but as a name in records.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use lane_core::id::CloneId;
use lane_git::Repo;

use crate::error::StoreError;
use crate::source::Source;

/// The id of this clone, if it has one already.
pub fn known_clone_id(repo: &Repo) -> Option<CloneId> {
    let text = fs::read_to_string(file_of(repo)).ok()?;
    CloneId::new(text.trim()).ok()
}

fn file_of(repo: &Repo) -> PathBuf {
    repo.common_dir().join("lane").join("clone")
}

/// The id of this clone; made when there is none yet.
pub fn clone_id(repo: &Repo, source: &dyn Source) -> Result<CloneId, StoreError> {
    if let Some(id) = known_clone_id(repo) {
        return Ok(id);
    }
    let path = file_of(repo);
    let folder = repo.common_dir().join("lane");
    let failed = |e| {
        StoreError::io(
            format!("the clone's id could not be kept in {}", path.display()),
            e,
        )
    };
    fs::create_dir_all(&folder).map_err(failed)?;
    let fresh = source.nonce()[..16].to_owned();
    let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
    writeln!(file, "{fresh}").map_err(failed)?;
    // Of two processes that make one at once, the first wins and both read it.
    if let Err(lost) = file.persist_noclobber(&path)
        && lost.error.kind() != std::io::ErrorKind::AlreadyExists
    {
        return Err(failed(lost.error));
    }
    let kept = fs::read_to_string(&path).map_err(failed)?;
    CloneId::new(kept.trim()).map_err(|e| failed(std::io::Error::other(e.to_string())))
}
