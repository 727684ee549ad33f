//! The state as a view of one tree: locks and lanes at once, other records when they are asked for.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use lane_core::id::CheckpointId;
use lane_core::id::TaskId;
use lane_core::id::shard;
use lane_core::policy::Adopted;
use lane_core::record::Checkpoint;
use lane_core::record::Exception;
use lane_core::record::FORMAT;
use lane_core::record::Lock;
use lane_core::record::Meta;
use lane_core::record::Note;
use lane_core::record::Results;
use lane_core::record::Task;
use lane_core::view::Found;
use lane_core::view::Lane;
use lane_core::view::Unreadable;
use lane_core::view::View;
use lane_git::Oid;
use lane_git::Repo;

use crate::error::StoreError;
use crate::lanes;
use crate::layout;
use crate::records::Records;
use crate::records::fault;
use crate::store::Store;

/// A state to read and to decide on.
pub struct TreeView<'a> {
    store: &'a Store<'a>,
    pub(crate) tree: Oid,
    past: bool,
    meta: Meta,
    policy: OnceCell<Adopted>,
    locks: OnceCell<Vec<Lock>>,
    lanes: OnceCell<Vec<Lane>>,
    exceptions: OnceCell<Vec<Exception>>,
}

/// The head record of a tree; a newer format is refused before anything else is read.
pub(crate) fn meta_at(repo: &Repo, tree: Oid) -> Result<Meta, StoreError> {
    let records = Records::new(repo, tree);
    let table: toml::Table = records
        .at(layout::META)?
        .ok_or_else(|| fault(layout::META, "is missing".to_owned()))?;
    let found = table
        .get("format")
        .and_then(toml::Value::as_integer)
        .unwrap_or_default();
    if found > i64::from(FORMAT) {
        return Err(StoreError::NewerFormat { found });
    }
    Ok(records
        .at(layout::META)?
        .ok_or_else(|| fault(layout::META, "is missing".to_owned()))?)
}

impl<'a> TreeView<'a> {
    pub(crate) fn open(store: &'a Store<'a>, tree: Oid) -> Result<Self, StoreError> {
        let meta = meta_at(store.repo, tree)?;
        Ok(Self {
            store,
            tree,
            past: false,
            meta,
            policy: OnceCell::new(),
            locks: OnceCell::new(),
            lanes: OnceCell::new(),
            exceptions: OnceCell::new(),
        })
    }

    /// The same, known to be older than the ref: caches are not made from it.
    pub(crate) fn of_the_past(self) -> Self {
        Self { past: true, ..self }
    }

    pub(crate) fn is_past(&self) -> bool {
        self.past
    }

    pub(crate) fn may_write_cache(&self) -> bool {
        !self.past && self.store.may_write_cache()
    }

    /// The tree that is viewed.
    pub fn tree(&self) -> Oid {
        self.tree
    }

