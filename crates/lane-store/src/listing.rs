//! Records wherever they lie: on a branch or in an index, whole or a part of them.
//!
//! A [`Listing`] is the files below `.agents/`; reading it gives the records that belong together, and the faults of
//! those that cannot be read or lie where no record of theirs belongs. Nothing is written.

use std::collections::BTreeMap;

use lane_core::codec;
use lane_core::markers;
use lane_core::policy;
use lane_core::policy::Adopted;
use lane_core::policy::PolicyError;
use lane_core::record::Checkpoint;
use lane_core::record::Exception;
use lane_core::record::FORMAT;
use lane_core::record::Lock;
use lane_core::record::Note;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::text;
use lane_core::view::Unreadable;
use lane_git::GitError;
use lane_git::ObjectError;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use serde::de::DeserializeOwned;

use crate::error::StoreError;
use crate::layout;
use crate::layout::Sort;

/// How many files below `.agents/` are read.
const FILES_MAX: usize = 200_000;

/// git's letter for a path whose conflict stands in the index.
const UNMERGED: u8 = b'U';

const FOLDER: &str = ".agents";

/// Ordinary files and programs; links and submodules are no records.
const FILE_MODES: [u32; 2] = [0o100_644, 0o100_755];

/// Says what is wrong with the text of `.agents/gates.toml`. What gates are is known above this crate.
pub type GatesJudge = fn(&[u8]) -> Result<(), String>;

/// The files below `.agents/` of a tree or an index: path, mode and blob.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing(BTreeMap<Vec<u8>, (u32, Oid)>);

/// The records of a listing.
#[derive(Debug, Default)]
pub struct Laid {
    /// Tasks of the queue.
    pub live: Vec<Task>,
    /// Tasks of the archive.
    pub archived: Vec<Task>,
    /// Locks.
    pub locks: Vec<Lock>,
    /// The policy that lies there, if one does that can be read.
    pub policy: Option<Adopted>,
    /// What cannot be read, or lies where it does not belong.
    pub broken: Vec<Unreadable>,
    /// How many files are records.
    pub records: usize,
    /// Where tasks and locks lie, by id.
    paths: BTreeMap<String, Vec<Vec<u8>>>,
}

/// Whether a file at this path may be a record, a policy or gates.
pub fn is_record_path(path: &[u8]) -> bool {
    layout::sort(path) != Sort::Other
}

impl Listing {
    /// The files of a tree, given by its root.
    ///
    /// # Errors
    /// When a tree cannot be read, and [`GitError::TooMuch`] at more than 200,000 files.
    pub fn of_tree(repo: &Repo, root: Oid) -> Result<Self, GitError> {
        let Some(folder) = repo.entry_at(root, FOLDER)?.filter(lane_git::TreeEntry::is_tree) else {
            return Ok(Self::default());
        };
        let files = repo.compare_trees(None, Some(folder.oid))?;
        let found = files.into_iter().filter_map(|file| {
            let path = [FOLDER.as_bytes(), b"/", &file.path].concat();
            is_record_path(&path).then_some((path, file.new?))
        });
        Self(found.collect()).bounded()
    }

    /// The same after changes: an index is HEAD and what is staged.
    ///
    /// # Errors
    /// [`GitError::TooMuch`] at more than 200,000 files.
    pub fn with(mut self, changes: &[PathChange]) -> Result<Self, GitError> {
        let records = changes.iter().filter(|change| is_record_path(&change.path));
        for change in records {
            if change.status == UNMERGED {
                self.0.insert(change.path.clone(), (FILE_MODES[0], Oid::ZERO));
            } else if change.new_mode == 0 {
                self.0.remove(&change.path);
            } else {
                self.0.insert(change.path.clone(), (change.new_mode, change.new));
            }
        }
        self.bounded()
    }

    fn bounded(self) -> Result<Self, GitError> {
        if self.0.len() <= FILES_MAX {
            return Ok(self);
        }
        Err(GitError::TooMuch {
            doing: "reading the records".to_owned(),
            limit: FILES_MAX,
            unit: "files",
        })
    }

    /// Reads the records.
    ///
    /// # Errors
    /// [`StoreError::NewerFormat`] where they belong to a state that a newer git-lane wrote. What is wrong with a single
    /// record is no error but told in [`Laid::broken`].
    pub fn read(&self, repo: &Repo, gates: GatesJudge) -> Result<Laid, StoreError> {
        let mut laid = Laid {
            records: self.0.len(),
            ..Laid::default()
        };
        if let Some((mode, blob)) = self.0.get(layout::META.as_bytes())
            && let Ok(meta) = table(repo, *mode, *blob)
            && let Some(found) = meta.get("format").and_then(toml::Value::as_integer)
            && found > i64::from(FORMAT)
        {
            return Err(StoreError::NewerFormat { found });
        }
        for (path, (mode, blob)) in &self.0 {
            if let Err(fault) = laid.take(repo, gates, path, (*mode, *blob)) {
                laid.broken.push(Unreadable {
                    path: String::from_utf8(path.clone()).unwrap_or_else(|_| text::escape_path(path)),
                    fault,
                });
            }
        }
        Ok(laid)
    }
}

