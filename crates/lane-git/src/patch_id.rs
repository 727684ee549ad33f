//! The same change as another commit: a patch id, by libgit2's diff.

use git2::Diff;
use git2::DiffDelta;
use git2::DiffOptions;
use git2::Patch;

use crate::GitError;
use crate::Oid;
use crate::Repo;
use crate::error::Doing as _;
use crate::hash::hash_blob;
use crate::oid::lib_oid;

/// From this size on, in bytes, a file is compared whole, as binary ones are.
const WHOLE_FROM: i64 = 8 << 20;

/// Stands for a change wherever it is made: two changes with the same id do the same to the same lines.
///
/// As `git patch-id --verbatim` has it, line numbers say nothing, and white space does. Unlike there modes count, and of a
/// binary file both its versions. Ids are compared within one run and never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PatchId(Oid);

/// Which files a change touches, and as what: cheap, and the same for all changes that have one [`PatchId`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PatchPaths(Oid);

impl Repo {
    /// The files of what lies between two commits.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn patch_paths(&self, from: Oid, to: Oid) -> Result<PatchPaths, GitError> {
        let read = || -> Result<PatchPaths, git2::Error> {
            let diff = self.patch(from, to)?;
            let files: Vec<u8> = diff.deltas().flat_map(|delta| names(&delta)).collect();
            Ok(PatchPaths(hash_blob(&files)))
        };
        read().doing(doing(from, to))
    }

    /// The id of what lies between two commits; none if that is nothing.
    ///
    /// # Errors
    /// When one of them cannot be read.
    pub fn patch_id(&self, from: Oid, to: Oid) -> Result<Option<PatchId>, GitError> {
        let read = || -> Result<Option<PatchId>, git2::Error> {
            let diff = self.patch(from, to)?;
            let mut files = Vec::new();
            for at in 0..diff.deltas().len() {
                files.extend_from_slice(hash_blob(&file(&diff, at)?).as_bytes());
            }
            Ok((!files.is_empty()).then(|| PatchId(hash_blob(&files))))
        };
        read().doing(doing(from, to))
    }

    fn patch(&self, from: Oid, to: Oid) -> Result<Diff<'_>, git2::Error> {
        let tree = |commit| self.git.find_commit(lib_oid(commit))?.tree();
        let mut options = DiffOptions::new();
        options.max_size(WHOLE_FROM).ignore_submodules(false);
        self.git
            .diff_tree_to_tree(Some(&tree(from)?), Some(&tree(to)?), Some(&mut options))
    }
}

fn doing(from: Oid, to: Oid) -> String {
    format!("reading what lies between {} and {}", from.short(), to.short())
}

/// Modes and paths of both versions.
fn names(delta: &DiffDelta<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    for version in [delta.old_file(), delta.new_file()] {
        text.extend_from_slice(format!("{:o} ", u32::from(version.mode())).as_bytes());
        text.extend_from_slice(version.path_bytes().unwrap_or_default());
        text.push(0);
    }
    text
}

/// What the change does to one file.
fn file(diff: &Diff<'_>, at: usize) -> Result<Vec<u8>, git2::Error> {
    let Some(delta) = diff.get_delta(at) else {
        return Ok(Vec::new());
    };
    let mut text = names(&delta);
    match Patch::from_diff(diff, at)?.filter(|patch| patch.num_hunks() > 0) {
        Some(patch) => lines(&patch, &mut text)?,
        // Nothing to read line by line: a binary file, a mode alone, or an empty one.
        None => [delta.old_file(), delta.new_file()]
            .iter()
            .for_each(|version| text.extend_from_slice(version.id().as_bytes())),
    }
    Ok(text)
}

/// The lines, each with its sign and its length, so that no line can pass for two.
fn lines(patch: &Patch<'_>, text: &mut Vec<u8>) -> Result<(), git2::Error> {
    for hunk in 0..patch.num_hunks() {
        text.push(b'@');
        for line in 0..patch.num_lines_in_hunk(hunk)? {
            let line = patch.line_in_hunk(hunk, line)?;
            text.extend_from_slice(line.origin().to_string().as_bytes());
            text.extend_from_slice(&line.content().len().to_le_bytes());
            text.extend_from_slice(line.content());
        }
    }
    Ok(())
}
