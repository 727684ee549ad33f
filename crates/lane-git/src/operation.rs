//! Which multi-step operation of git is under way, told from the files in the git dir.

use std::fs;
use std::path::Path;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing;

/// An operation that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// `git merge`, stopped or about to be committed.
    Merge,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git rebase`, by merge or by apply.
    Rebase {
        /// The full name of the branch being rebased (`refs/heads/x`); none if HEAD was detached before.
        head_name: Option<String>,
    },
    /// `git am`.
    Am,
    /// `git bisect`.
    Bisect,
}

impl Repo {
    /// The operation under way in this worktree. A rebase is told before the pick that it runs.
    pub fn operation(&self) -> Option<Operation> {
        let dir = self.git_dir();
        let has = |name: &str| dir.join(name).exists();
        if has("rebase-merge") {
            return Some(Operation::Rebase {
                head_name: head_name(&dir.join("rebase-merge")),
            });
        }
        if has("rebase-apply/applying") {
            return Some(Operation::Am);
        }
        if has("rebase-apply") {
            return Some(Operation::Rebase {
                head_name: head_name(&dir.join("rebase-apply")),
            });
        }
        let single = [
            ("MERGE_HEAD", Operation::Merge),
            ("CHERRY_PICK_HEAD", Operation::CherryPick),
            ("REVERT_HEAD", Operation::Revert),
        ];
        let found = single
            .into_iter()
            .find(|(file, _)| has(file))
            .map(|(_, operation)| operation);
        found
            .or_else(|| sequence(dir))
            .or_else(|| has("BISECT_LOG").then_some(Operation::Bisect))
    }

    /// Whether a rebase of this worktree left `Rebasing (1/2)` on stderr without a line break, as it does unless it was
    /// told to be quiet or verbose.
    pub fn has_open_progress(&self) -> bool {
        let dir = self.git_dir().join("rebase-merge");
        let is_quiet = fs::read_to_string(dir.join("quiet")).is_ok_and(|text| !text.trim().is_empty());
        dir.exists() && !is_quiet && !dir.join("verbose").exists()
    }

    /// The commits being merged (`MERGE_HEAD`, one a line); empty when no merge is under way.
    ///
    /// # Errors
    /// When the file cannot be read or holds something else.
    pub fn merge_heads(&self) -> Result<Vec<Oid>, GitError> {
        let doing = "reading MERGE_HEAD";
        match fs::read(self.git_dir().join("MERGE_HEAD")) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            read => read
                .doing(doing)?
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
                .map(|line| Oid::from_hex(line).map_err(|_| GitError::unreadable(doing)))
                .collect(),
        }
    }
}

fn head_name(dir: &Path) -> Option<String> {
    let name = fs::read_to_string(dir.join("head-name")).ok()?;
    Some(name.trim_end().to_owned()).filter(|name| name.starts_with("refs/"))
}

/// Between two picks of a series there is no CHERRY_PICK_HEAD, only a list of what is to come.
fn sequence(dir: &Path) -> Option<Operation> {
    let todo = fs::read_to_string(dir.join("sequencer/todo")).ok()?;
    match todo.split_whitespace().next()? {
        "pick" | "p" => Some(Operation::CherryPick),
        "revert" => Some(Operation::Revert),
        _ => None,
    }
}
