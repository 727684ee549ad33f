//! The check commands that this clone accepts: those that it wrote, and those that a person here read and took.
//! A file of digests in the git dir; nothing of it is shared.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use lane_core::record::Acceptance;
use lane_core::record::Check;
use lane_core::record::Task;
use sha2::Digest as _;
use sha2::Sha256;

use crate::error::CliError;
use crate::session::Session;

fn file(session: &Session<'_>) -> PathBuf {
    session.store().local_dir().join("trusted")
}

/// The digest of a command's words; none for a check that the policy names.
pub(super) fn digest(criterion: &Acceptance) -> Option<String> {
    let Some(Check::Command(words)) = &criterion.check else {
        return None;
    };
    let mut hash = Sha256::new();
    for word in words {
        hash.update((word.len() as u64).to_be_bytes());
        hash.update(word.as_bytes());
    }
    Some(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn read(session: &Session<'_>) -> BTreeSet<String> {
    fs::read_to_string(file(session))
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Whether a criterion's command, if it has one, may run here.
pub(crate) fn is_accepted(session: &Session<'_>, criterion: &Acceptance) -> bool {
    digest(criterion).is_none_or(|digest| read(session).contains(&digest))
}

/// Accepts all commands of a task. Gives those that were new.
pub(super) fn accept(session: &Session<'_>, task: &Task) -> Result<Vec<String>, CliError> {
    let mut known = read(session);
    let fresh: Vec<String> = task
        .acceptance
        .values()
        .filter_map(digest)
        .filter(|d| known.insert(d.clone()))
        .collect();
    if fresh.is_empty() {
        return Ok(fresh);
    }
    let path = file(session);
    let failed = |e| CliError::io(format!("{} could not be written", path.display()), e);
    let folder = path.parent().unwrap_or(&path);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut written = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    let text: String = known.iter().map(|line| format!("{line}\n")).collect();
    std::io::Write::write_all(&mut written, text.as_bytes()).map_err(failed)?;
    written.persist(&path).map_err(|e| failed(e.error))?;
    Ok(fresh)
}
