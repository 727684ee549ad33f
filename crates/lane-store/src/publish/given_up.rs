//! Events of this clone that another state did not allow: kept for their authors, with the reason.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_core::codec;
use lane_core::event::Event;
use lane_core::refusal::Refusal;
use lane_git::Oid;
use serde::Deserialize;
use serde::Serialize;

use crate::error::StoreError;
use crate::store::Store;

/// `<common>/lane/given-up/<event id>.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GivenUp {
    /// The refusal's id.
    pub ground: String,
    /// The refusal's sentence.
    pub what: String,
    /// The first command of the refusal that leads on, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The commit that carried it; the record that it wrote can be read there.
    pub commit: String,
    /// The event as it was decided first.
    pub event: Event,
}

impl GivenUp {
    pub(super) fn new(event: &Event, commit: Oid, no: &Refusal) -> Self {
        Self {
            ground: no.ground.id.to_owned(),
            what: no.what.clone(),
            hint: no.hints.first().cloned(),
            commit: commit.to_string(),
            event: event.clone(),
        }
    }

    /// Keeps it. Before the ref moves away from it, so that a kill in between loses nothing.
    pub(super) fn keep(&self, store: &Store<'_>) -> Result<(), StoreError> {
        let folder = folder(&store.local_dir());
        let failed = |e| StoreError::io(format!("{} could not be written", folder.display()), e);
        fs::create_dir_all(&folder).map_err(failed)?;
        let mut file = tempfile::NamedTempFile::new_in(&folder).map_err(failed)?;
        std::io::Write::write_all(&mut file, codec::encode(self)?.as_bytes()).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(folder.join(format!("{}.toml", plain(&self.event.id))))
            .map_err(|e| failed(e.error))?;
        Ok(())
    }
}

/// The id as a file's name: it came with a commit, and may be anything.
fn plain(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).take(64).collect()
}

fn folder(local: &Path) -> PathBuf {
    local.join("given-up")
}

/// What this clone has given up and nobody has put away, in the order of the ledger that had it.
pub fn given_up(store: &Store<'_>) -> Vec<GivenUp> {
    let Ok(entries) = fs::read_dir(folder(&store.local_dir())) else {
        return Vec::new();
    };
    let mut found: Vec<GivenUp> = entries
        .flatten()
        .filter_map(|entry| codec::decode(&fs::read(entry.path()).ok()?).ok())
        .collect();
    found.sort_by_key(|one| one.event.seq);
    found
}

/// Puts them away.
pub fn forget_given_up(store: &Store<'_>) -> Result<(), StoreError> {
    let folder = folder(&store.local_dir());
    match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(
            format!("{} could not be removed", folder.display()),
            e,
        )),
        _ => Ok(()),
    }
}
