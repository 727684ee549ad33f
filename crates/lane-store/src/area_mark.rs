//! Which area a worktree is kept for: a file in the worktree's own git dir.

use std::path::Path;
use std::path::PathBuf;

use lane_core::codec;
use lane_core::id::AreaName;
use lane_core::id::TaskId;
use serde::Deserialize;
use serde::Serialize;

use crate::binding::read_whole;
use crate::binding::write_whole;
use crate::error::StoreError;

/// `<git dir>/lane/area.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaMark {
    /// The area.
    pub area: AreaName,
    /// Which of the area's lanes, from 1.
    pub lane: u32,
    /// The task that it was switched to last.
    pub task: TaskId,
}

fn path(git_dir: &Path) -> PathBuf {
    git_dir.join("lane").join("area.toml")
}

impl AreaMark {
    /// The name of the worktree's folder: the area, from its second lane on with a number.
    pub fn name(&self) -> String {
        match self.lane {
            1 => self.area.to_string(),
            lane => format!("{}-{lane}", self.area),
        }
    }

    /// The branch on which it rests between two tasks.
    pub fn branch(&self) -> String {
        format!("agent/{}", self.name())
    }

    /// The mark of the worktree with this git dir.
    ///
    /// # Errors
    /// When there is one and it cannot be read.
    pub fn read(git_dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = path(git_dir);
        let broken = |e| StoreError::io(format!("{} cannot be read", path.display()), e);
        read_whole(&path).map_err(broken)
    }

    /// Marks the worktree with this git dir.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, git_dir: &Path) -> Result<(), StoreError> {
        let path = path(git_dir);
        let text = codec::encode(self)?;
        let failed = |e| StoreError::io(format!("{} could not be written", path.display()), e);
        write_whole(&path, text.as_bytes()).map_err(failed)
    }
}