impl Laid {
    /// Where the task or lock with this id lies.
    pub fn paths_of(&self, id: &str) -> &[Vec<u8>] {
        self.paths.get(id).map_or(&[], Vec::as_slice)
    }

    fn take(
        &mut self,
        repo: &Repo,
        gates: GatesJudge,
        path: &[u8],
        (mode, blob): (u32, Oid),
    ) -> Result<(), String> {
        match layout::sort(path) {
            Sort::Other => {}
            Sort::Astray => return Err("lies where no record belongs".to_owned()),
            Sort::Meta => drop(table(repo, mode, blob)?),
            Sort::Gates => {
                let bytes = bytes(repo, mode, blob)?;
                decoded::<toml::Table>(&bytes)?;
                gates(&bytes)?;
            }
            Sort::Policy => {
                let bytes = bytes(repo, mode, blob)?;
                self.policy = adopted(&decoded(&bytes)?, &bytes)?;
            }
            Sort::LiveTask => {
                let task: Task = record(repo, mode, blob)?;
                belongs(path, &layout::live_task(&task.id))?;
                self.lies(task.id.as_str(), path);
                self.live.push(task);
            }
            Sort::ArchivedTask => {
                let task: Task = record(repo, mode, blob)?;
                belongs(path, &layout::archived_task(&task.id))?;
                self.lies(task.id.as_str(), path);
                self.archived.push(task);
            }
            Sort::Lock => {
                let lock: Lock = record(repo, mode, blob)?;
                belongs(path, &layout::lock(&lock.id))?;
                self.lies(lock.id.as_str(), path);
                self.locks.push(lock);
            }
            sort => alone(repo, path, mode, blob, sort)?,
        }
        Ok(())
    }

    fn lies(&mut self, id: &str, path: &[u8]) {
        self.paths.entry(id.to_owned()).or_default().push(path.to_vec());
    }
}

/// Records that nothing else is compared with: they need only be themselves.
fn alone(repo: &Repo, path: &[u8], mode: u32, blob: Oid, sort: Sort) -> Result<(), String> {
    let place = match sort {
        Sort::Checkpoint => {
            let found: Checkpoint = record(repo, mode, blob)?;
            layout::checkpoint(&found.task, &found.checkpoint)
        }
        Sort::ArchivedCheckpoint => {
            let found: Checkpoint = record(repo, mode, blob)?;
            layout::archived_checkpoint(&found.task, &found.checkpoint)
        }
        Sort::Results => layout::results(&record::<Results>(repo, mode, blob)?.task),
        Sort::ArchivedResults => layout::archived_results(&record::<Results>(repo, mode, blob)?.task),
        Sort::Note => {
            let found: Note = record(repo, mode, blob)?;
            layout::note(&found)
        }
        Sort::Exception => layout::exception(&record::<Exception>(repo, mode, blob)?.id),
        _ => return Ok(()),
    };
    belongs(path, &place)
}

fn belongs(path: &[u8], place: &str) -> Result<(), String> {
    if path == place.as_bytes() {
        return Ok(());
    }
    Err(format!("holds a record that belongs at {place}"))
}

fn table(repo: &Repo, mode: u32, blob: Oid) -> Result<toml::Table, String> {
    record(repo, mode, blob)
}

fn record<T: DeserializeOwned>(repo: &Repo, mode: u32, blob: Oid) -> Result<T, String> {
    decoded(&bytes(repo, mode, blob)?)
}

fn decoded<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    codec::decode(bytes).map_err(|fault| match markers::conflicts(bytes).first() {
        Some(line) => format!("line {line}: a conflict was left there"),
        None => fault.to_string(),
    })
}

fn bytes(repo: &Repo, mode: u32, blob: Oid) -> Result<Vec<u8>, String> {
    if blob.is_zero() {
        return Err("is in conflict: neither side was chosen yet".to_owned());
    }
    if !FILE_MODES.contains(&mode) {
        return Err("is no ordinary file".to_owned());
    }
    repo.blob(blob, codec::MAX_BYTES).map_err(|fault| match fault {
        ObjectError::TooLarge { size, .. } => codec::CodecError::TooLarge(size).to_string(),
        ObjectError::Git(fault) => format!("cannot be read: {fault}"),
    })
}

/// The part that judges of a policy's file, or of what a state adopted: that names its commit, and no repository.
/// None of a newer git-lane's, which is not judged.
fn adopted(table: &toml::Table, bytes: &[u8]) -> Result<Option<Adopted>, String> {
    if table.contains_key("commit") && !table.contains_key("repository") {
        return codec::decode(bytes).map(Some).map_err(|fault| fault.to_string());
    }
    match policy::parse(bytes) {
        Ok(policy) => Ok(Some(Adopted::of(&policy, ""))),
        Err(PolicyError::Newer { .. }) => Ok(codec::decode(bytes).ok()),
        Err(fault) => Err(fault.to_string()),
    }
}
