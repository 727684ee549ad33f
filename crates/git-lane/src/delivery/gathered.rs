//! What git says of a delivery. Files are read within bounds; what lies beyond them is said.

use lane_core::policy::MergedAs;
use lane_core::text;
use lane_git::ObjectError;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use lane_merge::changelog_added;
use lane_rules::Changed;
use lane_rules::Delivered;
use lane_rules::Evidence;
use lane_rules::Removed;

use super::Range;
use crate::error::CliError;

/// The longest file that is read, in bytes.
const FILE_BYTES: usize = 1024 * 1024;
/// The most files whose content is compared.
const FILES_MAX: usize = 4_000;
/// The mode of a symbolic link and of a submodule: neither is text.
const NO_FILES: [u32; 2] = [0o120_000, 0o160_000];

/// The facts about one range.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    base_tree: Option<String>,
    tree: String,
    /// The net difference, sorted by path.
    pub(crate) changes: Vec<Changed>,
    /// The tests and checks that are gone.
    pub(crate) removed: Vec<Removed>,
    entries: Vec<String>,
    elsewhere: Vec<Vec<u8>>,
    /// What was not looked at, a sentence each.
    pub(crate) unseen: Vec<String>,
}

impl Gathered {
    /// Looks at the range.
    ///
    /// # Errors
    /// When git cannot be asked.
    pub(crate) fn of(range: &Range<'_>) -> Result<Self, CliError> {
        let repo = range.repo;
        let tree = repo.commit(range.tip)?.tree;
        let base = range.base.map(|base| repo.commit(base)).transpose()?;
        let base_tree = base.map(|base| base.tree);
        let changes = repo.tree_changes(base_tree.unwrap_or(Oid::EMPTY_TREE), tree)?;
        let mut reader = Reader::new(repo);
        let entries = entries(range, &changes, &mut reader)?;
        let mut all: Vec<Changed> = changes.iter().map(changed).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            base_tree: base_tree.map(|tree| tree.to_string()),
            tree: tree.to_string(),
            changes: all,
            removed: Vec::new(),
            entries,
            elsewhere: elsewhere(range, base_tree)?,
            unseen: reader.unseen(),
        })
    }

    /// The tree that is delivered, in hex.
    pub(super) fn tree(&self) -> &str {
        &self.tree
    }

    /// The tree of the merge base, in hex.
    pub(super) fn base_tree(&self) -> Option<&str> {
        self.base_tree.as_deref()
    }

    /// The same as the rules read it.
    pub(crate) fn delivered<'a>(&'a self, range: &Range<'a>, evidence: &'a Evidence) -> Delivered<'a> {
        Delivered {
            task: range.task,
            moment: range.moment,
            base_tree: self.base_tree.clone(),
            tree: self.tree.clone(),
            changes: &self.changes,
            removed: &self.removed,
            entries: &self.entries,
            elsewhere: &self.elsewhere,
            evidence,
        }
    }
}

fn changed(change: &PathChange) -> Changed {
    Changed {
        path: change.path.clone(),
        was: change.old_mode != 0,
        is: change.new_mode != 0,
    }
}

/// What is new under Unreleased of the changelogs that the policy names.
fn entries(
    range: &Range<'_>,
    changes: &[PathChange],
    reader: &mut Reader<'_>,
) -> Result<Vec<String>, CliError> {
    let mut found = Vec::new();
    for change in changes {
        if range.merge.merged_as(&change.path) != Some(MergedAs::Changelog) {
            continue;
        }
        if let Some((before, after)) = reader.both(change)? {
            found.extend(changelog_added(&before, &after));
        }
    }
    Ok(found)
}

/// What the integration branch changed since the merge base. Only contracts are compared with it.
fn elsewhere(range: &Range<'_>, base_tree: Option<Oid>) -> Result<Vec<Vec<u8>>, CliError> {
    let (Some(base), Some(main)) = (base_tree, range.main) else {
        return Ok(Vec::new());
    };
    if range.policy.contract.is_empty() {
        return Ok(Vec::new());
    }
    let there = range.repo.commit(main)?.tree;
    let changes = range.repo.tree_changes(base, there)?;
    let mut paths: Vec<Vec<u8>> = changes.into_iter().map(|change| change.path).collect();
    paths.sort();
    Ok(paths)
}

/// Reads files within the bounds, and remembers what it left out.
struct Reader<'a> {
    repo: &'a Repo,
    read: usize,
    long: Vec<String>,
    left: usize,
}

impl<'a> Reader<'a> {
    fn new(repo: &'a Repo) -> Self {
        Self {
            repo,
            read: 0,
            long: Vec::new(),
            left: 0,
        }
    }

    /// Both contents of a path, empty where it is not there. None for what is no file, or lies beyond the bounds.
    fn both(&mut self, change: &PathChange) -> Result<Option<(Vec<u8>, Vec<u8>)>, CliError> {
        if self.read >= FILES_MAX {
            self.left += 1;
            return Ok(None);
        }
        self.read += 1;
        let before = self.content(&change.path, change.old_mode, change.old)?;
        let after = self.content(&change.path, change.new_mode, change.new)?;
        Ok(before.zip(after))
    }

    fn content(&mut self, path: &[u8], mode: u32, oid: Oid) -> Result<Option<Vec<u8>>, CliError> {
        if mode == 0 || NO_FILES.contains(&mode) {
            return Ok(Some(Vec::new()));
        }
        match self.repo.blob(oid, FILE_BYTES) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ObjectError::TooLarge { .. }) => {
                self.long.push(text::excerpt(&text::escape_path(path), 100));
                Ok(None)
            }
            Err(ObjectError::Git(fault)) => Err(fault.into()),
        }
    }

    fn unseen(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let Some(first) = self.long.first() {
            let more = match self.long.len() - 1 {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            said.push(format!(
                "not looked into, for it is longer than 1 MiB: {first}{more}"
            ));
        }
        if self.left > 0 {
            said.push(format!(
                "{} files were not looked into, for {FILES_MAX} others come before them",
                self.left
            ));
        }
        said
    }
}