    /// The records as they lie in the tree.
    pub fn records(&self) -> Records<'a> {
        Records::new(self.store.repo, self.tree)
    }

    /// All live tasks and all faults of records that cannot be read.
    pub fn live_tasks(&self) -> Result<(Vec<Task>, Vec<Unreadable>), Unreadable> {
        let records = self.records();
        let (mut tasks, mut faults) = (Vec::new(), Vec::new());
        for (shard, _) in records.folder(layout::QUEUE)? {
            let folder = format!("{}/{shard}", layout::QUEUE);
            for (name, blob) in records.folder(&folder)? {
                match records.blob(blob, &format!("{folder}/{name}")) {
                    Ok(task) => tasks.push(task),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        Ok((tasks, faults))
    }

    /// All archived tasks and all faults of records that cannot be read.
    pub fn archived_tasks(&self) -> Result<(Vec<Task>, Vec<Unreadable>), Unreadable> {
        let records = self.records();
        let (mut tasks, mut faults) = (Vec::new(), Vec::new());
        for (shard, _) in records.folder(layout::ARCHIVE)? {
            let folder = format!("{}/{shard}", layout::ARCHIVE);
            for (id, _) in records.folder(&folder)? {
                match records.at(&format!("{folder}/{id}/task.toml")) {
                    Ok(found) => tasks.extend(found),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        Ok((tasks, faults))
    }

    /// The names of all archived tasks; no record is read.
    pub fn archived_ids(&self) -> Result<BTreeSet<String>, Unreadable> {
        let records = self.records();
        let mut ids = BTreeSet::new();
        for (shard, _) in records.folder(layout::ARCHIVE)? {
            let tasks = records.folder(&format!("{}/{shard}", layout::ARCHIVE))?;
            ids.extend(tasks.into_iter().map(|(id, _)| id));
        }
        Ok(ids)
    }

    /// The notes on a task, the oldest first.
    pub fn notes(&self, task: &TaskId) -> Result<Vec<Note>, Unreadable> {
        let mut notes: Vec<Note> = self.records().all_in(&layout::notes(task))?;
        notes.sort_by_key(|note| note.seq);
        Ok(notes)
    }

    /// All notes, the oldest first, and all faults of those that cannot be read.
    pub fn all_notes(&self) -> Result<(Vec<Note>, Vec<Unreadable>), Unreadable> {
        let records = self.records();
        let (mut notes, mut faults): (Vec<Note>, Vec<Unreadable>) = (Vec::new(), Vec::new());
        for (shard, _) in records.folder(layout::MESSAGES)? {
            let folder = format!("{}/{shard}", layout::MESSAGES);
            for (task, _) in records.folder(&folder)? {
                for (name, blob) in records.folder(&format!("{folder}/{task}"))? {
                    match records.blob(blob, &format!("{folder}/{task}/{name}")) {
                        Ok(note) => notes.push(note),
                        Err(fault) => faults.push(fault),
                    }
                }
            }
        }
        notes.sort_by_key(|note| note.seq);
        Ok((notes, faults))
    }

    fn ids_in(&self, folder: &str) -> Result<Vec<String>, Unreadable> {
        let names = self.records().folder(folder)?.into_iter().map(|(name, _)| name);
        Ok(names
            .map(|name| name.strip_suffix(".toml").map_or(name.clone(), str::to_owned))
            .collect())
    }
}

/// A value that is read once.
fn once<T>(cell: &OnceCell<T>, read: impl FnOnce() -> Result<T, Unreadable>) -> Result<&T, Unreadable> {
    if cell.get().is_none() {
        let _ = cell.set(read()?);
    }
    cell.get()
        .ok_or_else(|| fault("", "could not be kept".to_owned()))
}

impl View for TreeView<'_> {
    fn meta(&self) -> Result<Meta, Unreadable> {
        Ok(self.meta.clone())
    }

    fn policy(&self) -> Result<Adopted, Unreadable> {
        once(&self.policy, || {
            Ok(self.records().at(layout::POLICY)?.unwrap_or_default())
        })
        .cloned()
    }

    fn task(&self, id: &TaskId) -> Result<Option<Found>, Unreadable> {
        let records = self.records();
        if let Some(task) = records.at::<Task>(&layout::live_task(id))? {
            return Ok(Some(Found::Live(Box::new(task))));
        }
        Ok(records
            .at::<Task>(&layout::archived_task(id))?
            .map(|task| Found::Archived(Box::new(task))))
    }

    fn twin(&self, id: &TaskId) -> Result<Option<TaskId>, Unreadable> {
        let shard = shard(id.as_str());
        let mut names = self.ids_in(&format!("{}/{shard}", layout::QUEUE))?;
        names.extend(self.ids_in(&format!("{}/{shard}", layout::ARCHIVE))?);
        let twin = names
            .into_iter()
            .find(|name| name.eq_ignore_ascii_case(id.as_str()));
        Ok(twin.and_then(|name| TaskId::new(&name).ok()))
    }

    fn checkpoint(&self, task: &TaskId, id: &CheckpointId) -> Result<Option<Checkpoint>, Unreadable> {
        let records = self.records();
        let live = records.at(&layout::checkpoint(task, id))?;
        match live {
            Some(record) => Ok(Some(record)),
            None => records.at(&layout::archived_checkpoint(task, id)),
        }
    }

    fn results(&self, task: &TaskId) -> Result<Option<Results>, Unreadable> {
        let records = self.records();
        let live = records.at(&layout::results(task))?;
        match live {
            Some(record) => Ok(Some(record)),
            None => records.at(&layout::archived_results(task)),
        }
    }

    fn locks(&self) -> Result<Vec<Lock>, Unreadable> {
        once(&self.locks, || self.records().all_in(layout::LOCKS)).cloned()
    }

    fn lanes(&self) -> Result<Vec<Lane>, Unreadable> {
        once(&self.lanes, || {
            lanes::read(self.store, self.tree, self.may_write_cache())
        })
        .cloned()
    }

    fn exceptions(&self) -> Result<Vec<Exception>, Unreadable> {
        once(&self.exceptions, || self.records().all_in(layout::APPROVALS)).cloned()
    }
}
