//! What a commit brings to records and merged files that none of its parents has: gathered for the rules.
//!
//! A commit that touches neither costs one small file read. The index is HEAD and what is staged, so nothing is asked
//! of git that the hook does not know already; parents are read only where something was found.

use std::collections::BTreeSet;

use lane_core::audit::Flaw;
use lane_core::audit::audit;
use lane_core::audit::fresh_contradictions;
use lane_core::markers;
use lane_core::policy::Adopted;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::PathChange;
use lane_git::Repo;
use lane_rules::Brought;
use lane_rules::Disagreement;
use lane_rules::Marked;
use lane_rules::Unread;
use lane_store::Laid;
use lane_store::Listing;
use lane_store::StoreError;
use lane_store::is_record_path;

use super::driven::Driven;
use crate::error::CliError;
use crate::evidence::gates_fault;
use crate::range::COMMITS_MAX;
use crate::show::error;
use crate::show::paint;

/// The largest file that is searched for conflict markers, in bytes.
const SEARCHED_MAX: usize = 16 << 20;

/// A staged change: all that differs from HEAD, and of it what differs from every parent.
pub(super) struct Staged<'a> {
    pub(super) over_head: &'a [PathChange],
    pub(super) own: &'a [PathChange],
}

/// What the index brings. `policy` judges where none lies among the records.
pub(super) fn brought(repo: &Repo, staged: &Staged<'_>, policy: &Adopted) -> Result<Brought, CliError> {
    let driven = Driven::read(repo);
    let searched: Vec<&PathChange> = staged
        .own
        .iter()
        .filter(|c| c.new_mode & 0o170_000 == 0o100_000 && driven.covers(&c.path))
        .collect();
    let touched = staged.over_head.iter().any(|change| is_record_path(&change.path));
    if searched.is_empty() && !touched {
        return Ok(Brought::default());
    }
    let mut trees: Vec<Oid> = Vec::new();
    for parent in repo.head()?.oid().into_iter().chain(repo.merge_heads()?) {
        trees.push(repo.commit(parent)?.tree);
    }
    let mut found = Brought {
        marked: marked(repo, &searched, &trees)?,
        ..Brought::default()
    };
    if touched {
        match compared(repo, staged, &trees, policy) {
            Ok(compared) => told(compared, staged, &mut found),
            // What a newer git-lane wrote, or what is too much, is not judged, and is nobody's fault.
            Err(fault @ (StoreError::NewerFormat { .. } | StoreError::Git(GitError::TooMuch { .. }))) => {
                let why = error::sentence(&fault.into());
                paint::warning(&format!("the records that are staged were not compared: {why}"));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok(found)
}

/// The files with more conflicts than any parent has there.
fn marked(repo: &Repo, searched: &[&PathChange], trees: &[Oid]) -> Result<Vec<Marked>, CliError> {
    let mut found = Vec::new();
    for change in searched {
        let lines = conflicts(repo, change.new);
        let Some(line) = lines.first() else { continue };
        let known = trees.iter().any(|tree| {
            let path = String::from_utf8_lossy(&change.path);
            let there = repo.entry_at(*tree, &path).ok().flatten();
            there.is_some_and(|entry| conflicts(repo, entry.oid).len() >= lines.len())
        });
        if !known {
            found.push(Marked {
                path: change.path.clone(),
                line: *line,
            });
        }
    }
    Ok(found)
}

/// A blob that is too large or not here has none that anybody could read.
fn conflicts(repo: &Repo, blob: Oid) -> Vec<usize> {
    repo.blob(blob, SEARCHED_MAX)
        .map_or_else(|_| Vec::new(), |text| markers::conflicts(&text))
}

/// Records, and their new contradictions.
struct Compared {
    laid: Laid,
    flaws: Vec<Flaw>,
}

fn compared(
    repo: &Repo,
    staged: &Staged<'_>,
    trees: &[Oid],
    policy: &Adopted,
) -> Result<Compared, StoreError> {
    let head = match repo.head()?.oid().and(trees.first()) {
        Some(tree) => Listing::of_tree(repo, *tree)?,
        None => Listing::default(),
    };
    let mut laid = head.with(staged.over_head)?.read(repo, gates_fault)?;
    let own: BTreeSet<&[u8]> = staged.own.iter().map(|change| change.path.as_slice()).collect();
    laid.broken.retain(|broken| own.contains(broken.path.as_bytes()));
    fresh(repo, laid, policy, || Ok(trees.to_vec()))
}

/// Leaves what none of the trees `before` has; they are asked for only where something was found. All are judged by one
/// policy, for a policy that changed brings no records.
fn fresh(
    repo: &Repo,
    mut laid: Laid,
    policy: &Adopted,
    before: impl FnOnce() -> Result<Vec<Oid>, StoreError>,
) -> Result<Compared, StoreError> {
    let policy = laid.policy.clone().unwrap_or_else(|| policy.clone());
    let flaws_of = |laid: &Laid| audit(&laid.live, &laid.archived, &laid.locks, &policy);
    let now = fresh_contradictions(flaws_of(&laid), &[]);
    if now.is_empty() && laid.broken.is_empty() {
        return Ok(Compared { laid, flaws: now });
    }
    let mut known = Vec::new();
    for tree in before()? {
        let parent = Listing::of_tree(repo, tree)?.read(repo, gates_fault)?;
        known.push(flaws_of(&parent));
        let broken: BTreeSet<&str> = parent.broken.iter().map(|one| one.path.as_str()).collect();
        laid.broken.retain(|one| !broken.contains(one.path.as_str()));
    }
    let flaws = fresh_contradictions(now, &known);
    Ok(Compared { laid, flaws })
}

/// What the records of a pushed tip have against each other that no commit has on which the pushed ones build.
/// `known` are tips that others have, `elsewhere` those of other branches; where they have nothing, there is nothing to
/// compare with.
pub(super) fn pushed(
    repo: &Repo,
    tip: Oid,
    known: &[Oid],
    elsewhere: &[Oid],
    policy: &Adopted,
) -> Result<Brought, CliError> {
    let tree = repo.commit(tip)?.tree;
    let folder = |tree: Oid| {
        repo.entry_at(tree, ".agents")
            .map(|found| found.map(|entry| entry.oid))
    };
    let ours = folder(tree)?;
    for other in known {
        if folder(repo.commit(*other)?.tree)? == ours {
            return Ok(Brought::default());
        }
    }
    let laid = match Listing::of_tree(repo, tree)?.read(repo, gates_fault) {
        Err(StoreError::NewerFormat { .. }) => return Ok(Brought::default()),
        read => read?,
    };
    let nothing = Staged {
        over_head: &[],
        own: &[],
    };
    let mut found = Brought::default();
    let mut is_first = false;
    let compared = fresh(repo, laid, policy, || {
        let below = below(repo, tip, &[known, elsewhere].concat())?;
        is_first = below.is_empty();
        Ok(below)
    })?;
    if !is_first {
        told(compared, &nothing, &mut found);
    }
    Ok(found)
}

/// The trees of the commits that others have and that the new ones build upon.
fn below(repo: &Repo, tip: Oid, known: &[Oid]) -> Result<Vec<Oid>, StoreError> {
    let new: BTreeSet<Oid> = repo.rev_list(&[tip], known, COMMITS_MAX)?.into_iter().collect();
    let mut trees = Vec::new();
    for commit in &new {
        for parent in repo.commit(*commit)?.parents {
            if !new.contains(&parent) && repo.has_object(parent)? {
                trees.push(repo.commit(parent)?.tree);
            }
        }
    }
    if new.is_empty() {
        trees.push(repo.commit(tip)?.tree);
    }
    trees.sort();
    trees.dedup();
    Ok(trees)
}

fn told(compared: Compared, staged: &Staged<'_>, found: &mut Brought) {
    let Compared { laid, flaws } = compared;
    let changed: BTreeSet<&[u8]> = staged
        .over_head
        .iter()
        .map(|change| change.path.as_slice())
        .collect();
    for flaw in flaws {
        let ids = std::iter::once(flaw.record.as_str()).chain(flaw.with.as_deref());
        let mut paths: Vec<Vec<u8>> = Vec::new();
        for path in ids.flat_map(|id| laid.paths_of(id)) {
            if !paths.contains(path) {
                paths.push(path.clone());
            }
        }
        let changed = paths
            .iter()
            .filter(|path| changed.contains(path.as_slice()))
            .cloned()
            .collect();
        found.disagreements.push(Disagreement { flaw, paths, changed });
    }
    let marked: BTreeSet<&[u8]> = found.marked.iter().map(|marked| marked.path.as_slice()).collect();
    let unreadable = laid
        .broken
        .into_iter()
        .filter(|broken| !marked.contains(broken.path.as_bytes()));
    found.unreadable = unreadable
        .map(|broken| Unread {
            path: broken.path.into_bytes(),
            fault: broken.fault,
        })
        .collect();
}
