//! What git says of a delivery. Files are read within bounds; what lies beyond them is said.

use lane_core::glob::Scope;
use lane_core::ground;
use lane_core::policy::Adopted;
use lane_core::policy::Level;
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
use lane_rules::Sides as FileSides;
use lane_rules::level_of;

use super::Range;
use super::merges;
use crate::error::CliError;

/// The longest file that is read, in bytes.
const FILE_BYTES: usize = 8 * 1024 * 1024;
/// The most files whose content is compared, and the most bytes of all of them.
const FILES_MAX: usize = 4_000;
const BYTES_MAX: usize = 64 * 1024 * 1024;
/// How much of a path is named, in characters.
const PATH_CHARS: usize = 100;
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
    changelogs: Vec<Vec<u8>>,
    elsewhere: Vec<Vec<u8>>,
    merges: usize,
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
        let tests = Scope::parse(&range.policy.tests.files).unwrap_or_default();
        let contents = contents(&changes, &tests, &mut reader)?;
        let mut all: Vec<Changed> = changes.iter().map(changed).collect();
        all.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self {
            base_tree: base_tree.map(|tree| tree.to_string()),
            tree: tree.to_string(),
            changes: all,
            removed: removed(&contents, range.policy),
            entries: entries(range, &contents),
            changelogs: changelogs(range, tree)?,
            elsewhere: elsewhere(range, base_tree)?,
            merges: merges(range)?,
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
            changelogs: &self.changelogs,
            main: range.main_name,
            merges: self.merges,
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

/// A changed file; a side is none where it is not there, and empty where it is not looked into.
struct Content<'a> {
    path: &'a [u8],
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
}

/// Files of tests come first: what lies beyond the bounds must not be these because others were put before them.
fn contents<'a>(
    changes: &'a [PathChange],
    tests: &Scope,
    reader: &mut Reader<'_>,
) -> Result<Vec<Content<'a>>, CliError> {
    let mut changes: Vec<&PathChange> = changes.iter().collect();
    changes.sort_by_key(|change| !tests.covers(&change.path));
    let content = |change: &'a PathChange| {
        let (before, after) = reader.both(change)?;
        Ok(Content {
            path: &change.path,
            before,
            after,
        })
    };
    changes.into_iter().map(content).collect()
}

/// The tests and checks that are gone.
fn removed(contents: &[Content<'_>], policy: &Adopted) -> Vec<Removed> {
    let files = contents.iter().map(|file| FileSides {
        path: file.path,
        before: file.before.as_deref(),
        after: file.after.as_deref(),
    });
    lane_rules::removed(&files.collect::<Vec<_>>(), &policy.tests)
}

/// What is new under Unreleased of the changelogs that the policy names.
fn entries(range: &Range<'_>, contents: &[Content<'_>]) -> Vec<String> {
    let is_one = |file: &&Content<'_>| range.merge.merged_as(file.path) == Some(MergedAs::Changelog);
    let side = |side: &Option<Vec<u8>>| side.clone().unwrap_or_default();
    let changelogs = contents.iter().filter(is_one);
    changelogs
        .flat_map(|file| changelog_added(&side(&file.before), &side(&file.after)))
        .collect()
}

/// The changelogs that are there. Nobody else asks for all files, so they are looked for only where the rule is asked.
fn changelogs(range: &Range<'_>, tree: Oid) -> Result<Vec<Vec<u8>>, CliError> {
    let Ok(scope) = Scope::parse(&range.merge.changelogs) else {
        return Ok(Vec::new());
    };
    if range.task.is_none() || level_of(&ground::CHANGELOG_MISSING, range.policy) == Level::Off {
        return Ok(Vec::new());
    }
    let files = range.repo.files_in_tree(tree, &|path| scope.covers(path))?;
    let files = files.into_iter().filter(|file| !NO_FILES.contains(&file.mode));
    Ok(files.map(|file| file.path).collect())
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

/// How often it merged the integration branch; nobody asks of what lands.
fn merges(range: &Range<'_>) -> Result<usize, CliError> {
    match range.main {
        Some(main) if range.task.is_some() && !range.moment.lands() => {
            merges::count(range.repo, range.tip, main)
        }
        _ => Ok(0),
    }
}

/// Reads files within the bounds, and remembers what it left out.
struct Reader<'a> {
    repo: &'a Repo,
    files: usize,
    bytes: usize,
    long: Vec<String>,
    left: usize,
}

/// What a path has before and after; none where it is not there.
type Both = (Option<Vec<u8>>, Option<Vec<u8>>);

impl<'a> Reader<'a> {
    fn new(repo: &'a Repo) -> Self {
        Self {
            repo,
            files: 0,
            bytes: 0,
            long: Vec::new(),
            left: 0,
        }
    }

    /// Both contents of a path; empty ones of what is no file, or lies beyond the bounds.
    fn both(&mut self, change: &PathChange) -> Result<Both, CliError> {
        let is_there = |mode: u32| (mode != 0).then(Vec::new);
        let unread = (is_there(change.old_mode), is_there(change.new_mode));
        if self.files >= FILES_MAX || self.bytes >= BYTES_MAX {
            self.left += 1;
            return Ok(unread);
        }
        self.files += 1;
        let before = self.content(change.old_mode, change.old)?;
        let after = self.content(change.new_mode, change.new)?;
        let (Some(before), Some(after)) = (before, after) else {
            self.long
                .push(text::excerpt(&text::escape_path(&change.path), PATH_CHARS));
            return Ok(unread);
        };
        self.bytes += before.len() + after.len();
        Ok((unread.0.map(|_| before), unread.1.map(|_| after)))
    }

    /// None for what is too long.
    fn content(&self, mode: u32, oid: Oid) -> Result<Option<Vec<u8>>, CliError> {
        if mode == 0 || NO_FILES.contains(&mode) {
            return Ok(Some(Vec::new()));
        }
        match self.repo.blob(oid, FILE_BYTES) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(ObjectError::TooLarge { .. }) => Ok(None),
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
                "not looked into for tests and entries, longer than 8 MiB: {first}{more}"
            ));
        }
        if self.left > 0 {
            said.push(format!(
                "not looked into for tests and entries: {} files, for many others come before them",
                self.left
            ));
        }
        said
    }
}
