//! What is staged, and what commits change: by a git child, which prunes by the index's cached trees and reads
//! every kind of index.

use std::collections::HashMap;

use crate::GitError;
use crate::Oid;
use crate::PathChange;
use crate::Repo;
use crate::child::Git;
use crate::child::Running;
use crate::raw_diff;

/// What the index is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// HEAD; the empty tree on an unborn branch.
    Head,
    /// The empty tree: everything staged is added.
    EmptyTree,
    /// A commit or tree, such as HEAD's parent for an amend.
    Commit(Oid),
}

/// Raw, NUL-separated, full names, renames as deletion and addition, submodules whatever `.gitmodules` says.
const RAW: [&str; 6] = [
    "--raw",
    "-z",
    "--no-renames",
    "--no-abbrev",
    "--no-relative",
    "--ignore-submodules=none",
];

const STAGED: &str = "reading what is staged";

/// A look at the index that is under way.
pub struct StagedChanges(Running);

impl StagedChanges {
    /// What the index has.
    ///
    /// # Errors
    /// When the index cannot be read: never an empty answer instead.
    pub fn wait(self) -> Result<Vec<PathChange>, GitError> {
        raw_diff::parse(&self.0.output()?, STAGED)
    }
}

impl Repo {
    /// What the index has over `against`: one child. The index is the one that git's environment names
    /// (`GIT_INDEX_FILE` in hooks, relative to the current directory as there), if this repository was opened from
    /// it. Entries of `git add --intent-to-add` are not staged. The index is not refreshed and not locked.
    ///
    /// # Errors
    /// When the index cannot be read: never an empty answer instead.
    pub fn staged_changes(&self, against: Against) -> Result<Vec<PathChange>, GitError> {
        self.begin_staged_changes(against)?.wait()
    }

    /// Begins [`Repo::staged_changes`], so that something else can be done while git looks.
    ///
    /// # Errors
    /// When git cannot be started.
    pub fn begin_staged_changes(&self, against: Against) -> Result<StagedChanges, GitError> {
        let base = match against {
            Against::Head => self.head()?.oid().unwrap_or(Oid::EMPTY_TREE),
            Against::EmptyTree => Oid::EMPTY_TREE,
            Against::Commit(oid) => oid,
        };
        let git = self
            .reader(STAGED)
            .args(["diff-index", "--cached", "--ita-invisible-in-index"])
            .args(RAW);
        Ok(StagedChanges(git.arg(base.to_string()).arg("--").begin()?))
    }

    /// What differs between two trees or commits: one child.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn tree_changes(&self, a: Oid, b: Oid) -> Result<Vec<PathChange>, GitError> {
        let doing = "comparing two trees";
        let git = self.diff_tree(doing);
        raw_diff::parse(&git.arg(a.to_string()).arg(b.to_string()).arg("--").run()?, doing)
    }

    /// What each commit changes over its parent, in the order asked for: one child for all. A root commit adds
    /// everything. Of a merge, the paths that differ from *every* parent: none for a merge of unrelated files, the
    /// path itself for an evil merge, but also a file that both sides changed and git put together. What a merge
    /// dropped by taking one side whole is not seen here: that takes the net diff from the merge base.
    ///
    /// # Errors
    /// [`GitError::Missing`] when a commit is not there.
    pub fn commit_changes(&self, commits: &[Oid]) -> Result<Vec<(Oid, Vec<PathChange>)>, GitError> {
        if commits.is_empty() {
            return Ok(Vec::new());
        }
        let doing = "reading what commits change";
        let input: String = commits.iter().map(|oid| format!("{oid}\n")).collect();
        let git = self
            .diff_tree(doing)
            .args(["--stdin", "--root", "-c", "--always"]);
        let output = git.input(input.into_bytes()).run()?;
        let parsed = raw_diff::parse_commits(&output).ok_or_else(|| GitError::unreadable(doing))?;
        let mut found: HashMap<Oid, Vec<PathChange>> = parsed.into_iter().collect();
        commits
            .iter()
            .map(|oid| {
                found
                    .remove(oid)
                    .map(|changes| (*oid, changes))
                    .ok_or(GitError::Missing { oid: *oid })
            })
            .collect()
    }

    fn diff_tree(&self, doing: &str) -> Git {
        self.reader(doing).args(["diff-tree", "-r"]).args(RAW)
    }
}
