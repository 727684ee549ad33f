//! A cache of what was parsed, by the tree that it was parsed from: refreshed by comparing trees, never trusted
//! for a decision about a record that `apply` reads itself.

use std::collections::BTreeMap;
use std::fs;
use std::hash::DefaultHasher;
use std::hash::Hasher as _;
use std::path::Path;

use lane_core::id::TaskId;
use lane_core::record::Task;
use lane_core::view::Unreadable;
use lane_git::Oid;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::layout;
use crate::records::Records;
use crate::records::unreadable;
use crate::store::Store;

/// Raised whenever the shape of what is cached changes; older files are not read.
const SHAPE: u32 = 4;

/// Bytes of the checksum that a file begins with.
const CHECKSUM: usize = 8;

#[derive(Serialize, Deserialize)]
struct File<T> {
    shape: u32,
    tree: Oid,
    value: T,
}

pub(crate) fn load<T: DeserializeOwned>(store: &Store<'_>, path: &Path) -> Option<(Oid, T)> {
    if !store.may_read_cache() {
        return None;
    }
    let bytes = fs::read(path).ok()?;
    let (sum, body) = bytes.split_at_checked(CHECKSUM)?;
    if sum != checksum(body) {
        return None;
    }
    let file: File<T> = postcard::from_bytes(body).ok()?;
    (file.shape == SHAPE).then_some((file.tree, file.value))
}

/// Against what a disk or an editor does to a file: a flipped bit would still parse, and say something else. The
/// hash may differ between builds of git-lane; then the cache is made anew.
fn checksum(body: &[u8]) -> [u8; CHECKSUM] {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.finish().to_le_bytes()
}

/// Writes beside the old file and renames. A cache that cannot be written is no fault.
pub(crate) fn save<T: Serialize>(path: &Path, tree: Oid, value: &T) {
    let Ok(body) = postcard::to_stdvec(&File {
        shape: SHAPE,
        tree,
        value,
    }) else {
        return;
    };
    let Some(folder) = path.parent() else { return };
    let _ = fs::create_dir_all(folder).and_then(|()| {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, &checksum(&body))?;
        std::io::Write::write_all(&mut file, &body)?;
        file.persist(path).map_err(|e| e.error)?;
        Ok(())
    });
}

/// One task file of the queue that differs from what was cached.
pub(crate) enum Step {
    /// It is there now, readable.
    Put(Box<Task>),
    /// It is gone.
    Gone(String),
    /// It is there and cannot be read.
    Broken(String, Unreadable),
}

/// Takes out what stands under a file's name. A name that is no id has nothing there.
pub(crate) fn forget<T>(by_task: &mut BTreeMap<TaskId, T>, name: &str) {
    if let Ok(id) = TaskId::new(name) {
        by_task.remove(&id);
    }
}

/// What changed in the queue since the cached tree; everything when there is none.
pub(crate) fn steps(store: &Store<'_>, tree: Oid, cached: Option<Oid>) -> Result<Vec<Step>, Unreadable> {
    let records = Records::new(store.repo, tree);
    let queue = records.entry(layout::QUEUE)?;
    let known = cached.filter(|old| store.repo.has_object(*old).unwrap_or(false));
    let changes = store
        .repo
        .compare_trees(known, queue)
        .map_err(|e| unreadable(layout::QUEUE, &e))?;
    let step = |change: lane_git::TreeChange| {
        let name = String::from_utf8(change.path).ok()?;
        let id = name.rsplit('/').next()?.strip_suffix(".toml")?.to_owned();
        let path = format!("{}/{name}", layout::QUEUE);
        Some(match change.new {
            None => Step::Gone(id),
            Some((_, blob)) => match records.blob(blob, &path) {
                Ok(task) => Step::Put(Box::new(task)),
                Err(fault) => Step::Broken(id, fault),
            },
        })
    };
    Ok(changes.into_iter().filter_map(step).collect())
}

/// The queue's tree at a state's tree; the empty tree when there is no queue.
pub(crate) fn queue_tree(store: &Store<'_>, tree: Oid) -> Result<Oid, Unreadable> {
    Ok(Records::new(store.repo, tree)
        .entry(layout::QUEUE)?
        .unwrap_or(Oid::EMPTY_TREE))
}
