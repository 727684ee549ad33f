//! Which lane a worktree belongs to: a file in the worktree's own git dir.

use std::fs;
use std::path::Path;
use std::path::PathBuf;

use lane_core::codec;
use lane_core::id::Agent;
use lane_core::id::TaskId;
use lane_git::Repo;
use serde::Deserialize;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::StoreError;

/// `<git dir>/lane/binding.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The lane's task.
    pub task: TaskId,
    /// The agent that works here; who acts when the environment names nobody.
    pub agent: Agent,
    /// The fence of the claim that bound it.
    pub fence: u64,
    /// The lane's branch.
    pub branch: String,
    /// Whether the worktree was there before the lane (`start --here`), and is free again after it.
    #[serde(default)]
    pub here: bool,
}

fn path(git_dir: &Path) -> PathBuf {
    git_dir.join("lane").join("binding.toml")
}

impl Binding {
    /// The binding of the worktree with this git dir. One that is there and cannot be read is an error, never "none".
    pub fn read(git_dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = path(git_dir);
        let broken = |e| {
            StoreError::io(
                format!("the worktree's binding in {} cannot be read", path.display()),
                e,
            )
        };
        read_whole(&path).map_err(broken)
    }

    /// Binds the worktree with this git dir.
    pub fn write(&self, git_dir: &Path) -> Result<(), StoreError> {
        let path = path(git_dir);
        let text = codec::encode(self)?;
        // A binding cut short by a power loss would refuse every commit of its worktree.
        write_whole(&path, text.as_bytes()).map_err(|e| {
            StoreError::io(
                format!("the binding could not be written to {}", path.display()),
                e,
            )
        })
    }

    /// Unbinds the worktree with this git dir.
    pub fn remove(git_dir: &Path) -> Result<(), StoreError> {
        let path = path(git_dir);
        match fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(StoreError::io(
                format!("the binding in {} could not be removed", path.display()),
                e,
            )),
            _ => Ok(()),
        }
    }
}

/// Reads a file of git-lane's in a git dir; none where there is none.
pub(crate) fn read_whole<T: DeserializeOwned>(path: &Path) -> std::io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => codec::decode(&bytes).map(Some).map_err(std::io::Error::other),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(e),
    }
}

/// Writes a file of git-lane's in a git dir: all of it, or nothing.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// The git dirs of this clone's worktrees that are bound to a lane, with their bindings. The main one comes first.
/// A binding that cannot be read is its own worktree's trouble, and left out here.
pub fn bound_worktrees(repo: &Repo) -> Result<Vec<(PathBuf, Binding)>, StoreError> {
    let common = repo.common_dir();
    let mut dirs = vec![common.to_owned()];
    if let Ok(entries) = fs::read_dir(common.join("worktrees")) {
        let mut linked: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
        linked.sort();
        dirs.extend(linked);
    }
    let mut found = Vec::new();
    for dir in dirs {
        if let Ok(Some(binding)) = Binding::read(&dir) {
            found.push((dir, binding));
        }
    }
    Ok(found)
}
