//! The integration branch's own line, by first parents, since a lane left it: which of its commits brought the lane's work.

use std::collections::BTreeSet;

use lane_core::id::TaskId;
use lane_git::GitError;
use lane_git::Oid;
use lane_git::PatchPaths;
use lane_git::Repo;

use crate::error::CliError;
use crate::hooks::task_named;

/// How far back the line is followed, in commits.
const BACK: usize = 1000;
/// The most commits of a lane that are looked for one by one.
const ONE_BY_ONE: usize = 100;

/// The commits, the newest first.
pub(super) struct Line<'r> {
    repo: &'r Repo,
    commits: Vec<Oid>,
}

impl<'r> Line<'r> {
    /// Those from `main` back that `tip` does not have, at most [`BACK`].
    ///
    /// # Errors
    /// When history cannot be read.
    pub(super) fn since(repo: &'r Repo, main: Oid, tip: Oid) -> Result<Self, CliError> {
        let mut commits = Vec::new();
        for commit in repo.first_parents(main).take(BACK) {
            commits.push(commit?.id);
        }
        // What comes before one that the lane has, it has too.
        let (mut fresh, mut known) = (0, commits.len());
        while fresh < known {
            let middle = fresh.midpoint(known);
            match repo.is_ancestor(commits[middle], tip)? {
                true => known = middle,
                false => fresh = middle + 1,
            }
        }
        commits.truncate(fresh);
        Ok(Self { repo, commits })
    }

    /// The oldest of them that contains a commit; the commit itself where none of them brought it.
    pub(super) fn bringing(&self, commit: Oid) -> Result<Oid, CliError> {
        let (mut has, mut without) = (0, self.commits.len());
        while has < without {
            let middle = has.midpoint(without);
            match self.repo.is_ancestor(commit, self.commits[middle])? {
                true => has = middle + 1,
                false => without = middle,
            }
        }
        Ok(has.checked_sub(1).map_or(commit, |at| self.commits[at]))
    }

    /// The commits that make the lane's change, the newest first: one that makes it as a whole, as a squash merge does; else those
    /// that make its commits' changes one by one, as a rebase does. What carries another task is that one's. Empty if there are
    /// none.
    ///
    /// # Errors
    /// When a commit cannot be read.
    pub(super) fn with_same_change(&self, task: &TaskId, tip: Oid) -> Result<Vec<Oid>, CliError> {
        let repo = self.repo;
        let Some(newest) = self.commits.first() else {
            return Ok(Vec::new());
        };
        let Some(base) = repo.merge_base(tip, *newest)? else {
            return Ok(Vec::new());
        };
        let steps = self.steps(task)?;
        if let Some(at) = find(repo, &steps, (base, tip))? {
            return Ok(vec![steps[at].commit]);
        }
        let own = match repo.rev_list(&[tip], &[base], ONE_BY_ONE) {
            Err(GitError::TooMuch { .. }) => return Ok(Vec::new()),
            own => own?,
        };
        let mut found = BTreeSet::new();
        for id in own {
            let commit = repo.commit(id)?;
            // What a merge of the lane made of both sides is in no commit of theirs.
            let [parent] = commit.parents[..] else {
                return Ok(Vec::new());
            };
            match find(repo, &steps, (parent, id))? {
                Some(at) => {
                    found.insert(at);
                }
                None if repo.patch_id(parent, id)?.is_none() => {}
                None => return Ok(Vec::new()),
            }
        }
        Ok(found.into_iter().map(|at| steps[at].commit).collect())
    }

    fn steps(&self, task: &TaskId) -> Result<Vec<Step>, CliError> {
        let mut steps = Vec::new();
        for id in &self.commits {
            let commit = self.repo.commit(*id)?;
            let message = String::from_utf8_lossy(&commit.message);
            let is_another = task_named(&message).is_some_and(|named| named != task.as_str());
            if let (Some(parent), false) = (commit.parents.first(), is_another) {
                steps.push(Step {
                    commit: *id,
                    parent: *parent,
                    paths: self.repo.patch_paths(*parent, *id)?,
                });
            }
        }
        Ok(steps)
    }
}

/// What one commit of the line changes over its first parent.
struct Step {
    commit: Oid,
    parent: Oid,
    paths: PatchPaths,
}

/// The newest step that makes the change between two commits.
fn find(repo: &Repo, steps: &[Step], (from, to): (Oid, Oid)) -> Result<Option<usize>, CliError> {
    let Some(wanted) = repo.patch_id(from, to)? else {
        return Ok(None);
    };
    let paths = repo.patch_paths(from, to)?;
    for (at, step) in steps.iter().enumerate().filter(|(_, step)| step.paths == paths) {
        if repo.patch_id(step.parent, step.commit)? == Some(wanted) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}
