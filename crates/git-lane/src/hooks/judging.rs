//! The verdict on what is staged: gathers what stands around a commit, and asks the rules.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ffi::OsStr;

use lane_core::view::View as _;
use lane_git::Against;
use lane_git::Head;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use lane_git::StagedChanges;
use lane_rules::Edit;
use lane_rules::Finding;
use lane_rules::Operation;
use lane_rules::Remedy;
use lane_rules::Scene;
use lane_rules::Staging;
use lane_rules::StagingPlace;
use lane_rules::judge_commit;

use super::desks::LaneDesks;
use super::records;
use super::records::Staged;
use super::so_far::Past;
use super::surroundings::Surroundings;
use crate::error::CliError;
use crate::integration;
use crate::session::Session;

/// What was found, and how it is staged.
pub(super) struct Judgement {
    pub(super) findings: Vec<Finding>,
    pub(super) staging: Staging,
}

/// Judges the index that git is about to commit.
pub(super) fn staged(session: &Session<'_>) -> Result<Judgement, CliError> {
    staged_during(session, operation(session.repo))
}

/// The same, where the hook knows better than git's files what is under way.
pub(super) fn staged_during(
    session: &Session<'_>,
    operation: Option<Operation>,
) -> Result<Judgement, CliError> {
    Ok(staged_with(session, operation, |_| ())?.0)
}

/// The same, with something else that is asked of the integration branch: while git looks at the index, it costs nothing.
pub(super) fn staged_with<T>(
    session: &Session<'_>,
    operation: Option<Operation>,
    meanwhile: impl FnOnce(&str) -> T,
) -> Result<(Judgement, T), CliError> {
    let repo = session.repo;
    // git looks at the index while the state is read here.
    let staged = begin(repo)?;
    let store = session.store().read_only();
    let view = store.view()?;
    let actor = session.actor(lane_core::policy::Role::Worker)?;
    let integration = view.meta()?.integration;
    let around = Surroundings::of(session, &view, actor.by.clone(), actor.clone)?;
    if around.holds_lock() {
        lane_store::touch(&store.local_dir(), &actor.by, session.source.now());
    }
    let asked = meanwhile(&integration);
    let over_head = staged.wait()?;
    let own = own_changes(repo, &over_head)?;
    let edits: Vec<Edit> = own.iter().map(edit).collect();
    let staged = Staged {
        over_head: &over_head,
        own: &own,
    };
    let brought = records::brought(repo, &staged, &around.policy)?;
    let past = Past::new(repo, &view, around.lane.as_ref(), &around.policy, &integration);
    let desks = LaneDesks { repo, view: &view };
    let scene = Scene {
        so_far: &|| past.so_far(),
        ..around.scene(operation, &brought, &desks)
    };
    let tip = integration::start_point(repo, &integration).ok();
    let repairs = Repairs::new(repo, tip, repo.head()?.oid());
    let findings = judge_commit(&edits, &scene, &|edit| repairs.is_one(edit))?;
    past.fault()?;
    let staging = staging(repo, &edits, &findings)?;
    Ok((Judgement { findings, staging }, asked))
}

/// A path's mode and content as one word: a changed mode is a change.
pub(super) fn stood_for(mode: u32, content: Oid) -> String {
    format!("{mode:o} {content}")
}

pub(super) fn edit(change: &PathChange) -> Edit {
    let content = if change.new_mode == 0 {
        String::new()
    } else {
        stood_for(change.new_mode, change.new)
    };
    Edit {
        path: change.path.clone(),
        content,
    }
}

/// Begins the look at the index; on a branch without a commit everything in it is new.
fn begin(repo: &Repo) -> Result<StagedChanges, CliError> {
    Ok(repo.begin_staged_changes(Against::Head)?)
}

/// The staged paths; of a merge those that differ from every parent, so that bringing main in is free.
fn own_changes(repo: &Repo, over_head: &[PathChange]) -> Result<Vec<PathChange>, CliError> {
    let mut changes = over_head.to_vec();
    for parent in repo.merge_heads()? {
        let theirs: HashSet<Vec<u8>> = repo
            .staged_changes(Against::Commit(parent))?
            .into_iter()
            .map(|change| change.path)
            .collect();
        changes.retain(|change| theirs.contains(&change.path));
    }
    Ok(changes)
}

pub(super) fn operation(repo: &Repo) -> Option<Operation> {
    match repo.operation()? {
        lane_git::Operation::Merge => Some(Operation::Merge),
        lane_git::Operation::CherryPick => Some(Operation::CherryPick),
        lane_git::Operation::Revert => Some(Operation::Revert),
        lane_git::Operation::Rebase { .. } => Some(Operation::Rebase),
        lane_git::Operation::Am => Some(Operation::Am),
        lane_git::Operation::Bisect => None,
    }
}

/// How a path is left out, and what may stay.
fn staging(repo: &Repo, edits: &[Edit], findings: &[Finding]) -> Result<Staging, CliError> {
    let refusing: Vec<&Finding> = findings.iter().filter(|found| found.refuses()).collect();
    let left = refusing
        .iter()
        .flat_map(|f| f.remedies.iter().filter_map(Remedy::left_out));
    let bad: HashSet<&[u8]> = refusing
        .iter()
        .filter_map(|f| f.path.as_deref())
        .chain(left)
        .collect();
    let paths = edits.iter().map(|e| &e.path);
    Ok(Staging {
        place: staging_place(repo)?,
        rest: paths
            .filter(|path| !bad.contains(path.as_slice()))
            .cloned()
            .collect(),
    })
}

/// A temporary index (`commit -a`, `commit PATH`) is made anew each time.
fn staging_place(repo: &Repo) -> Result<StagingPlace, CliError> {
    if let Head::Unborn { .. } = repo.head()? {
        return Ok(StagingPlace::Unborn);
    }
    let index = std::env::var_os("GIT_INDEX_FILE").unwrap_or_default();
    let name = std::path::Path::new(&index)
        .file_name()
        .map(OsStr::to_owned)
        .unwrap_or_default();
    if name.is_empty() || name == "index" {
        return Ok(StagingPlace::Index);
    }
    Ok(StagingPlace::Temporary)
}

/// Paths that a change puts back to what the integration branch has, at one tip of it or at the merge base with that.
/// Looked up when asked.
pub(super) struct Repairs<'a> {
    repo: &'a Repo,
    tip: Option<Oid>,
    head: Option<Oid>,
    trees: OnceCell<Vec<Oid>>,
}

impl<'a> Repairs<'a> {
    pub(super) fn new(repo: &'a Repo, tip: Option<Oid>, head: Option<Oid>) -> Self {
        Self {
            repo,
            tip,
            head,
            trees: OnceCell::new(),
        }
    }

    pub(super) fn is_one(&self, edit: &Edit) -> bool {
        let trees = self.trees.get_or_init(|| self.known_trees().unwrap_or_default());
        let Ok(path) = std::str::from_utf8(&edit.path) else {
            return false;
        };
        trees.iter().any(|tree| match self.repo.entry_at(*tree, path) {
            Ok(Some(entry)) => stood_for(entry.mode, entry.oid) == edit.content,
            Ok(None) => edit.content.is_empty(),
            Err(_) => false,
        })
    }

    fn known_trees(&self) -> Result<Vec<Oid>, CliError> {
        let Some(tip) = self.tip else {
            return Ok(Vec::new());
        };
        let mut trees = vec![self.repo.commit(tip)?.tree];
        if let Some(head) = self.head
            && let Some(base) = self.repo.merge_base(head, tip)?
        {
            trees.push(self.repo.commit(base)?.tree);
        }
        Ok(trees)
    }
}
